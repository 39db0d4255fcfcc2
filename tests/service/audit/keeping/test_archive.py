"""The archive: nothing lost, nothing twice, whatever stops it; and what was touched is named."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.commands import app
from service.audit.keeping import archive as archiving
from service.audit.keeping.archive import archive, manifests, write_once
from service.audit.keeping.problems import ArchiveBroken
from service.audit.record import record
from service.foundation.settings import settings
from tests.foundation.committed import Committed
from tests.service.audit.trail import write

STEPS = ("open", "fchmod", "fsync", "link", "unlink")


def _archive(committed: Committed, folder: Path) -> tuple[int, int]:
    with committed.transaction() as session:
        return archive(session, folder)


def _check(folder: Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["archive", str(folder), "--check"])
    return done.exit_code, done.output


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _indexes(folder: Path) -> list[int]:
    packs = [folder / one.said["pack"] for one in manifests(folder)]
    return [json.loads(line)["index"] for pack in packs for line in pack.read_bytes().splitlines()]


def test_an_archive_grows_and_no_file_of_it_ever_changes(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "PIECE_ENTRIES", 4)
    folder = tmp_path / "archive"
    assert _archive(committed, folder) == (0, 0)
    with committed.transaction() as session:
        sealed = record(
            session, "thing.done", by=SYSTEM, on=("things", "x"), sealed={"name": "王小明"}
        )
    write(committed, 5)
    assert _archive(committed, folder) == (6, 6)
    before = _content(folder)
    assert not any("王小明".encode() in content for content in before.values())
    assert str(sealed.id).encode() in b"".join(before.values())
    assert all((path.stat().st_mode & 0o777) == 0o444 for path in folder.iterdir())
    assert _archive(committed, folder) == (0, 6)
    assert _content(folder) == before
    write(committed, 3)
    # Resealing and erasing change nothing of what lies there.
    with committed.transaction() as session:
        keys = session.scalars(text("SELECT encode(key_sealed, 'hex') FROM audit_payloads")).all()
    assert not any(str(key).encode() in b"".join(before.values()) for key in keys)
    assert _archive(committed, folder) == (3, 9)
    assert before.items() <= _content(folder).items()
    assert _indexes(folder) == list(range(9))
    code, said = _check(folder)
    assert (code, said.split()[0]) == (0, "9")
    done = CliRunner().invoke(app, ["archive", str(folder)])
    assert (done.exit_code, done.output.split()[0]) == (0, "0")


def test_a_run_that_stops_anywhere_is_begun_again_and_nothing_is_lost_or_twice(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "PIECE_ENTRIES", 4)
    write(committed, 7)
    tried = 0
    for step in STEPS:
        for stopped_at in range(1, 5):
            folder = tmp_path / f"{step}-{stopped_at}"
            with monkeypatch.context() as patched:
                patched.setattr(os, step, _failing(step, stopped_at))
                if step == "unlink":
                    patched.setattr(Path, "unlink", _failing(step, stopped_at, Path.unlink))
                try:
                    _archive(committed, folder)
                except OSError:
                    tried += 1
            assert _archive(committed, folder)[1] == 7
            assert _indexes(folder) == list(range(7))
            assert _check(folder)[0] == 0
    assert tried >= 4 * len(STEPS) - 4


def _failing(step: str, stopped_at: int, real: Callable[..., Any] | None = None) -> Any:
    called = real or getattr(os, step)
    calls = 0

    def fail(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == stopped_at:
            raise OSError(5, "Input/output error")
        return called(*arguments, **named)

    return fail


@pytest.mark.parametrize("what", ["manifest", "pack"])
@pytest.mark.parametrize("how", ["changed", "gone", "cut"])
def test_what_was_touched_is_named_and_nothing_is_added_to_it(
    committed: Committed, tmp_path: Path, what: str, how: str
) -> None:
    folder = tmp_path / "archive"
    for _ in range(2):
        write(committed, 3)
        _archive(committed, folder)
    one = manifests(folder)[0]
    target = one.path if what == "manifest" else folder / one.said["pack"]
    content = target.read_bytes()
    target.chmod(0o644)
    if how == "gone":
        target.unlink()
    else:
        target.write_bytes(
            content.replace(b"thing", b"thinG") if how == "changed" else content[:40]
        )
        if what == "manifest" and how == "changed":
            target.write_bytes(content.replace(b'"number": 1', b'"number": 7'))
    code, said = _check(folder)
    assert code == 3
    assert "不属于本日志" in said


def test_another_logs_archive_and_a_taken_name_are_refused(
    committed: Committed, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    write(committed, 3)
    _archive(committed, folder)
    write_once(folder, "x", b"one")
    write_once(folder, "x", b"one")
    with pytest.raises(ArchiveBroken):
        write_once(folder, "x", b"two")
    committed.as_superuser("UPDATE audit_leaves SET leaf_hash = '\\x00' WHERE index = 2")
    with pytest.raises(ArchiveBroken):
        _archive(committed, folder)


def test_the_worker_archives_where_a_folder_is_named(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service import worker

    assert worker.SCHEDULE["archive"]["task"] == worker.archive_audit.name
    write(committed, 2)
    worker.archive_audit()
    folder = tmp_path / "archive"
    monkeypatch.setenv("ANXIN_AUDIT_ARCHIVE_DIR", str(folder))
    settings.cache_clear()
    worker.archive_audit()
    assert _indexes(folder) == [0, 1]
    next(folder.glob("manifest-*")).unlink()
    folder.chmod(0o755)
    worker.archive_audit()
    assert _check(folder)[0] == 0
