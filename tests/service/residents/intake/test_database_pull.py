"""A department's database is asked one question, can be changed by nobody of ours, and is read exactly."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from service.residents.intake.database import pull as pulling
from service.residents.intake.database.texts import text_of
from service.residents.models import FeedRecord
from tests.service.residents.importing.deliveries import number_of
from tests.service.residents.intake.database_server import PASSWORD, OtherServer, running
from tests.service.residents.intake.sources import DEATHS, Sources

ROOT = Path(__file__).parents[4]
QUERY = 'SELECT sfz AS "身份证号", xm AS name, swrq AS "死亡日期", id FROM deaths'
NUMBERED = {"watermark_column": "id", "watermark_type": "int"}


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    with running() as other:
        yield other


@pytest.fixture
def other(server: OtherServer) -> OtherServer:
    """The department's server with an empty table of deaths and a role that may read it."""
    server.run("DROP SCHEMA public CASCADE")
    server.run("CREATE SCHEMA public")
    server.run(
        "CREATE TABLE deaths (id bigserial PRIMARY KEY, sfz text, xm text, swrq date, at timestamptz)"
    )
    server.role("reader", "GRANT USAGE ON SCHEMA public", "GRANT SELECT ON deaths")
    return server


def agree(sources: Sources, terms: dict[str, Any], **more: Any) -> None:
    sources.register("database", terms, secret=more.pop("secret", PASSWORD), **more)


def look(sources: Sources) -> tuple[dict[str, int], dict[str, int]]:
    outcome = sources.look("database-1")
    return dict(outcome.states), dict(outcome.faults)


def test_rows_are_imported_and_only_new_ones_are_asked_for_again(
    sources: Sources, other: OtherServer
) -> None:
    agree(sources, other.terms(QUERY, **NUMBERED))
    other.die(1, 2)
    assert look(sources) == ({"imported": 1}, {})
    assert sources.kept("database-1").watermark == "2"
    assert look(sources) == ({}, {})
    other.die(3)
    assert look(sources) == ({"imported": 1}, {})
    assert [(one.channel, one.rows_total) for one in sources.deliveries()] == [
        ("database", 2),
        ("database", 1),
    ]
    assert (sources.records(), sources.kept("database-1").watermark) == (3, "3")


def test_an_incremental_feed_without_watermark_is_asked_for_whole_and_says_nothing_new(
    sources: Sources, other: OtherServer
) -> None:
    agree(sources, other.terms(QUERY.replace(", id", "")))
    other.die(1)
    look(sources)
    look(sources)
    other.die(2)
    look(sources)
    assert [one.rows_total for one in sources.deliveries()] == [1, 2]
    assert sources.records() == 2


def test_a_full_feed_is_always_asked_for_whole(sources: Sources, other: OtherServer) -> None:
    other.run("CREATE TABLE staff (sfz text, unit text, on_payroll boolean)")
    other.run("GRANT SELECT ON staff TO reader")
    for person in (1, 2, 3):
        other.run("INSERT INTO staff VALUES (%s, '县医院', true)", number_of(person))
    query = "SELECT sfz AS person, unit AS employer, on_payroll FROM staff"
    agree(sources, other.terms(query), feeds=["CZ_PAY"])
    assert look(sources) == ({"imported": 1}, {})
    other.run("DELETE FROM staff WHERE sfz = %s", number_of(3))
    other.run("UPDATE staff SET on_payroll = false WHERE sfz = %s", number_of(1))
    assert look(sources) == ({"imported": 1}, {})
    assert sources.records("CZ_PAY") == 2


@pytest.mark.parametrize("kind", ["timestamp", "date"])
def test_times_and_days_are_followed_and_rows_without_one_are_never_lost(
    sources: Sources, other: OtherServer, kind: str
) -> None:
    column = "at" if kind == "timestamp" else "swrq"
    query = "SELECT sfz AS person, xm AS name, swrq AS death_date"
    if kind == "timestamp":
        terms = other.terms(f"{query}, at FROM deaths", watermark_column="at")
    else:
        terms = other.terms(f"{query} FROM deaths", watermark_column="death_date")
    agree(sources, terms | {"watermark_type": kind})
    other.die(1)
    other.run(f"UPDATE deaths SET {column} = {column} - interval '2 days'")
    assert look(sources) == ({"imported": 1}, {})
    before = sources.kept("database-1").watermark
    assert before
    other.die(2, 3)
    if kind == "timestamp":
        other.run("UPDATE deaths SET at = NULL WHERE id = 3")
    assert look(sources) == ({"imported": 1}, {})
    assert sources.records() == 3
    after = sources.kept("database-1").watermark
    assert after
    assert after > before


def test_a_day_is_asked_for_once_more_because_it_was_not_over(
    sources: Sources, other: OtherServer
) -> None:
    query = "SELECT sfz AS person, xm AS name, swrq AS death_date FROM deaths"
    agree(sources, other.terms(query, watermark_column="death_date", watermark_type="date"))
    other.die(1)
    look(sources)
    other.die(2)
    assert look(sources) == ({"imported": 1}, {})
    assert sources.records() == 2


