"""More cases of the standing queries: amounts, accounts, what nobody paid, who acted when, who looked."""

from datetime import date, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.approvals.chains.read import PACKAGED
from service.approvals.models import ChainSet
from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.record import record
from service.batches.models import Batch
from service.batches.recoveries.models import RecoveryAct
from service.foundation import ids
from service.officers.models import Officer, Organisation
from service.residents.models import Account, AccountVerification, Person
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.banks import BankFileFactory
from tests.factories.mending import RecoveryCaseFactory
from tests.factories.officers import EmergencyAccessFactory, OfficerFactory
from tests.factories.residents import (
    AccountFactory,
    DeliveryFactory,
    FeedRecordFactory,
    HouseholdFactory,
    PersonFactory,
)
from tests.service.oversight.standing_cases import (
    CASES,
    PAID_ON,
    Found,
    acted,
    at,
    batch,
    case,
    died,
    paid,
    subject,
)


@case("amount_not_rule")
def _amount(_: Session) -> Found:
    assessment = AssessmentFactory.create(month="2026-10")

    def line(fen: int, **given: int) -> str:
        person = PersonFactory.create()
        decision = DecisionFactory.create(
            assessment=assessment, subject_id=person.id, amount_fen=10_000, period="2026-10"
        )
        return subject(
            paid(
                subject_id=given.get("subject_id", person.id), amount_fen=fen,
                decision_id=decision.id,
            )
        )  # fmt: skip

    return {line(12_000), line(10_000, subject_id=77_000_001)}, {line(10_000)}


@case("period_paid_twice")
def _twice(_: Session) -> Found:
    person, other = PersonFactory.create_batch(2)
    first = paid(person)
    second = paid(PersonFactory.create(merged_into=person.id))
    paid(other, period="2026-09")
    third = paid(other)
    return {subject(second)}, {subject(first), subject(third)}


@case("counted_twice")
def _counted(_: Session) -> Found:
    child = PersonFactory.create()
    one, two, three = HouseholdFactory.create_batch(3)
    for household, stopped in ((one, None), (two, None), (three, "2026-05-31")):
        FeedRecordFactory.create(
            feed="MZ_SA", person=child, household=household,
            data={"approved_date": "2026-01-01", "stopped_on": stopped},
        )  # fmt: skip
    lines = [paid(subject_kind="household", subject_id=home.id) for home in (one, two, three)]
    plots = []
    for number, kept in (("证1", True), ("证1", True), ("证2", False)):
        land = HouseholdFactory.create(kind="land")
        FeedRecordFactory.create(feed="NY_LAND", household=land, data={"certificate_no": number})
        plots.append((paid(subject_kind="land", subject_id=land.id), kept))
    return (
        {subject(lines[1]), subject(plots[1][0])},
        {subject(lines[0]), subject(lines[2]), subject(plots[0][0]), subject(plots[2][0])},
    )


def _account(person: Person, known: date, **given: object) -> Account:
    made: Account = AccountFactory.create(person=person, known_from=at(known), **given)
    return made


@case("account_changed_before")
def _changed(session: Session) -> Found:
    lines = []
    for since, verified in (
        (date(2026, 10, 10), False), (date(2026, 10, 10), True), (date(2026, 8, 1), False),
    ):  # fmt: skip
        person = PersonFactory.create()
        _account(person, date(2026, 1, 1), known_to=at(since))
        new = _account(person, since)
        if verified:
            session.add(
                AccountVerification(
                    card_index=new.card_index, person_id=person.id, holder_name="x",
                    verdict="match", verified_on=date(2026, 10, 12),
                    delivery_id=DeliveryFactory.create(feed="BK_RET").id,
                )
            )  # fmt: skip
        lines.append(subject(paid(person, account_id=new.id)))
    session.flush()
    return {lines[0]}, set(lines[1:])


@case("account_there_and_back")
def _back(_: Session) -> Found:
    between = []
    for last in ("62170000000000001", "62170000000000009"):
        person = PersonFactory.create()
        days = (date(2026, 1, 1), date(2026, 10, 1), date(2026, 11, 1))
        cards = ("62170000000000001", "62170000000000005", last)
        accounts = [
            _account(person, day, card=f"{card}{person.id}", known_to=at(until) if until else None)
            for card, day, until in zip(cards, days, (*days[1:], None), strict=True)
        ]
        paid(person, account_id=accounts[1].id)
        between.append(f"account:{accounts[1].id}")
    return {between[0]}, {between[1]}


