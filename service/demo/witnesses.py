"""The demo county's two witnesses: programs of their own with their own directories, as other institutions run them."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.cosigning.in_force import in_force
from service.audit.log.log_keys import verifiers
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.note import read_note
from service.audit.witness.home import Home
from service.foundation import children
from service.foundation.engines.ports import free_port, is_free
from service.foundation.settings import choose, settings

_NAMES = ("audit-office", "finance-bureau")
_START_SECONDS_MAX = 60


@contextmanager
def witnesses() -> Iterator[None]:
    """Run both and ask for both, unless a policy is set or this is no demonstration."""
    if settings().profile != "demo" or settings().witness_policy_file is not None:
        yield
        return
    folder = settings().data_dir / "witnesses"
    with ExitStack() as stack:
        lines = []
        for name in _NAMES:
            home = _home(folder / name, name)
            port = stack.enter_context(_running(home.path))
            vkey = home.signers()[1].verifier().vkey()
            lines.append(f"witness {name} {vkey} http://127.0.0.1:{port}/")
        lines += [f"group both all {' '.join(_NAMES)}", "quorum both", ""]
        policy = folder / "policy"
        policy.write_text("\n".join(lines), encoding="utf-8")
        choose("witness_policy_file", str(policy))
        yield


def cosigned(session: Session) -> dict[str, int]:
    """Return how many checkpoints were published, and how many of them both witnesses cosigned."""
    policy = in_force()
    notes = session.scalars(select(PublishedCheckpoint.note)).all()
    keys = {(one.name, one.key_id) for one in policy.keys} if policy else set()
    both = 0
    for note in notes:
        made = {(one.name, one.key_id) for one in read_note(note).signatures}
        both += bool(keys) and keys <= made
    return {"checkpoints": len(notes), "cosigned": both}


def _home(path: Path, name: str) -> Home:
    """Return the witness's directory, made and told of our log when it is not there yet."""
    if not (path / "witness.json").exists():
        # A demonstration that was killed while it made one: that witness never cosigned anything.
        shutil.rmtree(path, ignore_errors=True)
        Home.make(path, f"{name}.demo/anxin")
    home = Home(path)
    if settings().audit_origin not in home.logs():
        home.add_log(settings().audit_origin, verifiers())
    return home


@contextmanager
def _running(path: Path) -> Iterator[int]:
    announced = path / "announced.json"
    announced.unlink(missing_ok=True)
    arguments = ["-m", "service.audit.witness", "serve", str(path), "--port", str(_port(path))]
    child = children.start([*arguments, "--requests-per-second", "1000"], log=str(announced))
    try:
        yield int(_announcement(announced, child)["port"])
    finally:
        children.stop(child)


def _port(path: Path) -> int:
    """Return the port of last time if it is free: the policy names it, and each policy is an entry."""
    kept = path / "port"
    port = int(kept.read_text("ascii")) if kept.exists() else 0
    if not port or not is_free(port):
        port = free_port()
        kept.write_text(str(port), "ascii")
    return port


def _announcement(path: Path, child: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + _START_SECONDS_MAX
    while time.monotonic() < deadline and child.poll() is None:
        for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
            if line.startswith("{") and line.endswith("}"):
                said: dict[str, Any] = json.loads(line)
                return said
        time.sleep(0.02)
    raise RuntimeError(f"a witness did not start; see {path}")
