"""What a record answers: now, as known on a past day, as true in a month; and how fast."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from service.foundation.months import Month
from service.residents.identity.find import find
from service.residents.models import Person
from service.residents.record.facts import Entry, Record, end_of, record_of
from tests.factories.residents import (
    FeedRecordFactory,
    HouseholdFactory,
    PersonFactory,
    PersonIdentifierFactory,
    id_number,
)
from tests.service.residents.record.conftest import NUMBER, Say, at


def only(record: Record) -> Entry:
    assert len(record.entries) == 1
    return record.entries[0]


def grade(record: Record) -> Any:
    shown = only(record).shown
    return shown.data["assess"] if shown else None


@pytest.fixture
def assessed(say: Say) -> None:
    """轻 from 2025-03, known until 1 October; then 中 from 2026-08, known since."""
    say(
        "MZ_ELD",
        {"assess": "轻", "assessed_on": "2025-03-01", "valid_to": "2027-02-28"},
        on=date(2026, 1, 5), until=date(2026, 10, 1),
    )  # fmt: skip
    say(
        "MZ_ELD",
        {"assess": "中", "assessed_on": "2026-08-20", "valid_to": "2028-08-19"},
        on=date(2026, 10, 1),
    )  # fmt: skip


def test_what_is_said_now_comes_with_what_was_said_before(
    session: Session, person: Person, assessed: None
) -> None:
    entry = only(record_of(session, person.id))
    assert entry.shown is not None
    assert [one.data["assess"] for one in entry.versions] == ["中", "轻"]
    assert entry.shown.true_from == date(2026, 8, 20)
    assert entry.shown.as_of == date(2026, 10, 1)
    assert entry.versions[1].true_to == date(2026, 8, 19), "it ends where the newer one begins"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 4), "nothing"),
        (date(2026, 1, 5), "轻"),
        (date(2026, 9, 30), "轻"),
        (date(2026, 10, 1), "中"),
    ],
)
def test_what_we_knew_at_the_end_of_a_day_leaves_out_what_came_later(
    session: Session, person: Person, assessed: None, day: date, expected: str
) -> None:
    record = record_of(session, person.id, known_at=end_of(day))
    assert (grade(record) if record.entries else "nothing") == expected
    if expected == "轻":
        shown = only(record).shown
        assert shown is not None
        assert shown.known_to is None, "that it would end was not known yet"
        assert shown.true_to == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2025-02", None),
        ("2025-03", "轻"),
        ("2026-07", "轻"),
        ("2026-08", "中"),
        ("2028-08", "中"),
        ("2028-09", None),
    ],
)
def test_what_was_true_in_a_month_goes_by_the_records_own_days(
    session: Session, person: Person, assessed: None, month: str, expected: str | None
) -> None:
    record = record_of(session, person.id, true_in=Month.parse(month))
    assert grade(record) == expected


def test_both_dates_together_ask_what_we_believed_then_about_that_month(
    session: Session, person: Person, assessed: None
) -> None:
    believed = record_of(
        session, person.id, known_at=end_of(date(2026, 9, 25)), true_in=Month.parse("2026-09")
    )
    assert grade(believed) == "轻"
    assert grade(record_of(session, person.id, true_in=Month.parse("2026-09"))) == "中"


def test_a_newer_word_that_shortens_a_time_is_not_undone_by_the_older_one(
    session: Session, person: Person, say: Say
) -> None:
    first = {"from_date": "2024-01-01", "to_date": None, "kind": "居家安养"}
    say("CL_SERV", first, on=date(2026, 1, 5), until=date(2026, 6, 1))
    say("CL_SERV", first | {"to_date": "2025-12-31"}, on=date(2026, 6, 1))
    assert only(record_of(session, person.id, true_in=Month.parse("2026-03"))).shown is None
    assert only(record_of(session, person.id, true_in=Month.parse("2025-12"))).shown is not None


def test_what_a_complete_list_no_longer_names_was_true_until_then(
    session: Session, person: Person, say: Say
) -> None:
    say(
        "MZ_SA", {"category": "低保", "approved_date": "2024-05-01", "status": "在保"},
        on=date(2026, 1, 5), until=date(2026, 6, 10),
    )  # fmt: skip
    assert only(record_of(session, person.id)).shown is None
    assert only(record_of(session, person.id, true_in=Month.parse("2026-06"))).shown is not None
    assert only(record_of(session, person.id, true_in=Month.parse("2026-07"))).shown is None
    known_before = record_of(session, person.id, known_at=end_of(date(2026, 6, 1)))
    assert only(known_before).shown is not None


def test_a_day_that_arrives_late_is_history_and_answers_for_its_own_time(
    session: Session, person: Person, say: Say
) -> None:
    say("GA_HUKOU", {"status": "正常", "since": "2026-05-01"}, on=date(2026, 6, 1))
    say(
        "GA_HUKOU", {"status": "迁出", "since": "2019-03-01"},
        on=date(2026, 4, 1), until=date(2026, 6, 20), known_from=at(date(2026, 6, 20)),
    )  # fmt: skip
    now = only(record_of(session, person.id))
    assert now.shown is not None
    assert now.shown.data["status"] == "正常"
    march = only(record_of(session, person.id, true_in=Month.parse("2026-03"))).shown
    assert march is not None
    assert march.data["status"] == "迁出"


def test_what_was_said_under_either_number_of_one_person_is_one_record(
    session: Session, person: Person, say: Say
) -> None:
    former = PersonFactory.create(name="舒青禾", merged_into=person.id)
    say("MZ_ELD", {"assess": "轻", "assessed_on": "2025-03-01"}, on=date(2026, 1, 5), of=former)
    say("CL_CERT", {"grade": 2}, on=date(2026, 1, 5))
    for asked in (person.id, former.id):
        record = record_of(session, asked)
        assert record.person_id == person.id
        assert [entry.feed.code for entry in record.entries] == ["CL_CERT", "MZ_ELD"]


def test_what_is_said_of_the_household_without_naming_anybody_counts_too(
    session: Session, person: Person, say: Say
) -> None:
    land = HouseholdFactory.create(kind="land")
    say("NY_LAND", {"contract_area_milli_mu": 4500}, on=date(2026, 1, 5), household=land)
    FeedRecordFactory.create(
        feed="NY_PLANT", person=None, household=land, data={"eligible_area_milli_mu": 4000}
    )
    FeedRecordFactory.create(feed="NY_PLANT", person=None, household=HouseholdFactory.create())
    assert [entry.feed.code for entry in record_of(session, person.id).entries] == [
        "NY_LAND",
        "NY_PLANT",
    ]


def test_finding_and_reading_one_of_many_takes_milliseconds_in_the_database(
    session: Session, person: Person, assessed: None
) -> None:
    _crowd(session, 20_000)
    spent, read = 0.0, set()
    statements = _statements_of(session, lambda: _look_up(session, person))
    assert len(statements) <= 8
    for statement, parameters in statements:
        explained = session.connection().exec_driver_sql(
            f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters
        )
        top = explained.scalar_one()[0]
        spent += top["Planning Time"] + top["Execution Time"]
        read |= _tables_read_whole(top["Plan"])
    assert spent < 10, f"{spent:.1f} ms"
    assert not read & {"feed_records", "persons", "person_identifiers"}


def _tables_read_whole(plan: dict[str, Any]) -> set[str]:
    found = {plan["Relation Name"]} if plan["Node Type"] == "Seq Scan" else set()
    return found.union(*map(_tables_read_whole, plan.get("Plans", ())))


def _look_up(session: Session, person: Person) -> None:
    found = find(session, NUMBER)
    assert found is not None
    assert found.id == person.id
    record_of(session, found.id)


def _statements_of(session: Session, act: Any) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        said.append((statement, parameters))

    connection = session.connection()
    session.expire_all()
    event.listen(connection, "before_cursor_execute", note)
    act()
    event.remove(connection, "before_cursor_execute", note)
    return [one for one in said if one[0].lstrip().upper().startswith("SELECT")]


def _crowd(session: Session, count: int) -> None:
    """Make many other people, each with a number and a few records."""
    anybody = PersonIdentifierFactory.create(number=id_number(5, "19610101"))
    values = {"count": count, "delivery": anybody.delivery_id}
    session.execute(
        text(
            "WITH made AS (INSERT INTO persons (name, division)"
            " SELECT '试样', '330523100200' FROM generate_series(1, :count) RETURNING id),"
            " numbered AS (INSERT INTO person_identifiers"
            " (person_id, kind, value_sealed, value_index, tail, delivery_id)"
            " SELECT id, 'id18', 'x', sha256(id::text::bytea), '0000', :delivery FROM made)"
            " INSERT INTO feed_records"
            " (feed, record_key, person_id, data, digest, delivery_id, row_no, known_from)"
            " SELECT feed, id::text, id, '{}', 'x', :delivery, 1, now() FROM made,"
            " unnest(ARRAY['GA_HUKOU', 'MZ_ELD', 'RS_INS']) feed"
        ),
        values,
    )
    for table in ("persons", "person_identifiers", "feed_records"):
        session.execute(text(f"ANALYZE {table}"))