def test_amounts_arrive_to_the_fen(sources: Sources, other: OtherServer) -> None:
    other.run(
        "CREATE TABLE checks (sfz text, income numeric, cash numeric(20,4), ok boolean, d date)"
    )
    other.run("GRANT SELECT ON checks TO reader")
    other.run(
        "INSERT INTO checks VALUES (%s, 900719925.47, 0.10, true, '2026-10-01')", number_of(1)
    )
    query = (
        "SELECT sfz AS person, income AS income_pc_fen, cash AS cash_pc_fen, ok AS authorised,"
        " NOT ok AS refused_check, d AS report_date FROM checks"
    )
    agree(sources, other.terms(query), feeds=["MZ_CHECK"])
    assert look(sources) == ({"imported": 1}, {})
    with sources.committed.transaction() as session:
        (record,) = session.scalars(select(FeedRecord).where(FeedRecord.feed == "MZ_CHECK")).all()
    assert record.data["income_pc_fen"] == 90_071_992_547
    assert record.data["cash_pc_fen"] == 10
    assert (record.data["authorised"], record.data["refused_check"]) == (True, False)


@pytest.mark.parametrize("kind", ["real", "double precision", "money"])
def test_columns_that_are_not_exact_are_refused(
    sources: Sources, other: OtherServer, kind: str
) -> None:
    query = (
        f"SELECT sfz AS person, 1175.5::numeric::{kind} AS income_pc_fen, true AS authorised,"
        " false AS refused_check, swrq AS report_date FROM deaths"
    )
    agree(sources, other.terms(query), feeds=["MZ_CHECK"])
    other.die(1)
    assert look(sources) == ({}, {"source_column_inexact": 1})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", "a"),
        (12, "12"),
        (Decimal("1175.5000"), "1175.5"),
        (Decimal("100.00"), "100"),
        (Decimal("-0.10"), "-0.1"),
        (Decimal("1E+3"), "1000"),
        (Decimal("NaN"), None),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2), "2026-01-02"),  # noqa: DTZ001 - what a timestamp without zone gives
        (datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=8))), "2026-01-02 03:04:00+08:00"),
        (True, "是"),
        (False, "否"),
        (None, ""),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (1.5, None),
        (b"x", None),
        (["x"], None),
    ],
)  # fmt: skip
def test_values_become_exact_texts_or_none(value: object, expected: str | None) -> None:
    assert text_of(value) == expected


def test_a_value_without_exact_text_is_named_by_place(sources: Sources, other: OtherServer) -> None:
    agree(sources, other.terms(QUERY.replace("xm", "ARRAY[xm]"), **NUMBERED))
    other.die(1)
    assert look(sources) == ({}, {"source_value_unusable": 1})
    assert sources.kept("database-1").watermark is None


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT INSERT ON deaths",
        "GRANT UPDATE (xm) ON deaths",
        "GRANT TRUNCATE ON deaths",
        "GRANT DELETE ON deaths",
        "GRANT pg_write_all_data",
        "GRANT pg_execute_server_program",
    ],
)
def test_a_role_that_could_write_is_not_used(
    sources: Sources, other: OtherServer, grant: str
) -> None:
    other.role("writer", "GRANT USAGE ON SCHEMA public", "GRANT SELECT ON deaths", grant)
    agree(sources, other.terms(QUERY, role="writer"))
    assert look(sources) == ({}, {"source_role_may_write": 1})
    said = sources.kept("database-1").last_outcome
    assert said is not None
    assert "仅有 SELECT 权限" in said["sentence_zh"]


@pytest.mark.parametrize("attribute", ["SUPERUSER", "CREATEROLE", "CREATEDB", "BYPASSRLS"])
def test_a_role_with_more_than_reading_is_not_used(
    sources: Sources, other: OtherServer, attribute: str
) -> None:
    other.role("special", "GRANT USAGE ON SCHEMA public", "GRANT SELECT ON deaths")
    other.run(f"ALTER ROLE special {attribute}")
    agree(sources, other.terms(QUERY, role="special"))
    assert look(sources) == ({}, {"source_role_may_write": 1})
    other.role("special")


def test_even_a_function_that_writes_for_its_owner_changes_nothing(
    sources: Sources, other: OtherServer
) -> None:
    other.run(
        "CREATE FUNCTION sneak() RETURNS text LANGUAGE sql SECURITY DEFINER AS"
        " $$ INSERT INTO deaths (xm) VALUES ('x') RETURNING xm $$"
    )
    agree(sources, other.terms(QUERY.replace("xm AS name", "sneak() AS name"), **NUMBERED))
    other.die(1)
    assert look(sources) == ({}, {"source_query_failed": 1})
    assert other.run("SELECT count(*) FROM deaths") == [(1,)]


