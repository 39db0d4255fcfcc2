"""Rules are proposed, listed and previewed from the command line, too."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.foundation.problems import NotFound
from service.programmes.models import RuleProposal
from service.programmes.proposals.problems import CasesFail
from tests.factories.officers import OfficerFactory
from tests.factories.proposals import STANDARD, raised_allowance
from tests.foundation.committed import Committed


def _files(folder: Path, texts: dict[str, str]) -> list[str]:
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [str(folder / name) for name in texts]


def _said(*, by: str = "ce.yan") -> list[str]:
    return [
        "--title", "提高高龄津贴", "--law", "示例〔2026〕1号", "--reason", "按文件提高标准",
        "--effective", "2027-01", "--evidence", "illustrative", "--by", by,
    ]  # fmt: skip


def test_a_proposal_is_written_and_listed(committed: Committed, tmp_path: Path) -> None:
    with committed.transaction():
        OfficerFactory.create(duties=["policy"], username="ce.yan")
    files = _files(tmp_path, raised_allowance())
    runner = CliRunner()
    made = runner.invoke(app, ["rules", "propose", *files, *_said(), "--submit"])
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("R1 submitted ")
    listed = runner.invoke(app, ["rules", "proposals", "--json"])
    (one,) = json.loads(listed.stdout)
    assert (one["proposal"], one["state"], one["effective_month"]) == ("R1", "submitted", "2027-01")
    assert "R1" in runner.invoke(app, ["rules", "proposals"]).stdout
    nothing = runner.invoke(app, ["rules", "preview", "R1"])
    assert isinstance(nothing.exception, NotFound)


def test_what_cannot_stand_is_kept_nowhere(committed: Committed, tmp_path: Path) -> None:
    with committed.transaction():
        OfficerFactory.create(duties=["policy"], username="ce.yan")
    files = _files(tmp_path, {STANDARD: raised_allowance()[STANDARD]})
    refused = CliRunner().invoke(app, ["rules", "propose", *files, *_said()])
    assert isinstance(refused.exception, CasesFail)
    unknown = CliRunner().invoke(app, ["rules", "propose", *files, *_said(by="nobody")])
    assert isinstance(unknown.exception, NotFound)
    with committed.transaction() as session:
        assert session.query(RuleProposal).count() == 0


@pytest.mark.parametrize("command", ["propose", "proposals", "preview"])
def test_each_says_what_it_does(command: str) -> None:
    said = CliRunner().invoke(app, ["rules", command, "--help"])
    assert said.exit_code == 0
