"""Child processes that never outlive their parent, however it ends.

The child watches a pipe that only the parent holds open. When the parent goes – in order, by an
error, by SIGKILL – the kernel closes the pipe and the child leaves.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence

_EXIT_WITH_PARENT = "ANXIN_EXIT_WITH_PARENT"
_GRACE_SECONDS = 15


def start(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    log: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``python <arguments>`` as a child of this process, its output in ``log`` or nowhere."""
    with open(log or os.devnull, "ab") as output:  # noqa: PTH123 - the null device is no path of ours
        return subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {}), _EXIT_WITH_PARENT: "1"},
            start_new_session=True,
        )


def stop(child: subprocess.Popen[bytes], *, seconds: float = 20) -> None:
    """Ask a child to leave, wait, and end its whole group if it does not."""
    if child.stdin:
        child.stdin.close()
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def exit_with_parent() -> None:
    """In a child: leave when the parent is gone. Does nothing in a process started otherwise."""
    if os.environ.pop(_EXIT_WITH_PARENT, ""):
        threading.Thread(target=_watch, daemon=True, name="parent-watch").start()


def _watch() -> None:
    # os.read, not sys.stdin: a buffer's lock held here would be held for ever in a forked child.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_GRACE_SECONDS)
    os.killpg(os.getpgid(0), signal.SIGKILL)
