"""Building a list takes work in proportion to its lines, in a county that never built one before.

The rows that the database visits are counted, not seconds. Before its first list nobody knows how
long the table of payments will be: a plan made for an empty one compares every line with every other.
"""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Batch
from service.batches.submit import submit
from tests.factories.officers import OfficerFactory
from tests.performance.batch_data import LAST, PROGRAMME, THIS, write_county, write_decisions

_VISITED = """
SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint
FROM pg_stat_xact_all_tables WHERE schemaname NOT IN ('pg_catalog', 'pg_toast')
"""
PEOPLE = 2_000
VISITS_A_LINE = 200
"""Some two hundred questions' worth; comparing all with all would be two thousand for one question."""


def built(session: Session, assessment: UUID) -> tuple[Batch, int]:
    """Build a month's list; return it and how many rows were visited for it."""
    before = session.scalar(text(_VISITED)) or 0
    batch = build(session, session.get_one(Assessment, assessment), PROGRAMME, by=SYSTEM)
    assert batch is not None
    return batch, (session.scalar(text(_VISITED)) or 0) - before


@pytest.fixture
def first_and_second(session: Session) -> list[tuple[Batch, int]]:
    """The first list of a county and the one after it."""
    write_county(session, PEOPLE)
    return [built(session, write_decisions(session, month)) for month in (LAST, THIS)]


def test_no_list_is_built_by_comparing_all_with_all(
    session: Session, first_and_second: list[tuple[Batch, int]]
) -> None:
    for batch, visited in first_and_second:
        lines = session.scalar(
            text("SELECT count(*) FROM payments WHERE batch_id = :batch"), {"batch": batch.id}
        )
        assert lines is not None
        assert lines > PEOPLE * 0.9
        assert visited < VISITS_A_LINE * lines, (batch.batch_no, visited // lines)


def test_a_list_is_handed_in_by_looking_at_its_lines_a_few_times(
    session: Session, first_and_second: list[tuple[Batch, int]]
) -> None:
    batch, _ = first_and_second[-1]
    before = session.scalar(text(_VISITED)) or 0
    submit(session, batch, by=OfficerFactory.create(username="maker"))
    visited = (session.scalar(text(_VISITED)) or 0) - before
    assert visited < VISITS_A_LINE * PEOPLE, visited // PEOPLE


def test_people_under_several_numbers_cost_no_more_than_the_others(session: Session) -> None:
    """Whether a line stands under another number is found for all at once, not for each anew."""
    write_county(session, PEOPLE)
    # Every number of the register is the second one of somebody who has no line under the first.
    session.execute(
        text("INSERT INTO persons (id) SELECT id + 1_000_000 FROM persons WHERE id % 2 = 0")
    )
    session.execute(
        text("UPDATE persons SET merged_into = id + 1_000_000 WHERE id < 1_000_000 AND id % 2 = 0")
    )
    batch, visited = built(session, write_decisions(session, THIS))
    lines = session.scalar(
        text("SELECT count(*) FROM payments WHERE batch_id = :batch"), {"batch": batch.id}
    )
    assert lines is not None
    assert lines > PEOPLE * 0.9
    assert visited < VISITS_A_LINE * lines, visited // lines
