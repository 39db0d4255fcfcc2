"""``anxin workbook …`` as an officer types it: files out, corrections in with their faults, changes asked."""

import json
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select
from typer.testing import CliRunner, Result

from service.audit.models import AuditEntry
from service.cli import app
from service.foundation.problems import NotFound, Problem
from service.residents.models import AccountChange
from tests.factories.officers import staff
from tests.foundation.committed import Committed, committed, template
from tests.service.reconciliation.corrections.conftest import six_refused
from tests.service.reconciliation.corrections.filling import entry, filled

__all__ = ["committed", "template"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["workbook", *map(str, arguments)])


def test_every_workbook_and_a_correction_with_faults_by_command(
    committed: Committed, tmp_path: Path
) -> None:
    with committed.transaction() as session:
        town = six_refused(session)
        batch_no, lines = town.batch.batch_no, town.lines()
        who, finance = town.people.maker.username, town.people.reconciler.username

    def out(name: str) -> Path:
        return tmp_path / f"{name}.xlsx"

    def given(name: str, *arguments: object, by: str = who) -> Any:
        done = run(name, *arguments, "--out", out(name), "--by", by)
        assert done.exit_code == 0, done.exception
        assert done.output.startswith(f"{out(name)}: ")
        return load_workbook(out(name))

    assert "流水号" in str(list(given("pay-list", batch_no).worksheets[0].values))
    given("replies", batch_no)
    given("returns", "--first", "2026-10-01", "--last", "2026-10-31", by=finance)
    given("exceptions", by=finance)
    given("month", "2026-10", by=finance)
    english = given("corrections", "--language", "en")
    assert "Reference" in str(list(english.worksheets[0].values))
    with committed.transaction() as session:
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.act.startswith("workbook")))
        assert len(list(acts)) == 6

    # What is not there, not allowed or there already is a sentence, and no file is left behind.
    for arguments, wrong in (
        (("pay-list", "MZ15-2026-10-99", "--by", who), NotFound),
        (("month", "2026-13", "--by", finance), Problem),
        (("day", "nobody", "--day", "2026-10-16", "--by", finance), NotFound),
        (("returns", "--first", "2026-10-31", "--last", "2026-10-01", "--by", finance), Problem),
        (("exceptions", "--by", "nobody"), NotFound),
        (("pay-list", batch_no, "--by", who, "--reason", "x"), Problem),
    ):
        refused = run(*arguments, "--out", out("refused"))
        assert isinstance(refused.exception, wrong), arguments
        assert not out("refused").exists()
    kept = out("exceptions").read_bytes()
    again = run("exceptions", "--out", out("exceptions"), "--by", finance)
    assert isinstance(again.exception, Problem)
    assert out("exceptions").read_bytes() == kept, "a file that is there is never overwritten"

    # Corrections: one row right, one account cut off, one with a formula.
    given_out = out("更正表")
    assert run("corrections", "--out", given_out, "--by", who).exit_code == 0
    first, second, third, *_ = lines
    given_out.write_bytes(
        filled(
            given_out.read_bytes(),
            entry(first),
            entry(second, 2, account="62"),
            entry(third, 3, holder="=1+1"),
        )
    )
    told = run("import", given_out, "--by", who)
    assert told.exit_code == 2, told.exception
    head, *faults = told.output.splitlines()
    assert head.partition(": ")[2] == "1 ready, 2 faulty; 3 blank, 0 known"
    assert [one.split(": ")[:3] for one in faults] == [
        ["更正表.xlsx", "更正表 I5", "card_shape"],
        ["更正表.xlsx", "更正表 L6", "cell_formula"],
    ]
    as_json = run("import", given_out, "--by", who, "--json")
    assert as_json.exit_code == 2
    file = json.loads(as_json.output)
    assert file["id"] == head.partition(": ")[0], "the same bytes are the same import"
    assert [one["state"] for one in file["rows"]] == ["ready", "faulty", "faulty"]
    for line in (first, second, third):
        assert str(line.payee_name) not in told.output
    asked = run("ask", file["id"], "--by", who)
    assert asked.exit_code == 0
    assert "2 faulty, 1 asked" in asked.output
    assert run("ask", file["id"], "--by", who).output == asked.output
    with committed.transaction() as session:
        assert len(session.scalars(select(AccountChange.id)).all()) == 1, "asked for once"
    nobody = run("ask", file["id"], "--by", finance)
    assert isinstance(nobody.exception, Problem)


def test_what_is_no_workbook_is_refused(committed: Committed, tmp_path: Path) -> None:
    with committed.transaction():
        who = staff().maker.username
    (tmp_path / "no.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert isinstance(run("import", tmp_path / "no.xlsx", "--by", who).exception, Problem)
    assert run("import", tmp_path / "missing.xlsx", "--by", who).exit_code == 2
