"""Each system call of the head's writer and the exporter fails once; the log and its files still verify."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.audit.actor import SYSTEM
from service.audit.log.continues import require_continuation
from service.audit.log.fsck import check_tiles
from service.audit.log.log_keys import eras, open_checkpoint
from service.audit.log.publish import last_published, publish
from service.audit.log.sequence import sequence
from service.audit.log.tiles import export_tiles
from service.audit.record import record
from tests.foundation.committed import Committed
from tests.service.audit.trail import verdict, write

pytestmark = pytest.mark.strace
CALLS = {
    "openat": "EMFILE",
    "write": "ENOSPC",
    "fsync": "EIO",
    "rename": "EROFS",
    "mkdir": "EROFS",
    "flock": "EIO",
    "unlink": "EIO",
}
ROOT = Path(__file__).parents[4]


class Publisher:
    """The process whose children publish, and the strace that makes one call of theirs fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.service.audit.log.publishing", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def run(self, log: Path, inject: str = "") -> int:
        """Let one child publish under strace; return its exit code. ``log`` gets its calls."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._say()
        child = self.process.stdout.readline().strip()
        what = ["-e", f"trace={','.join(CALLS)}", *(["-e", f"inject={inject}"] if inject else [])]
        tracer = subprocess.Popen(
            ["strace", "-p", child, "-o", str(log), *what], stderr=subprocess.PIPE, text=True
        )
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        self._say()
        said = self.process.stdout.readline()
        tracer.wait(timeout=60)
        tracer.stderr.close()
        return int(said.removeprefix("exit "))

    def _say(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()
        self.process.wait(timeout=60)


@pytest.fixture
def publisher(committed: Committed, tmp_path: Path) -> Iterator[Publisher]:
    write(committed, 254)
    found = Publisher(tmp_path / "tiles")
    yield found
    found.close()


def _grow(committed: Committed) -> None:
    with committed.transaction() as session:
        record(session, "thing.done", by=SYSTEM, on=("things", "one more"))
    with committed.transaction() as session:
        assert sequence(session) == 1


def _sizes(committed: Committed, folder: Path) -> tuple[int, int]:
    """Return how many entries are published and laid out; both must verify."""
    with committed.transaction() as session:
        last, _ = require_continuation(session)
        assert last is not None
        published, known = last_published(session), eras(session)
    assert published is not None
    files = check_tiles(folder, lambda text: open_checkpoint(text, known).checkpoint)
    assert files.size <= published.size <= last.size
    return published.size, files.size


def test_each_call_fails_once_and_the_next_run_mends_it(
    committed: Committed, publisher: Publisher, tmp_path: Path
) -> None:
    log, folder = tmp_path / "calls", publisher.folder
    _grow(committed)
    assert publisher.run(log) == 0
    _grow(committed)
    assert publisher.run(log) == 0, "from 255 to 256: a tile becomes full"
    calls = re.findall(
        r"^([a-z]+)\(", log.read_text(encoding="utf-8", errors="replace"), re.MULTILINE
    )
    counted = {name: calls.count(name) for name in CALLS}
    assert counted["write"] >= 4, counted
    assert counted["fsync"] >= 6, counted
    size, failed = 256, 0
    assert _sizes(committed, folder) == (size, size)
    for name, times in counted.items():
        for number in range(1, times + 1):
            _grow(committed)
            size += 1
            code = publisher.run(log, f"{name}:error={CALLS[name]}:when={number}")
            assert "(INJECTED)" in log.read_text(encoding="utf-8", errors="replace") or code == 0
            failed += code
            _sizes(committed, folder)
            publish(committed.transaction)
            with committed.transaction() as session:
                assert export_tiles(session, folder) == size
            assert _sizes(committed, folder) == (size, size), f"{name} {number}"
    assert failed >= 20, "calls were made to fail"
    assert verdict(committed).verified