@case("returned_waits")
def _returned(_: Session) -> Found:
    waits, again, fresh = (
        paid(state="returned", failed_on=day)
        for day in (date(2026, 10, 1), date(2026, 10, 1), date(2026, 11, 20))
    )
    paid(replaces_id=again.id)
    return {subject(waits)}, {subject(again), subject(fresh)}


@case("due_never_listed")
def _never(_: Session) -> Found:
    assessment = AssessmentFactory.create(month="2026-10", assessed_at=at(date(2026, 10, 1)))
    missed, listed, by_old_number, refused = PersonFactory.create_batch(4)
    decisions = [
        DecisionFactory.create(assessment=assessment, subject_id=one.id, period="2026-10")
        for one in (missed, listed, by_old_number)
    ]
    no = DecisionFactory.create(
        assessment=assessment, subject_id=refused.id, period="2026-10", outcome="not_due",
        amount_fen=None,
    )  # fmt: skip
    programme = decisions[0].programme
    paid(listed, programme=programme)
    paid(PersonFactory.create(merged_into=by_old_number.id), programme=programme)
    fresh = AssessmentFactory.create(month="2026-11", assessed_at=at(date(2026, 11, 25)))
    new = DecisionFactory.create(assessment=fresh, subject_id=missed.id, period="2026-11")
    return (
        {f"decision:{decisions[0].id}"},
        {f"decision:{one.id}" for one in (decisions[1], decisions[2], no, new)},
    )


@case("dropped_unsaid")
def _dropped(_: Session) -> Found:
    last = batch(month="2026-09", state="answered")
    now = batch(month="2026-10", state="answered")
    gone, stays, told, dead = PersonFactory.create_batch(4)
    lines = [
        paid(one, batch=last, settled_on=date(2026, 9, 16)) for one in (gone, stays, told, dead)
    ]
    paid(stays, batch=now)
    DecisionFactory.create(
        assessment=AssessmentFactory.create(month="2026-10"), subject_id=told.id,
        outcome="not_due", amount_fen=None,
    )  # fmt: skip
    died(dead, date(2026, 9, 20))
    return {subject(lines[0])}, {subject(one) for one in lines[1:]}


@case("paid_late")
def _late(_: Session) -> Found:
    late, waits, good, fresh = (
        batch(month=month) for month in ("2026-08", "2026-08", "2026-10", "2026-11")
    )
    paid(batch=late)
    paid(batch=waits, state="frozen", settled_on=None)
    paid(batch=good)
    paid(batch=fresh, state="frozen", settled_on=None)
    return (
        {f"batch:{late.batch_no}", f"batch:{waits.batch_no}"},
        {f"batch:{good.batch_no}", f"batch:{fresh.batch_no}"},
    )


@case("recovery_idle")
def _idle(session: Session) -> Found:
    idle, moved, settled = (
        RecoveryCaseFactory.create(state=state, opened_at=at(date(2026, 6, 1)))
        for state in ("noticed", "noticed", "settled")
    )
    session.execute(delete(RecoveryAct))  # The factory lets officers approve just now.
    session.add(
        RecoveryAct(
            case_id=moved.id, act="noticed", officer_id=OfficerFactory.create().id,
            at=at(date(2026, 11, 1)), reason="已告知",
        )
    )  # fmt: skip
    session.flush()
    return {f"case:{idle.case_no}"}, {f"case:{one.case_no}" for one in (moved, settled)}


def _act(on: Batch, who: Officer) -> str:
    return f"act:{on.batch_no}:1:{who.id}"


@case("fast_approval")
def _fast(session: Session) -> Found:
    maker, reviewer = OfficerFactory.create(), OfficerFactory.create(duties=["reviewer"])
    quick, slow, small = (batch(frozen_count=n, frozen_fen=n * 100) for n in (300, 300, 5))
    for minute, (one, after) in enumerate(((quick, 20), (slow, 900), (small, 5))):
        began = at(PAID_ON, 9) + timedelta(hours=minute)
        acted(session, one, maker, "submitted", began)
        acted(session, one, reviewer, "approved", began + timedelta(seconds=after))
    return {_act(quick, reviewer)}, {_act(slow, reviewer), _act(small, reviewer)}


