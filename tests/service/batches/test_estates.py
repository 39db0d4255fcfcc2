"""What is still due to the dead goes to the registered heir, and waits while there is none."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.look_again import look_again
from service.batches.models import Payment, PaymentHold
from service.officers.may import NotAllowed
from service.residents.accounts.problems import AlreadyApproved, ProxyEnded, SecondOfficerNeeded
from service.residents.heirs import Claim, approve_heir, end_heir, refuse_heir, register_heir
from service.residents.heirs.problems import (
    EvidenceMissing,
    HeirBasisUnknown,
    HeirIsTheDead,
    HeirStands,
    RelationUnknown,
    SharesTooMany,
)
from service.residents.identity.problems import ReasonNeeded
from service.residents.models import HeirRegistration, Person
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.factories.officers import OfficerFactory
from tests.factories.residents import FeedRecordFactory, PersonFactory


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made)


class Register:
    """A steward who registers heirs and a reviewer who approves them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.steward = OfficerFactory.create(duties=["steward"])
        self.reviewer = OfficerFactory.create(duties=["reviewer"])

    def enter(
        self, dead: Person, heir: Person, share: str = "1/1", **said: str
    ) -> HeirRegistration:
        claim = {
            "basis": "agreement",
            "relation": "child",
            "evidence": "协议 8 号",
            "reason": "协商一致。",
        }
        return register_heir(
            self.session, dead.id, heir.id, Claim(**{**claim, **said}, share=share), by=self.steward
        )

    def heir(self, dead: Person, heir: Person, share: str = "1/1") -> HeirRegistration:
        return approve_heir(self.session, self.enter(dead, heir, share).id, by=self.reviewer)


@pytest.fixture
def register(made: Session) -> Register:
    return Register(made)


def _dies(person: Person, *feeds: str) -> None:
    for feed in feeds or ("WJ_DEATH", "MZ_CREM"):
        FeedRecordFactory.create(feed=feed, person=person, data={"death_date": "2026-09-20"})


def _paid_to(session: Session, person: Person) -> list[tuple[str, str, int | None, str]]:
    session.expire_all()
    rows = session.scalars(
        select(Payment).where(Payment.subject_id == person.id).order_by(Payment.id)
    )
    return [(one.period, one.line_type, one.payee_person_id, one.state) for one in rows]


def _held_by(session: Session) -> set[str]:
    return set(session.scalars(select(PaymentHold.control).where(PaymentHold.cleared_at.is_(None))))


def test_the_month_of_death_goes_to_the_heir_whom_two_officers_registered(
    months: Months, made: Session, register: Register
) -> None:
    """Situation 3: not to the card of the dead, and not before a second officer approved."""
    dead, heir = payee(), payee()
    _dies(dead)
    months.knows(dead, "2026-09")
    entered = register.enter(dead, heir)
    months.build("2026-09")
    assert _paid_to(made, dead) == [("2026-09", "regular", dead.id, "held")]
    assert "payee_dead" in _held_by(made)
    approve_heir(made, entered.id, by=register.reviewer)
    look_again(made, months.assess("2026-09"), months.programme, by=register.steward.actor())
    assert _paid_to(made, dead) == [("2026-09", "estate", heir.id, "ready")]
    months.pay()
    assert _paid_to(made, dead)[0][-1] == "paid"
    assert months.build("2026-09") is None, "the month was seen to"


