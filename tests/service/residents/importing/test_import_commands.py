"""``anxin feeds``: tables for people, one sentence and exit code 1 for problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.residents import commands, feeds
from tests.service.residents.importing.deliveries import delivery, number_of, row, rows


@pytest.fixture
def run(session: Session, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    @contextmanager
    def opened() -> Iterator[Session]:
        yield session

    monkeypatch.setattr(commands, "transaction", opened)
    return CliRunner(env={"COLUMNS": "200"})


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
