"""``anxin feeds``: tables for people, one sentence and exit code 1 for problems."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from service.residents import commands, feeds
from service.residents.commands import decide, deliver, give_back, state
from tests.service.residents.importing.deliveries import csv_of, delivery, number_of, row, rows


@pytest.fixture
def run(session: Session, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def opened() -> Iterator[Session]:
        yield session

    for module in (deliver, decide, give_back, state):
        monkeypatch.setattr(module, "transaction", opened)
    return CliRunner(env={"COLUMNS": "200"})


def _told(done: Result) -> Any:
    """Return the JSON a command printed; log lines of the test run may stand before it."""
    return json.loads(done.output.splitlines()[-1])


def _file(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


def test_an_import_shows_its_counts_and_the_status_shows_the_feed(
    run: CliRunner, tmp_path: Path
) -> None:
    path = _file(tmp_path, "a.csv", delivery("CZ_PAY", *rows("CZ_PAY", range(998))))
    done = run.invoke(commands.app, ["import", "CZ_PAY", path])
    assert done.exit_code == 0, done.output
    assert "998" in done.output
    status = run.invoke(commands.app, ["status"])
    assert status.exit_code == 0, status.output
    assert "998" in status.output
    assert status.output.count("never") == len(feeds.every()) - 1


def test_a_refused_file_prints_one_sentence_and_exits_with_one(
    run: CliRunner, tmp_path: Path
) -> None:
    path = _file(tmp_path, "a.csv", "甲,乙\n1,2\n".encode())
    done = run.invoke(commands.app, ["import", "CZ_PAY", path])
    assert done.exit_code == 1
    assert "缺少必需的列" in done.output


@pytest.mark.parametrize(
    "arguments",
    [["import", "NO_PE", "a.csv"], ["import", "CZ_PAY", "a.csv"], ["rejected", "NO_PE"]],
)
def test_a_problem_is_one_sentence_and_exit_code_one(run: CliRunner, arguments: list[str]) -> None:
    done = run.invoke(commands.app, arguments)
    assert done.exit_code == 1
    assert "Traceback" not in done.output
    assert "。" in done.output


def test_a_folder_is_imported_file_by_file(run: CliRunner, tmp_path: Path) -> None:
    for code in ("CZ_PAY", "TY_SERV"):
        _file(tmp_path, f"{code}.csv", delivery(code, row(code, 1)))
    done = run.invoke(commands.app, ["import-dir", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "CZ_PAY" in done.output
    assert "TY_SERV" in done.output


def test_rejected_rows_are_shown_by_reason_without_their_values(
    run: CliRunner, tmp_path: Path
) -> None:
    table = [*rows("CZ_PAY", range(30)), row("CZ_PAY", 77, on_payroll="也许")]
    run.invoke(
        commands.app, ["import", "CZ_PAY", _file(tmp_path, "a.csv", delivery("CZ_PAY", *table))]
    )
    shown = run.invoke(commands.app, ["rejected", "CZ_PAY"])
    assert shown.exit_code == 0, shown.output
    assert "code_unknown" in shown.output
    assert number_of(77) not in shown.output
    assert "王秀英" not in shown.output


def test_a_delivery_that_waits_says_how_to_confirm_it_and_can_be(
    run: CliRunner, tmp_path: Path
) -> None:
    first = _file(tmp_path, "a.csv", delivery("CZ_PAY", *rows("CZ_PAY", range(200))))
    odd = _file(tmp_path, "b.csv", delivery("CZ_PAY", *rows("CZ_PAY", range(20))))
    assert run.invoke(commands.app, ["import", "CZ_PAY", first]).exit_code == 0
    asked = run.invoke(commands.app, ["import", "CZ_PAY", odd, "--json"])
    assert asked.exit_code == 2
    told = _told(asked)[0]
    assert (told["state"], told["refusal"]["code"]) == ("waiting", "too_few_rows")
    listed = _told(run.invoke(commands.app, ["waiting", "--json"]))
    assert [one["id"] for one in listed] == [told["id"]]
    done = run.invoke(commands.app, ["confirm", told["id"], "--reason", "确已缩减", "--json"])
    assert done.exit_code == 0, done.output
    assert _told(done)[0]["rows_ended"] == 180
    again = run.invoke(commands.app, ["decline", told["id"], "--reason", "看错了吧"])
    assert again.exit_code == 1
    assert "Traceback" not in again.output


def test_unknown_headers_are_said_column_by_column(run: CliRunner, tmp_path: Path) -> None:
    table = [
        ["人员身份证", "姓名", "单位名称", "是否在编"],
        *[row("CZ_PAY", n)[:4] for n in range(5)],
    ]
    path = _file(tmp_path, "a.csv", csv_of(table))
    told = _told(run.invoke(commands.app, ["import", "CZ_PAY", path, "--json"]))[0]
    assert told["suggestion"]["mapping"]["人员身份证"] == "person"
    columns = [
        f"--column={header}={field}" for header, field in told["suggestion"]["mapping"].items()
    ]
    done = run.invoke(commands.app, ["confirm", told["id"], "--reason", "与财政局核对", *columns])
    assert done.exit_code == 0, done.output


def test_rejected_rows_can_be_written_to_a_sheet_once_and_listed_for_machines(
    run: CliRunner, tmp_path: Path
) -> None:
    table = [*rows("CZ_PAY", range(30)), row("CZ_PAY", 77, on_payroll="也许")]
    path = _file(tmp_path, "a.csv", delivery("CZ_PAY", *table))
    run.invoke(commands.app, ["import", "CZ_PAY", path, "--as-of", "2026-10-31"])
    output = str(tmp_path / "back.xlsx")
    assert run.invoke(commands.app, ["rejected", "CZ_PAY", "--output", output]).exit_code == 0
    assert Path(output).read_bytes().startswith(b"PK")
    assert run.invoke(commands.app, ["rejected", "CZ_PAY", "--output", output]).exit_code == 1
    faults = _told(run.invoke(commands.app, ["rejected", "CZ_PAY", "--json"]))
    assert [(one["row"], one["column"], one["code"]) for one in faults] == [
        (32, "在编", "code_unknown")
    ]


def test_the_status_for_machines_names_age_limit_and_trend(run: CliRunner, tmp_path: Path) -> None:
    path = _file(tmp_path, "a.csv", delivery("CZ_PAY", *rows("CZ_PAY", range(3))))
    run.invoke(commands.app, ["import", "CZ_PAY", path])
    lines = {one["feed"]: one for one in _told(run.invoke(commands.app, ["status", "--json"]))}
    assert len(lines) == len(feeds.every())
    one = lines["CZ_PAY"]
    assert (one["state"], one["records"], one["age_days"], one["trend"]) == ("fresh", 3, 0, [3])
