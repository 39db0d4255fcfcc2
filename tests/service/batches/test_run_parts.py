"""A run of a township, of some programmes, or supplementary: exactly its lines, and nobody's twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.compare import adds_up
from service.batches.differences.find import adds_up as township_adds_up
from service.batches.differences.models import BatchDifference
from service.batches.models import Batch, MonthRun, Payment
from service.batches.month import RunGoing, press
from service.batches.part import NoListYet, Part, TownshipUnknown, township
from service.foundation.months import Month
from service.residents.models import Division, Person
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import BatchFactory, PaymentFactory, channel, due, payee
from tests.foundation.committed import Committed

A, B, C = "330523100", "330523101", "330523102"
MONTH = Month(2026, 10)


def village(town: str) -> str:
    return f"{town}200"


def _due(assessment: Assessment, person: Person, town: str | None, fen: int = 10_000) -> None:
    due(assessment, person, fen, division=village(town) if town else None)


@pytest.fixture
def county(made: Session) -> tuple[Assessment, dict[str, list[Person]]]:
    """Three townships; last month everybody of A and B was paid 90 yuan."""
    channel("rural")
    people = {town: [payee() for _ in range(3)] for town in (A, B, C)}
    before = AssessmentFactory.create(month="2026-09")
    for town in (A, B):
        for person in people[town]:
            _due(before, person, town, 9_000)
    build(made, before, "MZ15", by=SYSTEM)
    now = AssessmentFactory.create(month="2026-10")
    for town, living in people.items():
        for person in living:
            _due(now, person, town)
    return now, people


def _divisions(session: Session, batch: Batch) -> set[str | None]:
    return set(session.scalars(select(Payment.division).where(Payment.batch_id == batch.id)))


def test_a_township_gets_its_lines_and_the_rest_everybody_else_once(
    made: Session, county: tuple[Assessment, dict[str, list[Person]]]
) -> None:
    now, people = county
    nowhere = payee()
    _due(now, nowhere, None)
    town = build(made, now, "MZ15", by=SYSTEM, part=Part(A))
    assert town is not None
    assert (town.kind, town.division, town.batch_no) == ("regular", A, "MZ15-2026-10-01")
    assert _divisions(made, town) == {village(A)}
    assert build(made, now, "MZ15", by=SYSTEM, part=Part(A)) is None
    rest = build(made, now, "MZ15", by=SYSTEM)
    assert rest is not None
    assert _divisions(made, rest) == {village(B), village(C), None}
    paid = made.scalars(select(Payment.subject_id).where(Payment.period == "2026-10")).all()
    everybody = [one.id for living in people.values() for one in living]
    assert sorted(paid) == sorted([*everybody, nowhere.id])


def test_a_township_is_compared_with_itself_and_says_who_is_not_in_it(
    made: Session, county: tuple[Assessment, dict[str, list[Person]]]
) -> None:
    now, _ = county
    town = build(made, now, "MZ15", by=SYSTEM, part=Part(A))
    assert town is not None
    said = town.comparison
    assert said["last"] == {"count": 3, "amount_fen": 27_000}
    assert said["this"] == {"count": 3, "amount_fen": 30_000}
    assert (said["joined"]["count"], said["left"]["count"]) == (0, 0)
    assert said["beside"] == {"count": 3, "amount_fen": 27_000}
    assert adds_up(said)
    assert set(town.differences["townships"]) == {f"{A}000"}
    rows = select(func.count()).where(BatchDifference.batch_id == town.id)
    assert made.scalar(rows) == 3


def test_who_moved_between_townships_is_a_matter_of_exactly_one_list(made: Session) -> None:
    channel("rural")
    stays, moves, leaves = payee(), payee(), payee()
    before, now = AssessmentFactory.create(month="2026-09"), AssessmentFactory.create()
    for person in (stays, moves, leaves):
        _due(before, person, A, 9_000)
    build(made, before, "MZ15", by=SYSTEM)
    _due(now, stays, A)
    _due(now, moves, B)
    due(now, leaves, None, outcome="not_due", division=village(A))
    lists = [build(made, now, "MZ15", by=SYSTEM, part=Part(town)) for town in (A, B)]
    said = [one.comparison for one in lists if one is not None]
    assert [one["last"]["count"] for one in said] == [2, 1]
    assert [one["left"]["count"] for one in said] == [1, 0]
    assert [one["this"]["count"] for one in said] == [1, 1]
    for one in lists:
        assert one is not None
        assert adds_up(one.comparison)
        assert all(township_adds_up(parts) for parts in one.differences["townships"].values())


def test_a_supplement_is_a_list_of_its_own_compared_for_its_own_people(
    made: Session, county: tuple[Assessment, dict[str, list[Person]]]
) -> None:
    now, people = county
    first = build(made, now, "MZ15", by=SYSTEM)
    again = AssessmentFactory.create(month="2026-10")
    for living in people.values():
        for person in living:
            _due(again, person, A)
    newcomer = payee()
    _due(again, newcomer, B)
    more = build(made, again, "MZ15", by=SYSTEM, part=Part(kind="supplementary"))
    assert first is not None
    assert more is not None
    assert (more.kind, more.run_no, more.batch_no) == ("supplementary", 2, "MZ15-2026-10-02")
    assert made.scalars(select(Payment.subject_id).where(Payment.batch_id == more.id)).all() == [
        newcomer.id
    ]
    assert (
        more.comparison["joined"] == more.comparison["this"] == {"count": 1, "amount_fen": 10_000}
    )
    assert more.comparison["last"]["count"] == 0
    assert more.comparison["beside"]["count"] == 6
    assert adds_up(more.comparison)
    next_month = AssessmentFactory.create(month="2026-11")
    _due(next_month, newcomer, B)
    later = build(made, next_month, "MZ15", by=SYSTEM, part=Part(B))
    assert later is not None
    # What a supplement paid was paid last month like everything else.
    assert later.comparison["last"] == {"count": 4, "amount_fen": 40_000}


def test_the_database_keeps_a_line_in_the_township_of_its_list(made: Session) -> None:
    batch = BatchFactory.create(division=A)
    held = PaymentFactory.create(batch=BatchFactory.create(), division=village(B), state="held")
    with pytest.raises(IntegrityError, match="outside the township"), made.begin_nested():
        PaymentFactory.create(batch=batch, division=village(B))
    with pytest.raises(IntegrityError, match="outside the township"), made.begin_nested():
        PaymentFactory.create(batch=batch, division=None)
    moved = text("UPDATE payments SET batch_id = :batch WHERE id = :line")
    with pytest.raises(IntegrityError, match="outside the township"), made.begin_nested():
        made.execute(moved, {"batch": batch.id, "line": held.id})
    edit = text("UPDATE batches SET division = '' WHERE id = :batch")
    with pytest.raises(IntegrityError, match="never edited"), made.begin_nested():
        made.execute(edit, {"batch": batch.id})


def test_sixteen_presses_at_once_are_one_run(committed: Committed) -> None:
    together = Barrier(16)

    def one(_: int) -> str:
        together.wait(timeout=60)
        with committed.transaction() as session:
            return str(press(session, MONTH, by=SYSTEM, programmes=("MZ15",), part=Part(A)).id)

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(one, range(16)))) == 1
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(MonthRun)) == 1
        with pytest.raises(IntegrityError, match="uq_month_runs_going"), session.begin_nested():
            session.execute(
                text(
                    "INSERT INTO month_runs (id, month, programmes, requested_by, requested_at) "
                    "VALUES (gen_random_uuid(), '2026-10', '{}', 'sql', now())"
                )
            )


def test_another_run_of_the_month_waits_for_its_turn(made: Session) -> None:
    going = press(made, MONTH, by=SYSTEM, programmes=("MZ15", "MZ16"))
    assert press(made, MONTH, by=SYSTEM, programmes=("MZ16", "MZ15")).id == going.id
    for other in (("MZ15",), ()):
        with pytest.raises(RunGoing):
            press(made, MONTH, by=SYSTEM, programmes=other)
    with pytest.raises(RunGoing):
        press(made, MONTH, by=SYSTEM, programmes=("MZ15", "MZ16"), part=Part(A))
    assert press(made, Month(2026, 11), by=SYSTEM).id != going.id


def test_nothing_is_supplemented_before_there_is_a_list(made: Session) -> None:
    part = Part(A, "supplementary")
    with pytest.raises(NoListYet):
        press(made, MONTH, by=SYSTEM, part=part)
    BatchFactory.create(division=B)
    with pytest.raises(NoListYet):
        press(made, MONTH, by=SYSTEM, part=part)
    BatchFactory.create(division=A)
    with pytest.raises(NoListYet, match="MZ16"):
        press(made, MONTH, by=SYSTEM, programmes=("MZ15", "MZ16"), part=part)
    assert press(made, MONTH, by=SYSTEM, part=part).programmes == ["MZ15"]


def test_a_township_is_named_by_nine_or_twelve_digits(made: Session) -> None:
    made.add(Division(code=f"{A}000", name="青禾镇", level="township", parent=None))
    made.flush()
    assert township(made, A) == township(made, f"{A}000") == A
    for wrong in (B, "3305231002", village(A), "%", ""):
        with pytest.raises(TownshipUnknown):
            township(made, wrong)