def test_a_query_that_takes_too_long_is_ended(sources: Sources, other: OtherServer) -> None:
    query = QUERY.replace("FROM deaths", "FROM deaths, pg_sleep(30)")
    agree(sources, other.terms(query, timeout_seconds=1, **NUMBERED))
    other.die(1)
    assert look(sources) == ({}, {"source_query_failed": 1})
    said = sources.kept("database-1").last_outcome
    assert said is not None
    assert "57014" in said["sentence"]


def test_wrong_passwords_and_silent_servers_are_outcomes(
    sources: Sources, other: OtherServer, capsys: pytest.CaptureFixture[str]
) -> None:
    agree(sources, other.terms(QUERY), secret="wrong-pw-never-shown")
    assert look(sources) == ({}, {"source_database_unreachable": 1})
    agree(sources, {"url": "postgresql+psycopg://u@127.0.0.1:1/x", "query": QUERY})
    assert look(sources) == ({}, {"source_database_unreachable": 1})
    shown = capsys.readouterr()
    kept = str(sources.kept("database-1").last_outcome)
    for secret in ("wrong-pw-never-shown", PASSWORD):
        assert secret not in shown.out + shown.err + kept


@pytest.mark.parametrize(
    ("query", "named"),
    [
        (QUERY, "id"),
        ('SELECT sfz AS person, sfz AS "身份证号", swrq AS death_date FROM deaths', "身份证号"),
        ("SELECT sfz AS person FROM deaths", "死亡日期"),
    ],
)
def test_columns_that_are_not_the_feeds_are_named(
    sources: Sources, other: OtherServer, query: str, named: str
) -> None:
    agree(sources, other.terms(query))
    assert look(sources) == ({}, {"source_columns_wrong": 1})
    said = sources.kept("database-1").last_outcome
    assert said is not None
    assert named in said["sentence_zh"]


@pytest.mark.parametrize(
    "terms",
    [
        {"watermark_column": "absent", "watermark_type": "int"},
        {"watermark_column": "id", "watermark_type": "date"},
        {"watermark_column": "name", "watermark_type": "int"},
    ],
)
def test_a_watermark_that_is_not_there_or_of_another_type_is_refused(
    sources: Sources, other: OtherServer, terms: dict[str, str]
) -> None:
    agree(sources, other.terms(QUERY, **terms))
    other.die(1)
    assert look(sources) == ({}, {"source_watermark_wrong": 1})


def test_percent_signs_casts_and_comments_stay_what_they_are(
    sources: Sources, other: OtherServer
) -> None:
    query = QUERY + " WHERE sfz LIKE '33%' AND id % 2 = 1 AND swrq::text <> ':x' -- odd ones;"
    agree(sources, other.terms(query, **NUMBERED))
    other.die(1, 2, 3)
    look(sources)
    other.die(4, 5)
    look(sources)
    assert [one.rows_total for one in sources.deliveries()] == [2, 1]


def test_a_refused_delivery_leaves_the_watermark_where_it_was(
    sources: Sources, other: OtherServer
) -> None:
    agree(sources, other.terms(QUERY, **NUMBERED))
    for _ in range(3):
        other.run("INSERT INTO deaths (sfz, xm, swrq) VALUES ('bad', 'x', '2026-10-05')")
    states, _ = look(sources)
    assert set(states) <= {"refused", "waiting"}
    assert sources.kept("database-1").watermark is None
    other.run("DELETE FROM deaths")
    other.die(1)
    assert look(sources) == ({"imported": 1}, {})
    assert sources.kept("database-1").watermark == "4"


def test_an_answer_without_end_is_cut_off(
    sources: Sources, other: OtherServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "FILE_BYTES_MAX", 10_000)
    query = QUERY.replace("FROM deaths", "FROM deaths, generate_series(1, 1000000000)")
    agree(sources, other.terms(query, **NUMBERED))
    other.die(1)
    assert look(sources) == ({}, {"source_answer_too_large": 1})


def test_another_question_begins_without_a_watermark(sources: Sources, other: OtherServer) -> None:
    agree(sources, other.terms(QUERY, **NUMBERED))
    other.die(1)
    look(sources)
    agree(sources, other.terms(QUERY + " WHERE id > 0", **NUMBERED))
    assert sources.kept("database-1").watermark is None


_KILLED = """
import os, signal
from service.residents.intake.database import collect as taking
from service.residents.intake.collect import collect
whole = taking.bring
def bring(*given):
    whole(*given)
    given[0].flush()
    os.kill(os.getpid(), signal.SIGKILL)
taking.bring = bring
collect("database-1")
"""


def test_a_kill_before_the_commit_repeats_and_changes_nothing_twice(
    sources: Sources, other: OtherServer
) -> None:
    agree(sources, other.terms(QUERY, **NUMBERED))
    other.die(1, 2)
    killed = subprocess.run([sys.executable, "-c", _KILLED], cwd=ROOT, check=False)
    assert killed.returncode == -9
    assert (sources.deliveries(), sources.kept("database-1").watermark) == ([], None)
    assert look(sources) == ({"imported": 1}, {})
    assert (sources.states(), sources.records()) == ([(DEATHS, "imported")], 2)
