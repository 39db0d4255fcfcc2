"""For each standing query a synthetic case that it must find, and one beside it that it must not.

Each maker returns (what must be found, what must not), as subjects. Everything is written with the
triggers asleep: how a line came to be paid is other tests' matter, here it only has to be.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.models import Batch, BatchAct, Payment, PaymentHold
from service.batches.switches.models import ControlSwitch
from service.foundation import ids
from service.notices.models import Notice, NoticeLine
from service.officers.models import Officer, OfficerInterest
from service.programmes.catalogue import rules
from service.residents.models import Confirmation, Household, Person, ProxyRegistration
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import (
    AccountFactory,
    FeedRecordFactory,
    HouseholdFactory,
    PersonFactory,
)

TODAY = date(2026, 11, 28)
PAID_ON = date(2026, 10, 16)
VILLAGE = "330523100200"
Found = tuple[set[str], set[str]]
CASES: dict[str, Callable[[Session], Found]] = {}


def case(code: str) -> Callable[[Callable[[Session], Found]], Callable[[Session], Found]]:
    """Register the maker of a query's case."""

    def keep(maker: Callable[[Session], Found]) -> Callable[[Session], Found]:
        CASES[code] = maker
        return maker

    return keep


def triggers_asleep(session: Session) -> None:
    """Let lines be written as if they had gone their way; for the rest of the transaction."""
    session.execute(text("SET LOCAL session_replication_role = replica"))


def subject(payment: Payment) -> str:
    return f"payment:{payment.id}"


def paid(person: Person | None = None, **given: Any) -> Payment:
    """Write a line that was paid on PAID_ON."""
    who = {"subject_id": person.id, "payee_person_id": person.id} if person is not None else {}
    made: Payment = PaymentFactory.create(
        **{"state": "paid", "settled_on": PAID_ON, **who, **given}
    )
    return made


def batch(**given: Any) -> Batch:
    """Write a list of the rules that are loaded."""
    made: Batch = BatchFactory.create(rule_digest=rules().digest, **given)
    return made


def died(person: Person, day: date, feed: str = "WJ_DEATH", **said: Any) -> None:
    FeedRecordFactory.create(feed=feed, person=person, data={"death_date": day.isoformat(), **said})


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return an instant by the county's clocks."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def acted(
    session: Session, on: Batch, who: Officer, act: str, when: datetime | None = None
) -> None:
    session.add(
        BatchAct(batch_id=on.id, round=1, officer_id=who.id, act=act, at=when or at(PAID_ON))
    )
    session.flush()


def tied(session: Session, officer: Officer, person: Person, relation: str = "self") -> None:
    session.add(
        OfficerInterest(
            officer_id=officer.id, person_id=person.id, relation=relation,
            declared_by=str(officer.id), declared_at=at(date(2026, 9, 1)), ended_at=None,
        )
    )  # fmt: skip
    session.flush()


def lives_in(household: Household, *people: Person) -> None:
    for person in people:
        FeedRecordFactory.create(feed="GA_HUKOU", person=person, household=household)


@case("paid_after_death")
def _after_death(session: Session) -> Found:
    dead, seen, wrong, ward, guardian = PersonFactory.create_batch(5)
    died(dead, date(2026, 9, 3))
    died(ward, date(2026, 9, 3), "MZ_CREM")
    died(wrong, date(2026, 9, 3), retracted_on="2026-09-20")
    died(seen, date(2026, 9, 3))
    session.add(
        Confirmation(
            person_id=seen.id, answer="alive", stated_on=date(2026, 9, 20), organisation="乡",
            reason="上门见到本人", by="x", at=at(date(2026, 9, 20)), withdrawn_at=None,
        )
    )  # fmt: skip
    session.flush()
    merged = PersonFactory.create(merged_into=dead.id)
    after = paid(dead)
    by_old_number = paid(merged)
    to_guardian = paid(subject_id=ward.id, payee_person_id=guardian.id)
    before = paid(dead, settled_on=date(2026, 8, 16), period="2026-08")
    old = paid(dead, settled_on=date(2025, 1, 16), period="2025-01")
    estate = paid(dead, payee_person_id=guardian.id, period="2026-09", line_type="estate")
    return (
        {subject(after), subject(by_old_number), subject(to_guardian)},
        {subject(one) for one in (before, old, estate, paid(seen), paid(wrong))},
    )


@case("dead_account_open")
def _dead_account(session: Session) -> Found:
    long_dead, lately_dead, closed = PersonFactory.create_batch(3)
    for person, known in ((long_dead, date(2026, 3, 1)), (lately_dead, date(2026, 11, 1))):
        FeedRecordFactory.create(
            feed="WJ_DEATH", person=person, data={"death_date": "2026-02-20"}, known_from=at(known)
        )
    FeedRecordFactory.create(
        feed="WJ_DEATH", person=closed, data={"death_date": "2026-02-20"},
        known_from=at(date(2026, 3, 1)),
    )  # fmt: skip
    open_one = AccountFactory.create(person=long_dead)
    waits = AccountFactory.create(person=lately_dead)
    shut = AccountFactory.create(person=closed, status="销户")
    return {f"account:{open_one.id}"}, {f"account:{waits.id}", f"account:{shut.id}"}


