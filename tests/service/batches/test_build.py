"""A list has one line for every due decision, once, whoever builds it how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.compare import adds_up, compare
from service.batches.look_again import look_again
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import NeedsData, ReasonMissing, release
from service.batches.submit import NothingToPay, lines_root, submit
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed
from service.residents.models import Account, Person
from tests.factories.assessment import AssessmentFactory, DecisionFactory
from tests.factories.batches import (
    CCB,
    BatchFactory,
    PaymentFactory,
    account,
    channel,
    county_batch,
    due,
    payee,
)
from tests.factories.officers import OfficerFactory, staff
from tests.factories.residents import FeedRecordFactory
from tests.foundation.committed import Committed


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Payment)) or 0


def test_a_second_build_of_a_month_builds_nothing(made: Session) -> None:
    batch = county_batch(made)
    assessment = made.get_one(Assessment, batch.assessment_id)
    for _ in range(3):
        assert build(made, assessment, "MZ15", by=SYSTEM) is None
    assert _count(made) == 4


def test_a_new_assessment_of_the_month_builds_only_who_was_not_on_a_list(made: Session) -> None:
    batch = county_batch(made)
    again = AssessmentFactory.create(month="2026-10")
    for line in made.scalars(select(Payment)).all():
        DecisionFactory.create(
            assessment=again, subject_id=line.subject_id, amount_fen=line.amount_fen + 5
        )
    newcomer = payee()
    due(again, newcomer)
    second = build(made, again, "MZ15", by=SYSTEM)
    assert second is not None
    assert second.batch_no == "MZ15-2026-10-02"
    lines = made.scalars(select(Payment).where(Payment.batch_id == second.id)).all()
    assert [line.subject_id for line in lines] == [newcomer.id]
    assert _count(made) == 5
    assert batch.batch_no == "MZ15-2026-10-01"


@pytest.mark.parametrize("outcome", ["unknown", "not_due"])
def test_who_is_not_due_is_on_no_list(made: Session, outcome: str) -> None:
    assessment, person = AssessmentFactory.create(), payee()
    due(assessment, person, outcome=outcome, amount_fen=None)
    assert build(made, assessment, "MZ15", by=SYSTEM) is None
    assert _count(made) == 0


def test_two_builders_at_once_make_one_list(committed: Committed) -> None:
    with committed.transaction() as session:
        channel("rural")
        assessment = AssessmentFactory.create()
        for _ in range(20):
            due(assessment, payee())
    together = Barrier(4)

    def run(_: int) -> bool:
        together.wait(timeout=60)
        with committed.transaction() as session:
            mine = session.get_one(Assessment, assessment.id)
            return build(session, mine, "MZ15", by=SYSTEM) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 1
    with committed.transaction() as session:
        assert _count(session) == 20
        assert session.scalar(select(func.count()).select_from(Batch)) == 1


def test_the_table_itself_knows_no_second_line_for_the_same_thing(made: Session) -> None:
    line = PaymentFactory.create()
    key = {
        "subject_id": line.subject_id, "period": line.period, "programme": line.programme,
        "batch": BatchFactory.create(),
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="uq_payments"), made.begin_nested():
        PaymentFactory.create(**key)
    PaymentFactory.create(**key, attempt=2)
    PaymentFactory.create(**(key | {"period": "2026-09"}))


def test_every_line_keeps_what_was_decided(made: Session) -> None:
    channel("ccb")
    assessment, person = AssessmentFactory.create(), payee(bank=CCB)
    due(assessment, person, 12_345, period="2026", division="330523104200")
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    line = made.scalars(select(Payment)).one()
    assert (line.amount_fen, line.period, line.division) == (12_345, "2026", "330523104200")
    assert (line.line_type, line.attempt, line.replaces_id) == ("regular", 1, None)
    assert line.decision_id is not None
    assert batch.rule_digest == assessment.rule_digest


months = st.dictionaries(st.integers(1, 9), st.integers(1, 4), max_size=9)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(months, months)
def test_last_plus_joined_minus_left_plus_changed_is_this(
    made: Session, last: dict[int, int], this: dict[int, int]
) -> None:
    with made.begin_nested() as example:
        batches = {}
        for month, people in (("2026-09", last), ("2026-10", this)):
            batches[month] = BatchFactory.create(month=month)
            for subject, amount in people.items():
                PaymentFactory.create(
                    batch=batches[month], subject_id=subject, amount_fen=amount * 100
                )
        told = compare(made, batches["2026-10"])
        assert adds_up(told)
        both = last.keys() & this.keys()
        assert {part: figures["count"] for part, figures in told.items()} == {
            "last": len(last),
            "this": len(this),
            "joined": len(this.keys() - last.keys()),
            "left": len(last.keys() - this.keys()),
            "changed": sum(last[one] != this[one] for one in both),
        }
        assert told["changed"]["amount_fen"] == sum(100 * (this[one] - last[one]) for one in both)
        example.rollback()


def test_a_comparison_that_is_one_fen_or_one_person_off_does_not_add_up(made: Session) -> None:
    told = county_batch(made).comparison
    assert adds_up(told)
    for part in told:
        for figure in ("count", "amount_fen"):
            if (part, figure) == ("changed", "count"):
                continue
            off = {**told, part: {**told[part], figure: told[part][figure] + 1}}
            assert not adds_up(off), (part, figure)


def test_submitting_freezes_ready_lines_and_leaves_held_ones_behind(made: Session) -> None:
    channel("rural")
    assessment, fine, held = AssessmentFactory.create(), payee(), payee(verdict="mismatch")
    for person in (fine, held):
        due(assessment, person)
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    submit(made, batch, by=staff().maker)
    states = {line.payee_person_id: line.state for line in made.scalars(select(Payment))}
    assert states == {fine.id: "frozen", held.id: "held"}
    assert (batch.state, batch.frozen_count, batch.frozen_fen) == ("frozen", 1, 10_000)


def test_a_list_on_which_everything_is_held_is_not_submitted(made: Session) -> None:
    assessment = AssessmentFactory.create()
    due(assessment, payee(verdict="mismatch"))
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    with pytest.raises(NothingToPay):
        submit(made, batch, by=OfficerFactory.create())
    with pytest.raises(NotAllowed):
        submit(made, batch, by=OfficerFactory.create(duties=["reviewer"]))


ROOT_FIELDS = {
    "programme": "'MZ16'",
    "period": "'2026-09'",
    "line_type": "'arrears'",
    "attempt": "2",
    "subject_kind": "'household'",
    "subject_id": "subject_id + 999999",
    "payee_person_id": "payee_person_id + 1",
    "payee_name": "payee_name || '甲'",
    "account_id": "NULL",
    "amount_fen": "amount_fen + 1",
    "state": "'held'",
}


@pytest.mark.parametrize("field", sorted(ROOT_FIELDS))
def test_the_root_of_a_list_changes_with_every_field_of_every_line(
    made: Session, field: str
) -> None:
    batch = county_batch(made, 3)
    submit(made, batch, by=staff().maker)
    root = batch.lines_root
    assert lines_root(made, batch) == root
    for line in made.scalars(select(Payment.id)).all():
        with made.begin_nested() as edit:
            made.execute(text("SET LOCAL session_replication_role = replica"))
            made.execute(
                text(f"UPDATE payments SET {field} = {ROOT_FIELDS[field]} WHERE id = :id"),
                {"id": line},
            )
            assert lines_root(made, batch) != root
            edit.rollback()
    assert lines_root(made, batch) == root


def test_equal_lists_have_different_roots_because_of_their_salt(made: Session) -> None:
    batch = county_batch(made, 1)
    submit(made, batch, by=staff().maker)
    root = lines_root(made, batch)
    batch.salt = bytes(32)
    with made.no_autoflush:
        assert lines_root(made, batch) != root
    made.expire(batch)


def _held(session: Session, *, verdict: str) -> tuple[Batch, Payment]:
    channel("rural")
    assessment = AssessmentFactory.create()
    person = payee(verdict=verdict)
    due(assessment, person)
    due(assessment, payee())
    batch = build(session, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    line = session.scalars(select(Payment).where(Payment.payee_person_id == person.id)).one()
    assert line.state == "held"
    return batch, line


def test_an_officer_clears_a_hold_with_a_reason_and_the_line_can_be_paid(made: Session) -> None:
    _, line = _held(made, verdict="unavailable")
    maker = OfficerFactory.create()
    with pytest.raises(ReasonMissing):
        release(made, line, by=maker, reason=" ")
    with pytest.raises(NotAllowed):
        release(made, line, by=OfficerFactory.create(duties=["reviewer"]), reason="核实")
    release(made, line, by=maker, reason="已电话核实")
    made.refresh(line)
    assert line.state == "ready"
    hold = made.scalars(select(PaymentHold)).one()
    assert (hold.cleared_by, hold.cleared_reason) == (str(maker.id), "已电话核实")
    with pytest.raises(NotFound):
        release(made, line, by=maker, reason="再次")


def test_what_only_data_can_correct_is_never_cleared_by_hand(made: Session) -> None:
    _, line = _held(made, verdict="mismatch")
    with pytest.raises(NeedsData):
        release(made, line, by=OfficerFactory.create(), reason="就这样发")
    person = line.payee_person_id
    assert person is not None
    assert line.state == "held"


def test_corrected_data_frees_a_line_that_stayed_behind_into_a_new_list_once(
    made: Session,
) -> None:
    batch, line = _held(made, verdict="mismatch")
    submit(made, batch, by=staff().maker)
    root = batch.lines_root
    assessment = made.get_one(Assessment, batch.assessment_id)
    assert look_again(made, assessment, "MZ15", by=SYSTEM) is None, "nothing was corrected"
    person = made.get_one(Person, line.payee_person_id)
    now = clock.now()
    made.execute(update(Account).values(known_from=now - timedelta(days=60)))
    new = account(person, known_from=now - timedelta(days=40))
    fresh = look_again(made, assessment, "MZ15", by=SYSTEM)
    assert fresh is not None
    made.refresh(line)
    assert (line.batch_id, line.state, line.account_id) == (fresh.id, "ready", new.id)
    assert lines_root(made, batch) == root, "the frozen list changed"
    assert look_again(made, assessment, "MZ15", by=SYSTEM) is None
    assert build(made, assessment, "MZ15", by=SYSTEM) is None
    assert _count(made) == 2


def test_a_line_of_somebody_who_died_meanwhile_stays_held(made: Session) -> None:
    batch, line = _held(made, verdict="mismatch")
    assessment = made.get_one(Assessment, batch.assessment_id)
    person = made.get_one(Person, line.payee_person_id)
    account(person)
    for feed in ("WJ_DEATH", "MZ_CREM"):
        FeedRecordFactory.create(feed=feed, person=person)
    assert look_again(made, assessment, "MZ15", by=SYSTEM) is None
    made.refresh(line)
    assert line.state == "held"
    found = made.scalars(select(PaymentHold).where(PaymentHold.cleared_at.is_(None))).all()
    assert {hold.control for hold in found} == {"payee_dead", "account_changed"}


def test_what_an_officer_cleared_stays_cleared_and_a_new_reason_holds(made: Session) -> None:
    batch, line = _held(made, verdict="unavailable")
    submit(made, batch, by=staff().maker)
    release(made, line, by=OfficerFactory.create(), reason="已核实")
    made.refresh(line)
    assert line.state == "held", "its own list is frozen; it waits for the next"
    assessment = made.get_one(Assessment, batch.assessment_id)
    fresh = look_again(made, assessment, "MZ15", by=SYSTEM)
    assert fresh is not None
    made.refresh(line)
    assert (line.state, line.batch_id) == ("ready", fresh.id)
    assert fresh.built_at - batch.built_at >= timedelta(0)
