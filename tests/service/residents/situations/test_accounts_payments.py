"""Situations of the domain as far as accounts decide whether, and to whom, money goes."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.cooling import BankNotAsked
from service.batches.look_again import look_again
from service.batches.models import Payment, PaymentHold
from service.batches.release import release
from service.demo.county.cards import bank_code, card_number
from service.foundation import clock
from service.foundation.encryption import sealer
from service.reconciliation.reissue import reissue
from service.residents.accounts import (
    Term,
    approve_proxy,
    confirm_change,
    end_proxy,
    register_proxy,
    request_change,
)
from service.residents.identity.merge import merge
from service.residents.models import Account, AccountVerification, Person
from tests.factories import residents
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import account, channel, due, payee, verified
from tests.factories.officers import OfficerFactory, staff
from tests.factories.residents import FeedRecordFactory, PersonFactory

ALWAYS = Term(date(2026, 1, 1))


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work; both banks pay."""
    residents.use(session)
    for code in ("ccb", "rural"):
        channel(code)
    return session


def _held(session: Session, *people: Person, month: str = "2026-10") -> list[set[str]]:
    """Press a month's button for these people; return what holds the newest line of each."""
    assessment = AssessmentFactory.create(month=month)
    for person in people:
        due(assessment, person)
    look_again(session, assessment, "MZ15", by=SYSTEM)
    build(session, assessment, "MZ15", by=SYSTEM)
    session.expire_all()
    return [_open(session, _line(session, person)) for person in people]


def _line(session: Session, person: Person) -> Payment:
    return session.scalars(
        select(Payment).where(Payment.payee_person_id == person.id).order_by(Payment.id.desc())
    ).all()[0]


def _open(session: Session, line: Payment) -> set[str]:
    return set(
        session.scalars(
            select(PaymentHold.control).where(
                PaymentHold.payment_id == line.id, PaymentHold.cleared_at.is_(None)
            )
        )
    )


def _ago(session: Session, one: Account, days: int) -> None:
    session.execute(
        update(Account)
        .where(Account.id == one.id)
        .values(known_from=clock.now() - timedelta(days=days))
    )


def _changed(session: Session, person: Person, days: int, **changes: Any) -> Account:
    """Let the card office give a person who had an account another one, some days ago."""
    before = session.scalars(select(Account).where(Account.person_id == person.id)).all()
    for one in before:
        _ago(session, one, 400)
    new = account(person, **changes)
    _ago(session, new, days)
    return new


def _answers(session: Session, one: Account, on: date) -> None:
    session.execute(
        update(AccountVerification)
        .where(AccountVerification.card_index == one.card_index)
        .values(verified_on=on)
    )


@pytest.mark.parametrize(
    ("days", "expected"), [(1, {"account_changed"}), (29, {"account_changed"}), (31, set())]
)
def test_money_does_not_follow_an_account_that_changed_a_moment_ago(
    made: Session, days: int, expected: set[str]
) -> None:
    person = payee()
    _changed(made, person, days)
    assert _held(made, person) == [expected]


def test_a_first_account_and_another_state_of_the_same_card_are_no_change(made: Session) -> None:
    first, same = payee(), PersonFactory.create()
    old = account(same)
    _ago(made, old, 400)
    card: dict[str, Any] = {
        "card_index": old.card_index, "card_sealed": old.card_sealed, "tail": old.tail
    }  # fmt: skip
    account(same, verdict=None, **card)
    assert _held(made, first, same) == [set(), set()]


def test_a_change_that_two_officers_made_is_paid_at_once(made: Session) -> None:
    """Situation 24: the household's new representative is paid once two officers changed it."""
    person, people = payee(), staff()
    change = request_change(
        made, person.id, account=card_number(3, 778_001), bank_code=bank_code(3, 0),
        bank_name="样例农商行", reason="户主去世，户内推选新代表。", by=people.maker,
    )  # fmt: skip
    new = confirm_change(made, change.id, by=people.reviewer)
    verified(new, person)
    assert _held(made, person) == [set()]
    assert _line(made, person).account_id == new.id


def test_an_officer_releases_it_after_the_bank_itself_has_answered(made: Session) -> None:
    person, maker = payee(), staff().maker
    new = _changed(made, person, 3)
    _answers(made, new, clock.today() - timedelta(days=10))
    assert _held(made, person) == [{"account_changed"}]
    with pytest.raises(BankNotAsked):
        release(made, _line(made, person), by=maker, reason="电话确认过。")
    _answers(made, new, clock.today())
    release(made, _line(made, person), by=maker, reason="银行核验一致，已核对本人。")
    assert _line(made, person).state == "ready"
    assert _held(made, person, month="2026-11") == [set()], "the first list only"


