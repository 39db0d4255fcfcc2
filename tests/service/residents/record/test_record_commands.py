"""``anxin residents find`` and ``show``: no number on a command line, none in the output."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from service.audit.models import AuditEntry
from service.residents.models import Person
from service.residents.record import commands
from tests.factories.residents import id_number
from tests.service.residents.record.conftest import NUMBER, Say


@pytest.fixture(autouse=True)
def inside(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands work in the test's own transaction."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    monkeypatch.setattr(commands, "transaction", opened)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(commands.app, list(arguments), input=typed)


def test_a_number_typed_without_echo_gives_the_persons_id(session: Session, person: Person) -> None:
    found = run("find", typed=f"{NUMBER}\n")
    assert found.exit_code == 0
    assert str(person.id) in found.output
    assert NUMBER not in found.output
    said = session.scalars(select(AuditEntry).where(AuditEntry.act == "resident.searched")).one()
    assert NUMBER.encode() not in said.canonical


def test_a_number_from_a_file_and_an_unknown_one(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "number.txt"
    file.write_text(f"{NUMBER}\n", encoding="utf-8")
    assert run("find", "--number-file", str(file)).output.strip() == str(person.id)
    file.write_text(id_number(991), encoding="utf-8")
    unknown = run("find", "--number-file", str(file))
    assert unknown.exit_code == 1
    assert "查无此号" in unknown.output


def test_the_record_at_two_dates_as_a_table_and_as_json(
    session: Session, person: Person, say: Say
) -> None:
    first = {"assess": "轻", "assessed_on": "2025-03-01", "valid_to": "2027-02-28"}
    say("MZ_ELD", first, on=date(2026, 1, 5), until=date(2026, 10, 1))
    say("MZ_ELD", first | {"assess": "中", "assessed_on": "2026-08-20"}, on=date(2026, 10, 1))
    say("WJ_PSY", {"level": 3}, on=date(2026, 1, 5))
    table = run("show", str(person.id)).output
    assert "中" in table
    assert "不显示" in table
    then = json.loads(run("show", str(person.id), "--known", "2026-09-25", "--json").output)
    entry = next(one for one in then["entries"] if one["feed"] == "MZ_ELD")
    assert [one["said"]["assess"] for one in entry["versions"]] == ["轻"]
    march = json.loads(run("show", str(person.id), "--true", "2026-03", "--json").output)
    entry = next(one for one in march["entries"] if one["feed"] == "MZ_ELD")
    shown = next(one for one in entry["versions"] if one["record_id"] == entry["shown"])
    assert shown["said"]["assess"] == "轻"
    hidden = next(one for one in march["entries"] if one["feed"] == "WJ_PSY")
    assert hidden == {"feed": "WJ_PSY", "hidden": True, "shown": hidden["shown"], "versions": []}
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(person.id)))
    assert set(acts) == {"resident.read"}


def test_nobody_and_no_month_are_said(person: Person) -> None:
    assert run("show", "999999999").exit_code == 1
    wrong = run("show", str(person.id), "--true", "March")
    assert wrong.exit_code == 2
    assert "不是月份" in wrong.output
