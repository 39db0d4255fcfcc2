"""Each control holds the lines it is for and no others, and says why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.controls import BY_CODE, CONTROLS, sendable
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation import clock
from service.ledger.models import BankChannel
from service.residents.models import Account, Person, ProxyRegistration
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import CCB, RURAL, account, channel, due, payee, verified
from tests.factories.residents import FeedRecordFactory, PersonFactory

Held = Callable[..., set[str]]


@pytest.fixture
def held(made: Session) -> Held:
    """Build a batch over some people and one who is certainly payable; return a person's holds."""

    def build_and_look(person: Person, *others: Person, subject: int | None = None) -> set[str]:
        for code in ("ccb", "rural"):
            if not made.scalars(select(BankChannel).where(BankChannel.code == code)).first():
                channel(code)
        assessment, bystander = AssessmentFactory.create(), payee()
        for one in (person, *others, bystander):
            changes: dict[str, Any] = {}
            if one is person and subject is not None:
                changes = {"subject_id": subject, "payee_person_id": person.id}
            due(assessment, one, **changes)
        batch = build(made, assessment, "MZ15", by=SYSTEM)
        assert batch is not None
        assert _holds(made, batch, bystander) == set(), "a control held somebody it is not for"
        line = _line(made, batch, person)
        holds = _holds(made, batch, person)
        assert line.state == ("held" if holds else "ready")
        return holds

    return build_and_look


def _line(session: Session, batch: Batch, person: Person) -> Payment:
    return session.scalars(
        select(Payment).where(Payment.batch_id == batch.id, Payment.payee_person_id == person.id)
    ).one()


def _holds(session: Session, batch: Batch, person: Person) -> set[str]:
    line = _line(session, batch, person)
    return set(
        session.scalars(select(PaymentHold.control).where(PaymentHold.payment_id == line.id))
    )


def _dies(person: Person, feed: str, **data: str) -> None:
    FeedRecordFactory.create(feed=feed, person=person, data=data)


def _shares(*people: Person) -> None:
    """Let people have one and the same account, verified for each."""
    first = account(people[0])
    card: dict[str, Any] = {
        "card_index": first.card_index, "card_sealed": first.card_sealed, "tail": first.tail
    }  # fmt: skip
    for other in people[1:]:
        account(other, **card)


def test_a_payable_line_is_held_by_nothing(held: Held) -> None:
    assert held(payee()) == set()


@pytest.mark.parametrize(
    ("feed", "data"), [("WJ_DEATH", {}), ("MZ_CREM", {}), ("GA_DEREG", {"reason": "死亡"})]
)
def test_a_death_that_one_source_reports_holds_the_line_until_it_is_confirmed(
    held: Held, feed: str, data: dict[str, str]
) -> None:
    person = payee()
    _dies(person, feed, **data)
    assert held(person) == {"death_reported"}


def test_two_sources_confirm_a_death(held: Held) -> None:
    person = payee()
    _dies(person, "WJ_DEATH")
    _dies(person, "MZ_CREM")
    assert held(person) == {"payee_dead"}


def test_one_source_that_says_it_twice_confirms_nothing(held: Held) -> None:
    person = payee()
    _dies(person, "WJ_DEATH")
    _dies(person, "WJ_DEATH")
    assert held(person) == {"death_reported"}


def test_leaving_the_register_to_serve_is_no_death(held: Held) -> None:
    person = payee()
    _dies(person, "GA_DEREG", reason="入伍")
    assert held(person) == set()


def test_a_report_that_was_withdrawn_holds_nobody(made: Session, held: Held) -> None:
    person = payee()
    record = FeedRecordFactory.create(feed="WJ_DEATH", person=person)
    record.known_to = record.known_from + timedelta(days=1)
    made.flush()
    assert held(person) == set()


def test_the_death_of_whom_the_money_is_about_holds_the_payees_line(held: Held) -> None:
    child, guardian = PersonFactory.create(), payee()
    _dies(child, "WJ_DEATH")
    _dies(child, "MZ_CREM")
    assert held(guardian, subject=child.id) == {"payee_dead"}