def test_where_money_arrived_before_it_goes_again(made: Session) -> None:
    person = payee()
    _changed(made, person, 31)
    _held(made, person)
    line = _line(made, person)
    for state in ("frozen", "sent", "paid"):
        line.state = state
        made.flush()
    made.execute(update(Account).where(Account.known_to.is_(None)).values(known_from=clock.now()))
    assert _held(made, person, month="2026-11") == [set()]


def test_what_is_issued_again_has_its_own_second_officer(made: Session) -> None:
    """Situation 40: the account was corrected after the failure, and the money follows it."""
    person = payee()
    _held(made, person)
    line = _line(made, person)
    for state in ("frozen", "sent", "rejected"):
        line.state = state
        made.flush()
    _changed(made, person, 1)
    assert reissue(made, "MZ15", "2026-10", by=SYSTEM) is not None
    assert _open(made, _line(made, person)) == set()


def test_an_account_of_a_former_number_is_no_new_account(made: Session) -> None:
    former, kept = payee(), PersonFactory.create()
    old = made.scalars(select(Account).where(Account.person_id == former.id)).one()
    _ago(made, old, 400)
    card: dict[str, Any] = {
        "card_index": old.card_index, "card_sealed": old.card_sealed, "tail": old.tail
    }  # fmt: skip
    account(kept, **card)
    merge(made, kept.id, former.id, reason="同一人。", by=SYSTEM)
    assert _held(made, kept) == [set()], "the same card under two numbers is one person's"


def test_the_banks_own_word_comes_before_the_card_offices(made: Session) -> None:
    closed, lost, old = payee(), payee(status="挂失"), payee(status="挂失")

    def says(person: Person, status: str, on: date) -> None:
        one = made.scalars(select(Account).where(Account.person_id == person.id)).one()
        FeedRecordFactory.create(
            feed="BK_RET", person=person, record_key=one.card_index.hex(),
            data={"status": status, "verdict": "一致", "verified_on": on.isoformat()},
        )  # fmt: skip

    says(closed, "销户", clock.today() - timedelta(days=90))
    says(lost, "正常", clock.today())
    says(old, "正常", clock.today() - timedelta(days=90))
    assert _held(made, closed, lost, old) == [
        {"account_not_usable"}, set(), {"account_not_usable"}
    ]  # fmt: skip


def _sharing(*people: Person) -> None:
    """Let people have one and the same account, verified for each."""
    first = account(people[0])
    card: dict[str, Any] = {
        "card_index": first.card_index, "card_sealed": first.card_sealed, "tail": first.tail
    }  # fmt: skip
    for other in people[1:]:
        account(other, **card)


def _registered(session: Session, people: Sequence[Person], kind: str, term: Term = ALWAYS) -> None:
    steward, reviewer = (OfficerFactory.create(duties=[duty]) for duty in ("steward", "reviewer"))
    for person in people:
        proxy = register_proxy(
            session, person.id, kind=kind, reason="有书面材料。", term=term, by=steward
        )
        if term.last is None or term.last >= clock.today():
            approve_proxy(session, proxy.id, by=reviewer)


def _people(count: int) -> list[Person]:
    return [PersonFactory.create() for _ in range(count)]


def test_an_orphan_is_paid_to_the_registered_guardians_card(made: Session) -> None:
    """Situation 35: as many wards as civil affairs registered, and nobody beyond them."""
    guardian, *wards = _people(4)
    _sharing(guardian, *wards)
    for ward in wards[:2]:
        FeedRecordFactory.create(
            feed="MZ_CHILD", person=ward, data={"guardian_person_id": guardian.id}
        )
    assert _held(made, *wards) == [{"shared_account"}] * 3
    FeedRecordFactory.create(
        feed="MZ_CHILD", person=wards[2], data={"guardian_person_id": guardian.id}
    )
    assert _held(made, *wards) == [set()] * 3


def test_a_replaced_guardians_card_is_held_from_that_day_on(made: Session) -> None:
    """Situation 36: the next line waits as soon as the guardian is not the guardian any more."""
    guardian, ward = _people(2)
    _sharing(guardian, ward)
    steward, reviewer = (OfficerFactory.create(duties=[duty]) for duty in ("steward", "reviewer"))
    proxy = register_proxy(
        made, ward.id, kind="guardian", reason="法院指定。", term=ALWAYS, by=steward
    )
    approve_proxy(made, proxy.id, by=reviewer)
    assert _held(made, ward) == [set()]
    end_proxy(made, proxy.id, on=clock.today(), reason="挪用补贴，撤销监护。", by=steward)
    assert _held(made, ward, month="2026-11") == [{"shared_account"}]


