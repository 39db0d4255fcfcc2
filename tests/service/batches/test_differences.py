"""Against last month: the sum is exact by programme and township, and each difference has one cause."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches import compare
from service.batches.build import build
from service.batches.differences import find
from service.batches.differences.models import BatchDifference
from service.batches.differences.words import CAUSES
from service.batches.models import Batch, Payment
from service.foundation import clock
from service.foundation.ids import reference_of
from service.residents.models import Person
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import BatchFactory, PaymentFactory, due
from tests.factories.residents import FeedRecordFactory, PersonFactory
from tests.service.web.browsing import SignInAs

VILLAGES = ("330523100201", "330523100202", "330523101201", "330523102201", None)
WEEK = timedelta(days=7)
Amounts = dict[int, tuple[int, str | None]]


def _month(session: Session, month: str, lines: Amounts, **changes: Any) -> Batch:
    batch: Batch = BatchFactory.create(month=month, **changes)
    for subject, (amount_fen, division) in lines.items():
        PaymentFactory.create(
            batch=batch, subject_id=subject, amount_fen=amount_fen, division=division,
            payee_person_id=None,
        )  # fmt: skip
    session.flush()
    return batch


_months = st.dictionaries(
    st.integers(1, 12),
    st.tuples(st.sampled_from((1, 100, 10_001, 12_345, 999_999_99)), st.sampled_from(VILLAGES)),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(last=_months, this=_months)
def test_the_sum_is_exact_everywhere_and_causes_partition_the_differences(
    made: Session, last: Amounts, this: Amounts
) -> None:
    inner = made.begin_nested()
    if last:
        _month(made, "2026-09", last, built_at=clock.now() - WEEK)
    batch = _month(made, "2026-10", this)
    batch.comparison = compare.compare(made, batch)
    sums, townships = batch.comparison, batch.differences["townships"]
    assert compare.adds_up(sums)
    assert sums["this"] == {"count": len(this), "amount_fen": sum(fen for fen, _ in this.values())}
    assert sums["last"] == {"count": len(last), "amount_fen": sum(fen for fen, _ in last.values())}
    for parts in townships.values():
        assert find.adds_up(parts)
    for part in ("last", "joined", "left", "changed", "this"):
        for figure in ("count", "amount_fen"):
            assert sum(one[part][figure] for one in townships.values()) == sums[part][figure]
    assert (
        sum(
            one["moved_in"]["amount_fen"] - one["moved_out"]["amount_fen"]
            for one in townships.values()
        )
        == 0
    )
    for part in ("joined", "left", "changed"):
        causes = [one for one in batch.differences["causes"] if one["part"] == part]
        assert sum(one["count"] for one in causes) == sums[part]["count"]
        assert sum(one["amount_fen"] for one in causes) == sums[part]["amount_fen"]
        assert {one["cause"] for one in causes} <= CAUSES.keys()
    rows = made.scalars(select(BatchDifference).where(BatchDifference.batch_id == batch.id)).all()
    if last:
        differ = {
            one
            for one in last.keys() | this.keys()
            if last.get(one, (0,))[0] != this.get(one, (0,))[0]
        }
        assert sorted(one.subject_id for one in rows) == sorted(differ)
    inner.rollback()


Between = Callable[..., str]


@pytest.fixture
def between(made: Session) -> Between:
    """Let one person's two months differ; return the cause that is given."""

    def compared(
        person: Person,
        last_fen: int | None,
        this_fen: int | None,
        programme: str = "MZ15",
        **decided: Any,
    ) -> str:
        staying = PersonFactory.create().id
        lines: Amounts = {staying: (5_000, None)}
        was: Amounts = {person.id: (last_fen, None)} if last_fen else {}
        now: Amounts = {person.id: (this_fen, None)} if this_fen else {}
        _month(made, "2026-09", lines | was, programme=programme, built_at=clock.now() - WEEK)
        assessment = AssessmentFactory.create()
        if decided:
            due(assessment, person, decided.pop("amount_fen", None), programme=programme, **decided)
        batch = _month(made, "2026-10", lines | now, programme=programme, assessment=assessment)
        compare.compare(made, batch)
        return made.scalars(select(BatchDifference.cause)).one()

    return compared


