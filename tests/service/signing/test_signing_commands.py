"""Exporting and verifying on the command line: what a bank, an auditor or a court would run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer.testing

from service.cli import app
from service.signing.bundle.codes import (
    BANK_FILE,
    KEY,
    LINES,
    MANIFEST,
    NOT_COMPARED,
    SIGNATURE,
    UNREADABLE,
)
from tests.factories.batches import county_batch, signed
from tests.foundation.committed import Committed


def _run(*arguments: object) -> typer.testing.Result:
    return typer.testing.CliRunner().invoke(app, ["signing", *map(str, arguments)])


@pytest.fixture
def exported(committed: Committed, tmp_path: Path) -> Path:
    """A folder with one signed batch's bundle, and the keys beside it."""
    with committed.transaction() as session:
        signed(session, county_batch(session))
        county_batch(session, month="2026-11")
    said = _run("export", tmp_path / "out")
    assert said.exit_code == 0, said.output
    assert said.stdout.split() == [str(tmp_path / "out" / "MZ15-2026-10-01")]
    assert _run("keys", tmp_path / "keys.json").exit_code == 0
    return tmp_path


def test_export_and_verify(exported: Path) -> None:
    home, keys = exported / "out" / "MZ15-2026-10-01", exported / "keys.json"
    good = _run("verify", home, "--trust", keys)
    assert good.exit_code == 0, good.output
    assert "count       4" in good.stdout
    assert "核验通过" in good.stdout
    alone = _run("verify", home)
    assert alone.exit_code == 0
    assert "not compared" in alone.stdout
    assert _run("verify", home, "--strict").exit_code == NOT_COMPARED
    assert _run("verify", home, "--strict", "--trust", keys).exit_code == 0
    assert json.loads(keys.read_text(encoding="utf-8"))["keys"]
    others = exported / "others.json"
    others.write_text('{"format":"anxin/trusted-keys/v1","keys":[]}', encoding="utf-8")
    assert _run("verify", home, "--trust", others).exit_code == KEY


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("manifest-1.json", MANIFEST),
        ("lines.jsonl", LINES),
        ("signatures.json", SIGNATURE),
        ("README.txt", UNREADABLE),
        ("files", BANK_FILE),
    ],
)
def test_each_class_of_failure_has_its_code(exported: Path, name: str, code: int) -> None:
    path = exported / "out" / "MZ15-2026-10-01" / name
    path = next(path.iterdir()) if path.is_dir() else path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    said = _run("verify", exported / "out" / "MZ15-2026-10-01", "--trust", exported / "keys.json")
    assert said.exit_code == code, said.output
    assert path.name in said.output


def test_trust_that_cannot_be_read_is_said(exported: Path) -> None:
    home = exported / "out" / "MZ15-2026-10-01"
    for content in (
        "",
        "{}",
        "[]",
        '{"format":"x","keys":[]}',
        '{"format":"anxin/trusted-keys/v1"}',
    ):
        keys = exported / "bad.json"
        keys.write_text(content, encoding="utf-8")
        said = _run("verify", home, "--trust", keys)
        assert said.exit_code == UNREADABLE
        assert "bad.json" in said.output
    (exported / "none").mkdir()
    assert _run("verify", home, "--trust", exported / "none").exit_code == UNREADABLE


def test_a_zip_of_one_batch(exported: Path) -> None:
    said = _run("export", exported / "zips", "--batch", "MZ15-2026-10-01", "--zip")
    assert said.exit_code == 0, said.output
    path = exported / "zips" / "MZ15-2026-10-01.zip"
    assert path.stat().st_mode & 0o077 == 0
    assert _run("verify", path, "--trust", exported / "keys.json").exit_code == 0


def test_what_is_not_signed_is_not_exported(exported: Path) -> None:
    said = _run("export", exported / "more", "--batch", "MZ15-2026-11-01")
    assert said.exit_code != 0
    assert not (exported / "more").exists()


def test_verifying_needs_no_database(exported: Path, tmp_path: Path) -> None:
    """Even the settings of a database that is not there hinder nothing."""
    said = subprocess.run(
        [sys.executable, "-c", "from service.start import main; main()", "signing", "verify",
         str(exported / "out" / "MZ15-2026-10-01"), "--trust", str(exported / "keys.json")],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
        env={"ANXIN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "PATH": "/usr/bin",
             "ANXIN_DATA_DIR": str(tmp_path / "none"), "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "Verified" in said.stdout
    assert not (tmp_path / "none").exists()