def _sharing(*people: Person) -> list[Any]:
    """Give people one card and pay each of them to it."""
    card = f"62170001{people[0].id:011d}"
    accounts = [AccountFactory.create(person=one, card=card) for one in people]
    for person, account in zip(people, accounts, strict=True):
        paid(person, account_id=account.id)
    return accounts


def _proxy(session: Session, account: Any, person: Person, kind: str = "other") -> None:
    session.add(
        ProxyRegistration(
            card_index=account.card_index, person_id=person.id, kind=kind, reason="代领",
            valid_from=date(2026, 1, 1), valid_to=None, registered_by="a", registered_at=at(PAID_ON),
            approved_by="b", approved_at=at(PAID_ON),
        )
    )  # fmt: skip
    session.flush()


@case("account_many_payees")
def _many_payees(session: Session) -> Found:
    strangers = _sharing(*PersonFactory.create_batch(3))
    family = PersonFactory.create_batch(2)
    lives_in(HouseholdFactory.create(kind="hukou"), *family)
    at_home = _sharing(*family)
    proxied_people = PersonFactory.create_batch(2)
    proxied = _sharing(*proxied_people)
    _proxy(session, proxied[0], proxied_people[1])
    child, guardian = PersonFactory.create_batch(2)
    guarded = _sharing(child, guardian)
    FeedRecordFactory.create(
        feed="MZ_CHILD", person=child, data={"guardian_person_id": guardian.id}
    )
    return (
        {f"account:{strangers[0].id}"},
        {f"account:{one[0].id}" for one in (at_home, proxied, guarded)},
    )


@case("agent_many_payees")
def _agent(session: Session) -> Found:
    found = []
    for kind, people in (("other", 6), ("institution", 6), ("other", 4)):
        wards = PersonFactory.create_batch(people)
        accounts = _sharing(*wards)
        for ward in wards:
            _proxy(session, accounts[0], ward, kind)
        found.append(f"account:{accounts[0].id}")
    return {found[0]}, set(found[1:])


@case("officer_on_own_list")
def _own_list(session: Session) -> Found:
    officer, releaser, stranger = OfficerFactory.create_batch(3)
    me, me_too, nobody = PersonFactory.create_batch(3)
    tied(session, officer, me)
    tied(session, releaser, me_too)
    made, other = batch(), batch()
    acted(session, made, officer, "submitted")
    acted(session, other, stranger, "submitted")
    mine = paid(PersonFactory.create(merged_into=me.id), batch=made)
    released = paid(me_too, batch=other)
    session.add(
        PaymentHold(
            payment_id=released.id, control="account_changed", found_at=at(PAID_ON),
            cleared_at=at(PAID_ON), cleared_by=str(releaser.id), cleared_reason="已核实",
        )
    )  # fmt: skip
    session.flush()
    return (
        {subject(mine), subject(released)},
        {subject(paid(me, batch=other)), subject(paid(nobody, batch=made))},
    )


@case("relative_in_chain")
def _relative(session: Session) -> Found:
    officer = OfficerFactory.create()
    me, mother, at_home, spouse, former, neighbour = PersonFactory.create_batch(6)
    tied(session, officer, me)
    tied(session, officer, mother, "parent")
    lives_in(HouseholdFactory.create(kind="hukou"), me, at_home)
    for other, kind, day in (
        (former, "结婚", "2010-01-01"), (former, "离婚", "2015-01-01"), (spouse, "结婚", "2018-01-01"),
    ):  # fmt: skip
        FeedRecordFactory.create(
            feed="MZ_MAR", person=me,
            data={"register_kind": kind, "registered_on": day, "other_person_id": other.id},
        )  # fmt: skip
    made, elsewhere = batch(), batch()
    acted(session, made, officer, "approved")
    return (
        {subject(paid(one, batch=made)) for one in (mother, at_home, spouse)},
        {
            subject(paid(me, batch=made)), subject(paid(former, batch=made)),
            subject(paid(neighbour, batch=made)),
            subject(paid(mother, batch=elsewhere, period="2026-09")),
        },
    )  # fmt: skip


@case("village_official_family")
def _village_official(session: Session) -> Found:
    found = set()
    officials = []
    for left_on in (None, "2024-01-01"):
        official, wife = PersonFactory.create_batch(2)
        lives_in(HouseholdFactory.create(kind="hukou"), official, wife)
        FeedRecordFactory.create(
            feed="ZZ_PTY", person=official, data={"post": "村主任", "left_on": left_on}
        )
        paid(subject_kind="land", payee_person_id=wife.id)
        officials.append(f"person:{official.id}")
    found.add(officials[0])
    pensioner = PersonFactory.create()
    FeedRecordFactory.create(feed="ZZ_PTY", person=pensioner, data={"post": "村主任"})
    paid(pensioner)
    return found, {officials[1], f"person:{pensioner.id}"}


