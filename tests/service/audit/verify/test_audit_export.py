"""An exported log verifies anywhere, and each way of tampering with it has its exit code and place.

The log has ten entries; signed rounds end at 3, 4, 8 and 10.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service.audit.commands import app
from service.audit.log.head import head_file
from service.audit.log.note_keys import Kind, SignerKey
from service.audit.standalone import bundle as names
from service.audit.standalone.classes import (
    CHANGED,
    CHECKPOINT,
    FORKED,
    INSERTED,
    MEANING,
    MISSING,
    NOT_COMPARED,
    ORDER,
    POLICY,
    ROOT,
    UNREADABLE,
)
from service.audit.standalone.joined import MODULES, joined
from service.audit.standalone.main import main
from service.foundation.database import engine
from tests.foundation.committed import Committed
from tests.service.audit.trail import ROUNDS, SIZE, write
from tests.service.audit.verify.exported import (
    Files,
    checkpoints_of,
    entries_of,
    files_of,
    with_checkpoints,
    with_entries,
    written,
)

_TABLES = ("audit_checkpoints", "audit_published", "audit_subtrees", "audit_sm3_roots", "audit_waiting",
           "audit_leaves", "audit_payloads", "audit_entries")  # fmt: skip
Place = tuple[int, int | None]


@pytest.fixture
def log(committed: Committed, tmp_path: Path) -> Path:
    """A folder with an exported log, what others trust, and a head that a witness kept."""
    write(committed, *ROUNDS)
    home = tmp_path / "taken out"
    home.mkdir()
    for command in (["export", str(home / "log.zip")], ["trust", str(home / "trust.json")]):
        assert CliRunner().invoke(app, command).exit_code == 0, command
    (home / "witness.note").write_bytes(head_file().read_bytes())
    return home


def _verdict(log: Path, *more: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return what both verifiers say of a log: with `cryptography`, and without any package."""
    arguments = [str(log / "log.zip"), "--trust", str(log / "trust.json"), "--json", *more]
    found = CliRunner().invoke(app, ["verify", *arguments])
    code = main(arguments)
    alone: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found.exit_code == code == alone["code"]
    assert json.loads(found.stdout) == alone
    return alone


def _edit(files: Files, *, mended: bool) -> None:
    entries = entries_of(files)
    entries[5] = entries[5].replace(b"thing.done", b"thing.gone")
    with_entries(files, entries, mended=mended)


def _delete(files: Files, *, mended: bool) -> None:
    entries = entries_of(files)
    if mended:
        del entries[5]
    else:
        entries[5] = b""
    with_entries(files, entries, mended=mended)


def _reorder(files: Files) -> None:
    entries = entries_of(files)
    entries[5], entries[6] = entries[6], entries[5]
    with_entries(files, entries)


def _insert(files: Files) -> None:
    entries = entries_of(files)
    entries.insert(6, entries[2])
    with_entries(files, entries)


def _append(files: Files) -> None:
    with_entries(files, [*entries_of(files), b"{}"])


def _truncate(files: Files) -> None:
    with_entries(files, entries_of(files)[:7])


def _roll_back(files: Files, to: int = 8) -> None:
    with_entries(files, entries_of(files)[:to])
    with_checkpoints(files, [one for one in checkpoints_of(files) if one["size"] <= to])
    files.pop(names.HEAD, None)


def _resign(files: Files) -> None:
    found = checkpoints_of(files)
    lines = found[2]["note"].split("\n")
    lines[4] = f"{lines[4][:-9]}{'A' if lines[4][-9] != 'A' else 'B'}{lines[4][-8:]}"
    found[2]["note"] = "\n".join(lines)
    with_checkpoints(files, found)


def _swap_notes(files: Files) -> None:
    found = checkpoints_of(files)
    found[2]["note"] = found[1]["note"]
    with_checkpoints(files, found)


def _damage(files: Files) -> None:
    files[names.CHECKPOINTS] = files[names.CHECKPOINTS][:-30]