def test_months_lived_before_are_made_good_to_the_heir(
    months: Months, made: Session, register: Register
) -> None:
    """A standard raised back: what the dead had been due more goes to the heir, month by month."""
    dead, heir = payee(), payee()
    months.knows(dead, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    _dies(dead)
    register.heir(dead, heir)
    months.knows(dead, "2026-08", "2026-09", fen=12_000)
    months.mend("2026-10", "2026-08", "2026-09")
    months.pay()
    months.knows(dead, "2026-08", fen=12_500)
    months.mend("2026-10", "2026-08", "2026-09")
    assert [line[:4] for line in months.lines(dead)[2:]] == [
        ("2026-08", "estate", 1, 2_000), ("2026-09", "estate", 1, 2_000),
        ("2026-08", "estate", 2, 500),
    ]  # fmt: skip
    assert {line[2] for line in _paid_to(made, dead)[2:]} == {heir.id}
    months.pay()
    assert months.mend("2026-10", "2026-08", "2026-09").batch is None


@pytest.mark.parametrize("feeds", [("WJ_DEATH",), ()])
def test_an_heir_receives_nothing_while_the_person_may_be_alive(
    months: Months, made: Session, register: Register, feeds: tuple[str, ...]
) -> None:
    living, heir = payee(), payee()
    if feeds:
        _dies(living, *feeds)
    register.heir(living, heir)
    months.knows(living, "2026-09")
    months.build("2026-09")
    state = "held" if feeds else "ready"
    assert _paid_to(made, living) == [("2026-09", "regular", living.id, state)]


def test_an_heir_without_a_usable_account_waits_and_is_found_when_there_is_one(
    months: Months, made: Session, register: Register
) -> None:
    dead, heir, other = payee(), PersonFactory.create(), payee()
    _dies(dead)
    first = register.heir(dead, heir)
    months.knows(dead, "2026-09")
    months.build("2026-09")
    assert _paid_to(made, dead) == [("2026-09", "estate", heir.id, "held")]
    assert _held_by(made) >= {"no_account"}
    end_heir(made, first.id, reason="继承人放弃。", by=register.steward)
    look_again(made, months.assess("2026-09"), months.programme, by=register.steward.actor())
    assert _paid_to(made, dead) == [("2026-09", "estate", dead.id, "held")]
    assert "payee_dead" in _held_by(made)
    register.heir(dead, other)
    look_again(made, months.assess("2026-09"), months.programme, by=register.steward.actor())
    assert _paid_to(made, dead) == [("2026-09", "estate", other.id, "ready")]


def test_a_funeral_subsidy_goes_to_who_asked_for_it_though_it_is_about_the_dead(
    made: Session, register: Register
) -> None:
    """MZ19, RS02, TY12, YJ04 are the family's; where the application names nobody, the heir's."""
    months = Months(made, programme="RS02")
    named, unnamed, asked, heir = payee(), payee(), payee(), payee()
    for one in (named, unnamed):
        _dies(one)
        register.heir(one, heir)
        months.knows(one, "2026-09")
    months.payees[named.id] = asked.id
    months.payees[unnamed.id] = None
    months.build("2026-09")
    assert _paid_to(made, named) == [("2026-09", "regular", asked.id, "ready")]
    assert _paid_to(made, unnamed) == [("2026-09", "estate", heir.id, "ready")]


def test_the_register_wants_two_officers_a_ground_and_another_person(
    made: Session, register: Register
) -> None:
    dead, heir = PersonFactory.create(), PersonFactory.create()
    both = OfficerFactory.create(duties=["steward", "reviewer"])
    said = Claim("funeral", "other", "发票 7 号", "承办丧事。")
    with pytest.raises(HeirBasisUnknown):
        register.enter(dead, heir, basis="friend")
    with pytest.raises(HeirIsTheDead):
        register.enter(dead, dead)
    with pytest.raises(ReasonNeeded):
        register.enter(dead, heir, reason=" ")
    with pytest.raises(EvidenceMissing):
        register.enter(dead, heir, evidence=" ")
    with pytest.raises(RelationUnknown):
        register.enter(dead, heir, relation="friend")
    with pytest.raises(NotAllowed):
        register_heir(made, dead.id, heir.id, said, by=register.reviewer)
    mine = register_heir(made, dead.id, heir.id, said, by=both)
    with pytest.raises(SecondOfficerNeeded):
        approve_heir(made, mine.id, by=both)
    with pytest.raises(HeirStands):
        register.enter(dead, heir)
    with pytest.raises(SharesTooMany):
        register.enter(dead, PersonFactory.create(), "1/100")
    approve_heir(made, mine.id, by=register.reviewer)
    with pytest.raises(AlreadyApproved):
        approve_heir(made, mine.id, by=register.reviewer)
    end_heir(made, mine.id, reason="另行协商。", by=register.steward)
    with pytest.raises(ProxyEnded):
        end_heir(made, mine.id, reason="再次。", by=register.steward)
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(mine.id)))
    assert sorted(acts) == ["heir.approved", "heir.ended", "heir.registered"]


