"""What is taken out names the witnesses, ends where they cosigned, and fails where they did not."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from service.audit.commands import app
from service.audit.standalone.classes import POLICY
from service.audit.standalone.main import main
from service.foundation.database import engine
from service.foundation.settings import settings
from tests.foundation.committed import Committed
from tests.service.audit.cosigning.offices import Offices, open_offices
from tests.service.audit.trail import ROUNDS, SIZE, write
from tests.service.audit.verify.exported import (
    checkpoints_of,
    files_of,
    with_checkpoints,
    written,
)


@pytest.fixture
def offices(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offices]:
    """Two witnesses that must both cosign."""
    yield open_offices(committed.data_dir / "offices", monkeypatch)
    monkeypatch.undo()
    settings.cache_clear()


def test_an_export_ends_where_the_witnesses_cosigned_and_both_are_counted(
    committed: Committed,
    offices: Offices,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(committed, *ROUNDS)
    offices.away.add("audit-office")
    write(committed, 2)
    log, trust = tmp_path / "log.zip", tmp_path / "trust.json"
    for command in (["export", str(log)], ["trust", str(trust)]):
        assert CliRunner().invoke(app, command).exit_code == 0, command
    said = json.loads(trust.read_text("utf-8"))
    assert (len(said["witnesses"]), said["witnesses_required"]) == (2, 2)
    arguments = [str(log), "--trust", str(trust), "--json"]
    found = json.loads(CliRunner().invoke(app, ["verify", *arguments]).stdout)
    assert (found["code"], found["entries"], found["cosigned"]) == (0, SIZE, SIZE)
    assert main(arguments) == 0
    alone = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (alone["code"], alone["cosignatures_unchecked"]) == (0, True)

    files = files_of(log)
    kept = checkpoints_of(files)
    for one in kept:
        text, _, lines = one["note"].rpartition("\n\n")
        ours = [line for line in lines.splitlines() if ".example" not in line]
        one["note"] = "\n".join([text, "", *ours, ""])
    with_checkpoints(files, kept)
    written(files, log)
    stripped = CliRunner().invoke(app, ["verify", *arguments])
    assert stripped.exit_code == POLICY
    engine().dispose()