@pytest.mark.parametrize(
    ("feeds", "expected"),
    [(("WJ_DEATH",), "death_reported"), (("WJ_DEATH", "MZ_CREM"), "payee_dead")],
)
def test_the_death_of_who_is_paid_for_somebody_else_holds_the_line(
    held: Held, feeds: tuple[str, ...], expected: str
) -> None:
    child, guardian = PersonFactory.create(), payee()
    for feed in feeds:
        _dies(guardian, feed)
    assert held(guardian, subject=child.id) == {expected}


def test_a_person_without_an_account_is_held(held: Held) -> None:
    assert held(PersonFactory.create()) == {"no_account"}


def test_an_account_that_is_no_longer_current_is_no_account(made: Session, held: Held) -> None:
    person = payee()
    one = made.scalars(select(Account).where(Account.person_id == person.id)).one()
    one.known_to = one.known_from + timedelta(days=1)
    made.flush()
    assert held(person) == {"no_account"}


@pytest.mark.parametrize("status", ["未激活", "睡眠", "挂失", "销户", "止付", "新状态"])
def test_an_account_that_cannot_take_money_is_held(held: Held, status: str) -> None:
    assert held(payee(status=status)) == {"account_not_usable"}


@pytest.mark.parametrize("verdict", [None, "unavailable"])
def test_what_the_bank_has_not_confirmed_is_no_match(held: Held, verdict: str | None) -> None:
    assert held(payee(verdict=verdict)) == {"account_unverified"}


def test_another_holders_name_is_held(held: Held) -> None:
    assert held(payee(verdict="mismatch")) == {"account_name_mismatch"}


def test_a_match_about_another_person_is_no_match(made: Session, held: Held) -> None:
    one, other = payee(), PersonFactory.create()
    card = made.scalars(select(Account).where(Account.person_id == one.id)).one()
    account(
        other, verdict=None,
        card_index=card.card_index, card_sealed=card.card_sealed, tail=card.tail,
    )  # fmt: skip
    assert "account_unverified" in held(other)


@pytest.mark.parametrize("people", [2, 3])
def test_people_who_share_an_account_are_all_held(made: Session, held: Held, people: int) -> None:
    sharing = [PersonFactory.create() for _ in range(people)]
    _shares(*sharing)
    assert held(*sharing) == {"shared_account"}
    batch = made.scalars(select(Batch)).one()
    for person in sharing:
        assert _holds(made, batch, person) == {"shared_account"}


def test_sharing_with_somebody_who_is_not_paid_is_sharing(held: Held) -> None:
    person, other = PersonFactory.create(), PersonFactory.create()
    _shares(person, other)
    assert held(person) == {"shared_account"}


def test_a_ward_on_the_registered_guardians_card_is_no_sharing(made: Session, held: Held) -> None:
    ward, guardian = PersonFactory.create(), PersonFactory.create()
    _shares(guardian, ward)
    FeedRecordFactory.create(
        feed="MZ_CHILD", person=ward, data={"guardian_person_id": guardian.id, "class": "孤儿"}
    )
    assert held(ward, guardian) == set()
    assert _holds(made, made.scalars(select(Batch)).one(), guardian) == set()


def test_a_stranger_on_a_guardians_card_is_held_with_both(held: Held) -> None:
    ward, guardian, stranger = (PersonFactory.create() for _ in range(3))
    _shares(guardian, ward, stranger)
    FeedRecordFactory.create(
        feed="MZ_CHILD", person=ward, data={"guardian_person_id": guardian.id, "class": "孤儿"}
    )
    assert held(guardian, ward, stranger) == {"shared_account"}


def test_another_childs_guardian_is_a_stranger(held: Held) -> None:
    child, other = PersonFactory.create(), PersonFactory.create()
    elsewhere = PersonFactory.create()
    _shares(other, child)
    FeedRecordFactory.create(
        feed="MZ_CHILD", person=child, data={"guardian_person_id": elsewhere.id, "class": "孤儿"}
    )
    assert held(child) == {"shared_account"}