def test_the_database_itself_keeps_the_register_honest(made: Session, register: Register) -> None:
    heir = register.enter(PersonFactory.create(), PersonFactory.create())
    with pytest.raises(IntegrityError), made.begin_nested():
        made.execute(text("UPDATE heir_registrations SET approved_by = registered_by"))
    with pytest.raises(DBAPIError, match="never edited"), made.begin_nested():
        made.execute(
            text("UPDATE heir_registrations SET heir_person_id = :id"),
            {"id": PersonFactory.create().id},
        )
    approve_heir(made, heir.id, by=register.reviewer)
    for change in (
        "UPDATE heir_registrations SET approved_at = NULL",
        "UPDATE heir_registrations SET share_den = 2",
        "DELETE FROM heir_registrations",
    ):
        with pytest.raises(DBAPIError, match="never edited"), made.begin_nested():
            made.execute(text(change))


def test_only_a_held_line_may_become_the_heirs(months: Months, made: Session) -> None:
    months.knows(payee(), "2026-09")
    months.build("2026-09")
    with pytest.raises(DBAPIError, match="never edited"), made.begin_nested():
        made.execute(text("UPDATE payments SET line_type = 'estate'"))


def _estate(session: Session, person: Person) -> dict[int | None, list[tuple[int, str]]]:
    """Return {payee: [(fen, state)]} of the lines that stand for a person."""
    session.expire_all()
    found: dict[int | None, list[tuple[int, str]]] = {}
    for one in session.scalars(
        select(Payment)
        .where(Payment.subject_id == person.id, Payment.state != "reissued")
        .order_by(Payment.id)
    ):
        found.setdefault(one.payee_person_id, []).append((one.amount_fen, one.state))
    return found


def test_each_of_several_heirs_has_his_share_and_the_shares_are_the_whole(
    months: Months, made: Session, register: Register
) -> None:
    """Situation 3: three thirds of a hundred yuan are a hundred yuan, each in a line of its own."""
    dead, heirs = payee(), [payee() for _ in range(3)]
    _dies(dead)
    for heir in heirs:
        register.heir(dead, heir, "1/3")
    months.knows(dead, "2026-09")
    months.build("2026-09")
    assert _estate(made, dead) == {
        heirs[0].id: [(3_333, "ready")], heirs[1].id: [(3_333, "ready")],
        heirs[2].id: [(3_334, "ready")],
    }  # fmt: skip
    months.pay()
    assert months.build("2026-09") is None
    months.knows(dead, "2026-09", fen=10_001)
    months.mend("2026-10", "2026-09")
    assert sum(fen for lines in _estate(made, dead).values() for fen, _ in lines) == 10_001
    months.pay()
    assert months.mend("2026-10", "2026-09").batch is None


@pytest.mark.parametrize("is_frozen", [False, True])
def test_money_that_waited_is_divided_once_every_share_has_an_heir(
    months: Months, made: Session, register: Register, *, is_frozen: bool
) -> None:
    dead, one, other = payee(), payee(), payee()
    _dies(dead)
    months.knows(dead, "2026-09")
    batch = months.build("2026-09")
    assert batch is not None
    register.heir(dead, one, "1/4")
    waiting = register.enter(dead, other, "3/4")

    def again() -> None:
        look_again(made, months.assess("2026-09"), months.programme, by=register.steward.actor())

    again()
    assert _estate(made, dead) == {dead.id: [(10_000, "held")]}, "a part is not confirmed"
    approve_heir(made, waiting.id, by=register.reviewer)
    if is_frozen:
        made.execute(text("UPDATE batches SET state = 'frozen'"))
    again()
    assert _estate(made, dead) == {one.id: [(2_500, "ready")], other.id: [(7_500, "ready")]}
    lists = set(made.scalars(select(Payment.batch_id).where(Payment.state == "ready")))
    assert (batch.id in lists) is not is_frozen
    assert len(lists) == 1
    assert _held_by(made) == set(), "the line that was divided holds nobody up"
    again()
    months.pay()
    again()
    assert _estate(made, dead) == {one.id: [(2_500, "paid")], other.id: [(7_500, "paid")]}