def test_who_died_left_by_death(between: Between) -> None:
    person = PersonFactory.create()
    FeedRecordFactory.create(feed="WJ_DEATH", person=person)
    assert between(person, 10_000, None) == "death"


def test_whose_facts_are_missing_left_by_that(between: Between) -> None:
    person = PersonFactory.create()
    assert (
        between(person, 10_000, None, outcome="unknown", held_mask=0, unknown_mask=1) == "missing"
    )


def test_who_vanished_left_unsaid_and_who_moved_by_the_move(between: Between) -> None:
    assert between(PersonFactory.create(), 10_000, None) == "unsaid"


def test_who_moved_away_left_by_the_move(between: Between) -> None:
    person = PersonFactory.create()
    FeedRecordFactory.create(feed="GA_MIG", person=person)
    assert between(person, 10_000, None) == "move"


def test_a_birthday_explains_another_amount_where_the_rule_asks_the_age(between: Between) -> None:
    person = PersonFactory.create()
    FeedRecordFactory.create(feed="GA_HUKOU", person=person, data={"birth": "1936-10-03"})
    assert between(person, 6_000, 10_000) == "age"


def test_new_facts_explain_what_joins_and_nothing_new_is_a_right_that_begins(
    between: Between,
) -> None:
    person = PersonFactory.create()
    FeedRecordFactory.create(feed="GA_HUKOU", person=person, data={"birth": "1936-05-03"})
    assert between(person, None, 10_000) == "data"


def test_a_right_begins_without_new_facts(between: Between) -> None:
    assert between(PersonFactory.create(), None, 10_000) == "begins"


def test_another_amount_for_the_same_facts_is_the_standard(between: Between) -> None:
    assert between(PersonFactory.create(), 6_000, 6_500) == "standard"


def test_a_corrected_number_is_neither_a_death_nor_a_new_right(made: Session) -> None:
    old, new = PersonFactory.create(), PersonFactory.create()
    old.merged_into = new.id
    _month(made, "2026-09", {old.id: (10_000, None)}, built_at=clock.now() - WEEK)
    batch = _month(made, "2026-10", {new.id: (10_000, None)})
    compare.compare(made, batch)
    assert [(one["part"], one["cause"]) for one in batch.differences["causes"]] == [
        ("joined", "identity"),
        ("left", "identity"),
    ]


def test_the_page_filters_by_its_address_links_to_lines_and_downloads(
    made: Session, sign_in_as: SignInAs
) -> None:
    one, other, gone = (PersonFactory.create() for _ in range(3))
    _month(
        made, "2026-09", {one.id: (10_000, VILLAGES[0]), gone.id: (7_000, VILLAGES[2])},
        built_at=clock.now() - WEEK,
    )  # fmt: skip
    batch = _month(made, "2026-10", {one.id: (12_000, VILLAGES[0]), other.id: (3_000, VILLAGES[2])})
    batch.comparison = compare.compare(made, batch)
    made.flush()
    browser = sign_in_as("maker")
    whole = browser.get(f"/batches/{batch.batch_no}").text
    assert f"/batches/{batch.batch_no}/differences?part=changed&amp;cause=standard" in whole
    assert f"/batches/{batch.batch_no}/differences?township=330523101000" in whole
    lines = {line.subject_id: reference_of(line.id) for line in made.scalars(select(Payment))}
    shown = browser.get(f"/batches/{batch.batch_no}/differences?part=joined").text
    assert lines[other.id] in shown
    assert lines[gone.id] not in shown
    there = browser.get(f"/batches/{batch.batch_no}/differences?township=330523101000").text
    assert lines[other.id] in there
    assert lines[gone.id] in there
    written = browser.get(f"/batches/{batch.batch_no}/differences.csv?part=left")
    assert written.text.splitlines()[1:] == [f"{lines[gone.id]},left,unsaid,330523101000,7000,0"]
    assert sign_in_as("steward").get(f"/batches/{batch.batch_no}/differences").status_code == 403


def test_a_built_list_keeps_why_it_differs(made: Session) -> None:
    assessment = AssessmentFactory.create()
    due(assessment, PersonFactory.create())
    batch = build(made, assessment, "MZ15", by=SYSTEM)
    assert batch is not None
    assert batch.differences["causes"] == [
        {"part": "joined", "cause": "first", "count": 1, "amount_fen": 10_000}
    ]