def test_each_way_of_tampering_has_its_exit_code_and_its_place(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = files_of(log / "log.zip")
    good = _verdict(log, capsys=capsys)
    assert (good["code"], good["entries"], good["checkpoints"]) == (0, SIZE, len(ROUNDS))
    tamperings: list[tuple[Any, Place]] = [
        (lambda files: _edit(files, mended=False), (CHANGED, 5)),
        (lambda files: _edit(files, mended=True), (ROOT, 4)),
        (lambda files: _delete(files, mended=False), (MISSING, 5)),
        (lambda files: _delete(files, mended=True), (MISSING, 4)),
        (_truncate, (MISSING, 7)),
        (_insert, (INSERTED, 4)),
        (_append, (INSERTED, SIZE)),
        (_reorder, (ORDER, 5)),
        (_resign, (CHECKPOINT, 4)),
        (_swap_notes, (CHECKPOINT, 4)),
        (_damage, (UNREADABLE, None)),
        (lambda files: files.pop(names.ENTRIES), (UNREADABLE, None)),
        (lambda files: files.update({"more.txt": b""}), (UNREADABLE, None)),
        (lambda files: files.update({names.BUNDLE: b"[]"}), (UNREADABLE, None)),
    ]
    for tamper, place in tamperings:
        files = dict(whole)
        tamper(files)
        written(files, log / "log.zip")
        said = _verdict(log, capsys=capsys)
        assert (said["code"], said["first_bad"]) == place, MEANING[place[0]]
        assert said["sentence"]
        assert said["sentence_zh"]
    (log / "log.zip").write_bytes(b"PK\x03\x04 nothing")
    assert _verdict(log, capsys=capsys)["code"] == UNREADABLE


def test_what_was_rolled_back_or_written_anew_is_found_with_a_copy_from_outside_only(
    log: Path, committed: Committed, capsys: pytest.CaptureFixture[str]
) -> None:
    files = files_of(log / "log.zip")
    _roll_back(files)
    written(files, log / "log.zip")
    assert _verdict(log, capsys=capsys)["code"] == 0, "nothing inside can tell"
    held = ("--head", str(log / "witness.note"))
    said = _verdict(log, *held, capsys=capsys)
    assert (said["code"], said["first_bad"]) == (FORKED, 8)

    # Who holds the log's key as well writes another history and signs it; the witness's copy tells.
    committed.as_superuser(*(f"DELETE FROM {one}" for one in _TABLES))
    head_file().unlink()
    write(committed, 4, 9)
    (log / "log.zip").unlink()
    assert CliRunner().invoke(app, ["export", str(log / "log.zip")]).exit_code == 0
    assert _verdict(log, capsys=capsys)["code"] == 0
    said = _verdict(log, *held, capsys=capsys)
    assert (said["code"], said["first_bad"]) == (FORKED, 0)
    live = CliRunner().invoke(app, ["verify", "--json", *held])
    assert live.exit_code == FORKED
    engine().dispose()


def test_the_same_log_gives_the_same_bytes_and_verifies_with_python_alone(
    log: Path, tmp_path: Path
) -> None:
    again = log / "again.zip"
    assert CliRunner().invoke(app, ["export", str(again)]).exit_code == 0
    assert again.read_bytes() == (log / "log.zip").read_bytes()
    refused = CliRunner().invoke(app, ["export", str(again)])
    assert refused.exit_code != 0

    laptop = tmp_path / "laptop"
    laptop.mkdir()
    (laptop / "verify_log.py").write_bytes(files_of(again)[names.VERIFIER])
    for name in ("log.zip", "trust.json", "witness.note"):
        (laptop / name).write_bytes((log / name).read_bytes())
    command = [sys.executable, "-I", "-S", "-W", "error", "verify_log.py", "log.zip"]

    def ends(*more: str) -> int:
        return subprocess.run(
            [*command, *more], cwd=laptop, env={"PATH": "/nowhere"}, check=False
        ).returncode

    held = ("--trust", "trust.json", "--head", "witness.note")
    assert [ends(*held), ends(), ends("--strict"), ends("--head", "witness.note")] == [
        0, 0, NOT_COMPARED, UNREADABLE
    ]  # fmt: skip
    files = files_of(again)
    _edit(files, mended=False)
    written(files, laptop / "log.zip")
    assert ends(*held) == CHANGED

    # The command itself asks for no database and no key of the installation that it runs on.
    nowhere = {
        **os.environ,
        "ANXIN_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing",
        "ANXIN_DATA_DIR": str(laptop / "nothing"),
    }
    start = [sys.executable, "-c", "from service.start import main; main()"]
    found = subprocess.run(
        [*start, "audit", "verify", "--trust", "trust.json", "log.zip"],
        cwd=laptop, env={**nowhere, "PYTHONPATH": str(Path(__file__).parents[4])},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == CHANGED, found.stderr
    assert "entry 5" in found.stderr
    assert not (laptop / "nothing").exists()


def test_five_hundred_random_changes_of_a_byte_in_a_log_are_all_found(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = files_of(log / "log.zip")
    rng = random.Random(20261128)
    for _ in range(500):
        name = rng.choice((names.ENTRIES, names.LEAVES, names.CHECKPOINTS))
        changed = bytearray(whole[name])
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        written({**whole, name: bytes(changed)}, log / "log.zip")
        arguments = [str(log / "log.zip"), "--trust", str(log / "trust.json")]
        assert CliRunner().invoke(app, ["verify", *arguments]).exit_code, (name, bytes(changed))
    capsys.readouterr()


def test_too_few_cosignatures_fail(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trust = json.loads((log / "trust.json").read_text("utf-8"))
    witness = SignerKey("witness.example/w1", Kind.ED25519_COSIGNATURE, bytes(range(32)))
    trust["witnesses"] = [witness.verifier().vkey()]
    trust["witnesses_required"] = 1
    (log / "trust.json").write_text(json.dumps(trust), "utf-8")
    said = _verdict(log, capsys=capsys)
    assert (said["code"], said["first_bad"]) == (POLICY, 0)
    trust["witnesses_required"] = 2
    (log / "trust.json").write_text(json.dumps(trust), "utf-8")
    assert _verdict(log, capsys=capsys)["code"] == UNREADABLE


def test_the_single_file_is_made_of_modules_that_do_not_meet() -> None:
    source = joined().decode()
    assert joined() == joined()
    assert "service" not in "".join(
        one for one in source.splitlines() if one.startswith(("from", "import"))
    )
    tops = [one.split("(")[0] for one in source.splitlines() if one.startswith(("def ", "class "))]
    assert len(tops) == len(set(tops))
    assert [source.index(f"\n# {one} ---") for one in MODULES]