def test_an_adults_guardian_needs_two_officers_and_holds_for_one(made: Session) -> None:
    """Situation 37: a guardian by court record; for more wards a department has to know them."""
    guardian, *wards = _people(3)
    _sharing(guardian, *wards)
    _registered(made, wards, "guardian")
    assert _held(made, *wards) == [{"shared_account"}] * 2
    for ward in wards:
        FeedRecordFactory.create(
            feed="WJ_PSY", person=ward, data={"guardian_person_id": guardian.id}
        )
    assert _held(made, *wards) == [set()] * 2


def test_a_department_that_knows_a_guardian_does_not_approve_the_account(made: Session) -> None:
    """Situation 37: an adult's ward-ship alone exempts nobody; the proxy register does."""
    guardian, ward = _people(2)
    _sharing(guardian, ward)
    FeedRecordFactory.create(feed="WJ_PSY", person=ward, data={"guardian_person_id": guardian.id})
    assert _held(made, ward) == [{"shared_account"}]


def test_ten_people_on_one_account_are_held_unless_an_institution_receives(made: Session) -> None:
    """Situation 38: every line is held; those who live in an institution are on the register."""
    people = _people(10)
    _sharing(*people)
    assert _held(made, *people) == [{"shared_account"}] * 10
    _registered(made, people[:8], "institution")
    assert _held(made, *people) == [{"shared_account"}] * 10, "two strangers are still two"
    _registered(made, people[8:9], "institution")
    assert _held(made, *people) == [set()] * 10


def test_a_couples_agreement_is_for_two(made: Session) -> None:
    """Situation 38: a couple with a written agreement shares; a third person does not join."""
    couple = _people(2)
    _sharing(*couple)
    _registered(made, couple[1:], "couple")
    assert _held(made, *couple) == [set()] * 2
    wife, husband, third = _people(3)
    _sharing(wife, husband, third)
    _registered(made, [husband, third], "couple")
    assert _held(made, wife, husband, third) == [{"shared_account"}] * 3


@pytest.mark.parametrize("approved", [False, True])
def test_a_village_cadres_card_receives_only_for_whom_two_officers_registered(
    made: Session, approved: bool
) -> None:
    """Situation 39: being a cadre, or a cadre's kin, exempts nobody."""
    cadre, villager = _people(2)
    _sharing(cadre, villager)
    steward, reviewer = (OfficerFactory.create(duties=[duty]) for duty in ("steward", "reviewer"))
    proxy = register_proxy(
        made, villager.id, kind="other", reason="本人失能，村里代领。", term=ALWAYS, by=steward
    )
    if approved:
        approve_proxy(made, proxy.id, by=reviewer)
    assert _held(made, villager) == [set() if approved else {"shared_account"}]


@pytest.mark.parametrize(
    "term", [Term(date(2025, 1, 1), date(2025, 12, 31)), Term(date(2999, 1, 1))]
)
def test_a_registration_counts_on_the_days_of_its_term_only(made: Session, term: Term) -> None:
    people = _people(2)
    _sharing(*people)
    _registered(made, people[1:], "institution", term)
    assert _held(made, *people) == [{"shared_account"}] * 2


def test_nobody_shares_an_account_with_himself(made: Session) -> None:
    one, former = _people(2)
    _sharing(one, former)
    merge(made, one.id, former.id, reason="同一人。", by=SYSTEM)
    assert _held(made, one) == [set()]


def test_the_bank_is_paid_under_the_name_it_confirmed_for_a_former_number(made: Session) -> None:
    """Situation 12: the bank's own name for the holder, under whichever number it answered."""
    former, kept = PersonFactory.create(name="刘㐂"), PersonFactory.create(name="刘㐂")
    one = account(former, verdict=None)
    verified(one, former, holder="刘喜")
    merge(made, kept.id, former.id, reason="同一人。", by=SYSTEM)
    assert _held(made, kept) == [set()]
    line = _line(made, kept)
    assert (line.payee_name, line.account_id) == ("刘喜", one.id)
    assert sealer().open(one.card_sealed, f"accounts:card:{one.card_index.hex()}")
