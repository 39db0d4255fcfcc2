"""A witness that runs: over HTTP, killed at any moment, and with nothing of ours beside it."""

import http.client
import json
import subprocess
import sys
import threading
from pathlib import Path

from service.audit.log.note import read_note
from service.audit.log.note_keys import read_vkey, verified
from service.audit.witness.home import Home
from service.audit.witness.request import BODY_BYTES_MAX
from tests.service.audit.witness.growing import LOG_KEY, ORIGIN, Growing, witness
from tests.service.audit.witness.running import Running, running

LOG = Growing(size=400)
FORK = Growing("another", differs_from=3, size=400)


def test_over_http_it_says_what_the_protocol_says(tmp_path: Path) -> None:
    home = witness(tmp_path / "w1")
    with running(home.path) as served:
        status, headers, content = served.ask("POST", "/add-checkpoint", LOG.submission(0, 8))
        assert status == 200
        keys = [key.verifier() for key in home.signers()]
        assert len(verified(read_note(LOG.note(8) + content.decode()), keys)) == 2
        status, headers, content = served.ask("POST", "/add-checkpoint", LOG.submission(0, 9))
        assert (status, content) == (409, b"8\n")
        assert {key.lower(): value for key, value in headers.items()}["content-type"] == (
            "text/x.tlog.size"
        )
        assert served.ask("POST", "/add-checkpoint", FORK.submission(8, 9))[0] == 422
        assert served.ask("POST", "/add-checkpoint", b"x" * (BODY_BYTES_MAX + 1))[0] == 413
        assert served.ask("GET", "/add-checkpoint")[0] == 405
        assert served.ask("GET", "/cosigned/../../keys/ed25519.seed")[0] == 404
        said = json.loads(served.ask("GET", "/status.json")[2])
        assert [(one["origin"], one["size"]) for one in said["logs"]] == [(ORIGIN, 8)]
        assert [read_vkey(one) for one in said["keys"]] == keys
        status, _, note = served.ask("GET", f"/cosigned/{said['logs'][0]['file_name']}")
        assert set(verified(read_note(note), keys)) == set(keys)
        status, headers, page = served.ask("GET", "/")
        assert (status, ORIGIN in page.decode()) == (200, True)
        # One connection serves several submissions, as logs like to have it.
        line = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        for old in (8, 9, 10):
            line.request("POST", "/add-checkpoint", LOG.submission(old, old + 1))
            answer = line.getresponse()
            assert (answer.status, bool(answer.read())) == (200, True)
        line.close()


def test_killed_at_any_moment_it_never_cosigns_two_trees_of_one_size_nor_goes_back(
    tmp_path: Path,
) -> None:
    home = witness(tmp_path / "w1")
    given_out: list[tuple[int, bytes]] = []
    for life in range(5):
        with running(home.path) as served:
            killer = threading.Timer(0.05 + 0.06 * life, served.kill)
            killer.start()
            _submit_until_it_dies(served, home, given_out)
            killer.join()
        last = home.last(home.logs()[ORIGIN])
        # Whatever was answered is on the disk, and the temporary file of a killed writer is no state.
        assert last.size >= max((size for size, _ in given_out), default=0)
    assert given_out
    assert len(dict(given_out)) == len(set(given_out))
    sizes = [size for size, _ in given_out]
    assert sizes == sorted(sizes)


def _submit_until_it_dies(served: Running, home: Home, given_out: list[tuple[int, bytes]]) -> None:
    """Two histories take turns; each starts from what the witness says it cosigned last."""
    for turn in range(2_000):
        old = home.last(home.logs()[ORIGIN]).size
        log = (LOG, FORK)[turn % 2]
        new = min(old + 1, 399)
        try:
            status, _, _ = served.ask("POST", "/add-checkpoint", log.submission(old, new))
        except (OSError, http.client.HTTPException):
            return
        if status == 200:
            given_out.append((new, log.root(new)))


def test_it_starts_with_nothing_else_of_ours(tmp_path: Path) -> None:
    code = (
        "import sys; from service.audit.witness import __main__, serve; "
        "print(*sorted({one.split('.')[0] for one in sys.modules} & "
        "{'sqlalchemy', 'psycopg', 'fastapi', 'celery', 'redis', 'duckdb', 'pydantic', 'jinja2'}), "
        "*(one for one in sys.modules if one.startswith('service.') and '.audit' not in one))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert found.stdout.split() == [
        "service.foundation", "service.foundation.problems", "service.foundation.children",
    ]  # fmt: skip


def test_the_commands_make_a_witness_and_show_what_it_cosigned(tmp_path: Path) -> None:
    path = tmp_path / "w1"
    keys = _run("init", str(path), "--name", "bank.example/w").splitlines()
    assert [read_vkey(one).name for one in keys] == ["bank.example/w"] * 2
    _run("add-log", str(path), "--key", LOG_KEY.verifier().vkey())
    assert f"{ORIGIN}: 0 entries" in _run("show", str(path))
    assert json.loads(_run("show", str(path), "--json"))["keys"] == keys
    again = subprocess.run(
        [sys.executable, "-m", "service.audit.witness", "init", str(path), "--name", "x"],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def _run(*arguments: str) -> str:
    found = subprocess.run(
        [sys.executable, "-m", "service.audit.witness", *arguments],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return found.stdout
