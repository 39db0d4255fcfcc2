"""Every door of the service stays shut when the keys do not fit, and says so in one sentence."""

import subprocess
import sys

import pytest

from service.foundation.encryption.key_files import key_file
from tests.foundation.committed import Committed
from tests.foundation.encryption.everything import fill

OTHER = "5a" * 32
DOORS = {
    "command": ["-c", "from service.start import main; main()", "jobs", "failed"],
    "web": [
        "-c", "from service.start import main; main()", "web", "--port", "0", "--processes", "1",
    ],
    "worker": [
        "-m", "celery", "-A", "service.worker", "worker", "--pool", "solo", "--queues", "periodic",
    ],
}  # fmt: skip


def knock(door: str) -> tuple[int, str]:
    """Open one door in a process of its own and return its exit code and all it said."""
    done = subprocess.run(
        [sys.executable, *DOORS[door]], capture_output=True, text=True, timeout=180, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("door", sorted(DOORS))
@pytest.mark.parametrize("wrong", ["another", "truncated", "missing"])
def test_no_door_opens_with_a_wrong_key(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, door: str, wrong: str
) -> None:
    with committed.transaction() as session:
        fill(session, 1)
    path = key_file("field")
    monkeypatch.setenv("ANXIN_FIELD_KEY_FILE", str(path))
    if wrong == "missing":
        path.unlink()
    else:
        path.write_text(OTHER if wrong == "another" else OTHER[:50], encoding="ascii")
    code, said = knock(door)
    assert code != 0, said
    assert str(path) in said
    assert OTHER[:16] not in said
    assert not path.exists() or wrong != "missing", "a key was made in its place"


def test_the_command_works_with_the_right_key(committed: Committed) -> None:
    with committed.transaction() as session:
        fill(session, 1)
    code, said = knock("command")
    assert code == 0, said