@pytest.mark.parametrize(
    ("valid_to", "expected"),
    [(None, set()), (date(2999, 1, 1), set()), (date(2020, 1, 1), {"shared_account"})],
)
def test_the_proxy_register_allows_sharing_while_it_is_valid(
    made: Session, held: Held, valid_to: date | None, expected: set[str]
) -> None:
    person, home = PersonFactory.create(), PersonFactory.create()
    _shares(home, person)
    card = made.scalars(select(Account.card_index).where(Account.person_id == person.id)).one()
    made.add(
        ProxyRegistration(
            card_index=card, person_id=person.id, reason="敬老院代管", kind="institution",
            valid_from=date(2019, 1, 1), valid_to=valid_to, registered_by="a",
            approved_by="b", approved_at=clock.now(),
        )
    )  # fmt: skip
    made.flush()
    assert held(person) == expected


def test_a_bank_that_nobody_pays_to_is_held(made: Session) -> None:
    channel("ccb")
    assessment, person = AssessmentFactory.create(), payee(bank=RURAL)
    due(assessment, person)
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    assert _holds(made, batch, person) == {"no_channel"}


@pytest.mark.parametrize(
    ("name", "bank", "expected"),
    [
        ("刘㐂", RURAL, {"charset_unsendable"}),
        ("刘㐂", CCB, set()),
        ("王𠮷", RURAL, {"charset_unsendable"}),
        ("王𠮷", CCB, set()),
        ("䶮䶮", CCB, set()),
        ("买买提·吐尔逊", RURAL, set()),
        ("Ａ｜Ｂ", CCB, set()),
        ("张|三", CCB, {"charset_unsendable"}),
        ("张,三", RURAL, {"charset_unsendable"}),
        ('张"三', RURAL, {"charset_unsendable"}),
        ("张\n三", RURAL, {"charset_unsendable"}),
        ("张\t三", CCB, {"charset_unsendable"}),
        ("阿" * 30, CCB, set()),
        ("阿" * 31, CCB, {"charset_unsendable"}),
        ("阿" * 60, RURAL, set()),
        ("阿" * 61, RURAL, {"charset_unsendable"}),
    ],
)
def test_a_name_that_a_bank_cannot_hold_as_it_is_is_held_and_never_replaced(
    made: Session, held: Held, name: str, bank: int, expected: set[str]
) -> None:
    person = payee(name=name, bank=bank)
    assert held(person) == expected
    line = made.scalars(select(Payment).where(Payment.payee_person_id == person.id)).one()
    assert line.payee_name == name


def test_the_bank_is_paid_under_the_name_it_holds(made: Session, held: Held) -> None:
    person = payee(verdict=None, name="刘㐂")
    card = made.scalars(select(Account).where(Account.person_id == person.id)).one()
    verified(card, person, holder="刘喜")
    assert held(person) == set()
    line = made.scalars(select(Payment).where(Payment.payee_person_id == person.id)).one()
    assert line.payee_name == "刘喜"


def test_every_control_that_hits_is_kept(held: Held) -> None:
    person = payee(status="挂失", verdict="mismatch", name="张|三")
    _dies(person, "WJ_DEATH")
    assert held(person) == {
        "death_reported",
        "account_not_usable",
        "account_name_mismatch",
        "charset_unsendable",
    }


def test_every_control_speaks_both_languages_and_is_tried_here() -> None:
    assert len(BY_CODE) == len(CONTROLS) == 20
    for control in CONTROLS:
        assert control.en.endswith(".")
        assert control.how_en.endswith(".")
        assert control.zh.endswith("。")
        assert control.how_zh.endswith("。")


@pytest.mark.parametrize("name", ["", "a\x00b", "a\x1bb"])
def test_nothing_and_control_characters_are_not_sendable(name: str) -> None:
    assert not sendable(name, "gb18030", 60)