@case("same_pair")
def _pair(session: Session) -> Found:
    always, mixed = OfficerFactory.create_batch(2)
    first, second = OfficerFactory.create_batch(2, duties=["reviewer"])
    for number in range(12):
        for maker, reviewer in ((always, first), (mixed, (first, second)[number % 2])):
            one = batch()
            acted(session, one, maker, "submitted", at(PAID_ON, 9))
            acted(session, one, reviewer, "approved", at(PAID_ON, 11))
    return (
        {f"pair:{always.id}:{first.id}"},
        {f"pair:{mixed.id}:{one.id}" for one in (first, second)},
    )


@case("odd_hours")
def _night(session: Session) -> Found:
    signer = OfficerFactory.create(duties=["signer"])
    late, early, day = batch(), batch(), batch()
    acted(session, late, signer, "signed", at(PAID_ON, 22, 30))
    acted(session, early, signer, "approved", at(PAID_ON, 5, 59))
    acted(session, day, signer, "signed", at(PAID_ON, 21, 59))
    sent = BankFileFactory.create(sent_at=at(PAID_ON, 23), state="sent")
    by_day = BankFileFactory.create(sent_at=at(PAID_ON, 9), state="sent")
    return (
        {_act(late, signer), _act(early, signer), f"file:{sent.id}"},
        {_act(day, signer), f"file:{by_day.id}"},
    )


@case("emergency_used")
def _emergency(_: Session) -> Found:
    used = EmergencyAccessFactory.create(state="closed", confirmed_at=at(PAID_ON))
    long_ago = EmergencyAccessFactory.create(state="closed", confirmed_at=at(date(2025, 1, 5)))
    return {f"access:{used.id}"}, {f"access:{long_ago.id}"}


@case("below_threshold")
def _below(session: Session) -> Found:
    packaged = PACKAGED.read_text("utf-8")
    content = packaged.replace("use:\n", "use:\n  - {chain: ordinary, from_fen: 1000000}\n", 1)
    session.add(
        ChainSet(
            id=ids.uuid7(), digest="0" * 64, content=content, put_by="x", put_at=at(PAID_ON)
        )
    )  # fmt: skip
    session.flush()
    just, apart, other, far, over = (
        batch(month=month, frozen_count=1, frozen_fen=fen)
        for month, fen in (
            ("2026-05", 980_000), ("2026-06", 600_000), ("2026-06", 500_000), ("2026-07", 500_000),
            ("2026-08", 2_000_000),
        )
    )  # fmt: skip
    return (
        {f"batch:{one.batch_no}" for one in (just, apart, other)},
        {f"batch:{one.batch_no}" for one in (far, over)},
    )


def _looked(session: Session, who: Officer, person: Person, day: date) -> None:
    actor = Actor(kind="officer", id=str(who.id), organisation=who.organisation)
    entry: AuditEntry = record(
        session, "resident.read", by=actor, on=("persons", person.id), details={}
    )
    session.flush()
    entry.at = at(day)
    session.flush()


@case("many_looked_at")
def _many(session: Session) -> Found:
    curious, usual, other = OfficerFactory.create_batch(3)
    people = PersonFactory.create_batch(45)
    for person in people:
        _looked(session, curious, person, PAID_ON)
    for officer in (usual, other):
        for person in people[:3]:
            _looked(session, officer, person, PAID_ON)
    return (
        {f"officer:{curious.id}:{PAID_ON}"},
        {f"officer:{one.id}:{PAID_ON}" for one in (usual, other)},
    )


@case("looked_from_elsewhere")
def _elsewhere(session: Session) -> Found:
    session.add(Organisation(name="试验镇政府", kind="township", division="330523101"))
    session.flush()
    here, county = OfficerFactory.create(organisation="试验镇政府"), OfficerFactory.create()
    near = PersonFactory.create(division="330523101201")
    far = PersonFactory.create(division="330523102201")
    later = PAID_ON + timedelta(days=1)
    _looked(session, here, far, PAID_ON)
    _looked(session, here, near, later)
    _looked(session, county, far, PAID_ON)
    return (
        {f"officer:{here.id}:{PAID_ON}"},
        {f"officer:{here.id}:{later}", f"officer:{county.id}:{PAID_ON}"},
    )


__all__ = ["CASES"]