def test_an_heir_who_dies_has_heirs_of_his_own_and_nobody_is_paid_twice(
    months: Months, made: Session, register: Register
) -> None:
    """The widow was paid; the son died before he was: his two children have what was his."""
    dead, widow, son, first, second = (payee() for _ in range(5))
    _dies(dead)
    register.heir(dead, widow, "1/2")
    his = register.heir(dead, son, "1/2")
    _dies(son)
    months.knows(dead, "2026-09")
    months.build("2026-09")
    assert _estate(made, dead) == {widow.id: [(5_000, "ready")], son.id: [(5_000, "held")]}
    assert "payee_dead" in _held_by(made)
    months.pay()
    end_heir(made, his.id, reason="该继承人已去世，转继承。", by=register.steward)
    for child in (first, second):
        register.heir(dead, child, "1/4")
    look_again(made, months.assess("2026-09"), months.programme, by=register.steward.actor())
    assert _estate(made, dead) == {
        widow.id: [(5_000, "paid")], first.id: [(2_500, "ready")], second.id: [(2_500, "ready")],
    }  # fmt: skip


def test_an_heir_whose_account_was_closed_waits_for_another_account_alone(
    months: Months, made: Session, register: Register
) -> None:
    dead, one, other = payee(), payee(), payee()
    _dies(dead)
    register.heir(dead, one, "1/2")
    register.heir(dead, other, "1/2")
    made.execute(
        text("UPDATE accounts SET status = '注销' WHERE person_id = :id"), {"id": other.id}
    )
    months.knows(dead, "2026-09")
    months.build("2026-09")
    assert _estate(made, dead) == {one.id: [(5_000, "ready")], other.id: [(5_000, "held")]}
    months.pay()
    made.execute(
        text("UPDATE accounts SET status = '正常' WHERE person_id = :id"), {"id": other.id}
    )
    look_again(made, months.assess("2026-09"), months.programme, by=register.steward.actor())
    assert _estate(made, dead) == {one.id: [(5_000, "paid")], other.id: [(5_000, "ready")]}


def test_who_is_refused_receives_nothing_and_the_share_is_free_again(
    made: Session, register: Register
) -> None:
    dead, heir = PersonFactory.create(), PersonFactory.create()
    entered = register.enter(dead, heir)
    with pytest.raises(NotAllowed):
        refuse_heir(made, entered.id, reason="公证书不符。", by=register.steward)
    refuse_heir(made, entered.id, reason="公证书不符。", by=register.reviewer)
    assert (entered.approved_at, entered.ended_reason) == (None, "公证书不符。")
    register.enter(dead, heir)


def test_the_database_counts_the_shares_too(made: Session, register: Register) -> None:
    dead = PersonFactory.create()
    register.enter(dead, PersonFactory.create(), "2/3")
    entered = register.enter(dead, PersonFactory.create(), "1/3")
    with pytest.raises(DBAPIError, match="more than the whole"), made.begin_nested():
        made.execute(
            text(
                "INSERT INTO heir_registrations (id, person_id, heir_person_id, basis, share_num, "
                "share_den, reason, registered_by, registered_at) "
                "SELECT gen_random_uuid(), person_id, :other, basis, 1, 100, reason, registered_by, "
                "registered_at FROM heir_registrations WHERE id = :id"
            ),
            {"other": PersonFactory.create().id, "id": entered.id},
        )