@case("payroll_paid")
def _payroll(session: Session) -> Found:
    barring = next(
        code
        for code, one in sorted(rules().programmes.items())
        if any("not p.fin_payroll" in condition.expr for condition in one.conditions)
    )
    open_to_all = next(
        code
        for code, one in sorted(rules().programmes.items())
        if not any("fin_payroll" in condition.expr for condition in one.conditions)
    )
    staff, former, other = PersonFactory.create_batch(3)
    for person, until in ((staff, None), (former, "2026-05-31")):
        FeedRecordFactory.create(
            feed="CZ_PAY", person=person,
            data={"on_payroll": True, "from_date": "2020-01-01", "to_date": until},
        )  # fmt: skip
    barred, free = batch(programme=barring), batch(programme=open_to_all)
    return (
        {subject(paid(staff, batch=barred))},
        {
            subject(paid(former, batch=barred)), subject(paid(other, batch=barred)),
            subject(paid(staff, batch=free)),
        },
    )  # fmt: skip


@case("village_outlier")
def _outlier(session: Session) -> Found:
    grows, steady, quiet = "330523101201", "330523101202", "330523101203"
    for back, month in enumerate(("2026-10", "2026-09", "2026-08", "2026-07")):
        made = batch(month=month)
        for village, usual in ((grows, 4), (steady, 5), (quiet, 3)):
            count = 16 if village == grows and not back else usual
            for _ in range(count):
                paid(batch=made, division=village, settled_on=date(2026, 10 - back, 16))
    return (
        {f"village:{grows}:MZ15:2026-10"},
        {f"village:{one}:MZ15:2026-10" for one in (steady, quiet)},
    )


def _notice(session: Session, on: Batch, posted: date, ends: date, days: int) -> Notice:
    made = Notice(
        number=f"{on.batch_no}-G1", batch_id=on.id, level="village", days=days, posted_on=posted,
        ends_on=ends, lines_root=on.id.bytes * 2,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


@case("late_addition")
def _late(session: Session) -> Found:
    late, whole, unposted = batch(), batch(), batch()
    for one in (late, whole):
        notice = _notice(session, one, date(2026, 10, 1), date(2026, 10, 8), 7)
        session.add(NoticeLine(notice_id=notice.id, place=1, payment_id=paid(batch=one).id))
    paid(batch=late)
    paid(batch=late, state="held", settled_on=None)
    paid(batch=unposted)
    session.flush()
    return {f"batch:{late.batch_no}"}, {f"batch:{one.batch_no}" for one in (whole, unposted)}


@case("notice_shortened")
def _shortened(session: Session) -> Found:
    asks = next(code for code, one in sorted(rules().programmes.items()) if one.notice.days == 7)
    officer = OfficerFactory.create(duties=["reviewer"])
    first, few, early, right = (batch(programme=asks) for _ in range(4))
    posted = date(2026, 10, 1)
    hung_short = _notice(session, first, posted, posted + timedelta(days=5), 7)
    ruled_short = _notice(session, few, posted, posted + timedelta(days=3), 3)
    too_early = _notice(session, early, posted, posted + timedelta(days=7), 7)
    good = _notice(session, right, posted, posted + timedelta(days=7), 7)
    # Late in the evening of the last day in the county is another day in Greenwich.
    acted(session, early, officer, "approved", at(posted + timedelta(days=7), 23, 30))
    acted(session, right, officer, "approved", at(posted + timedelta(days=8), 0, 30))
    return (
        {f"notice:{one.number}" for one in (hung_short, ruled_short, too_early)},
        {f"notice:{good.number}"},
    )


@case("control_off")
def _control_off(session: Session) -> Found:
    asker, confirmer = OfficerFactory.create_batch(2)
    switches = []
    for state, month, confirmed in (
        ("on", "2026-10", True), ("refused", "2026-10", False), ("on", "2024-03", True),
    ):  # fmt: skip
        switch = ControlSwitch(
            id=ids.uuid7(), state=state, control="shared_account", programme="", from_month=month,
            to_month=month, reason="核查", asked_by=asker.id, asked_at=at(PAID_ON),
            confirmed_by=confirmer.id if confirmed else None,
            confirmed_at=at(PAID_ON) if confirmed else None,
        )  # fmt: skip
        session.add(switch)
        switches.append(f"switch:{switch.id}")
    session.flush()
    paid(batch=batch(controls_off=[{"control": "shared_account", "programme": ""}]))
    return {switches[0]}, set(switches[1:])
