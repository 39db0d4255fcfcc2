"""Start workers that die at a chosen step, or kill them from outside after some time."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Death:
    """Where one worker dies: at the n-th passing of a named step, or after some seconds."""

    point: str = ""
    passes: int = 1
    seconds: float | None = None


LIVES = Death()


class Workers:
    """Processes forked from one warm parent, each killed as it was told to die."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.parent"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait()
        self._parent.stdout.close()

    def do(self, act: str, **given: str) -> None:
        """Let the parent do it itself, unkilled: afterwards its workers know every statement."""
        self._ask({"fork": False, "act": act, "with": given})

    def die(self, act: str, *deaths: Death, **given: str) -> list[bool]:
        """Let as many workers as there are deaths do it side by side; return who was killed."""
        started = [(self._start(act, death, given), death) for death in deaths]
        for worker, death in started:
            if death.seconds is not None:
                time.sleep(death.seconds)
                # Nobody has waited for it yet, so its number is still its own if it has ended.
                os.kill(worker, signal.SIGKILL)
        ended = [self._ask({"wait": worker})["status"] for worker, _ in started]
        assert set(ended) <= {0, -signal.SIGKILL}, f"a worker ended with {ended}"
        return [status == -signal.SIGKILL for status in ended]

    def _start(self, act: str, death: Death, given: dict[str, str]) -> int:
        told = {"fork": True, "act": act, "with": given}
        answer = self._ask({**told, "point": death.point, "passes": death.passes})
        return int(answer["worker"])

    def _ask(self, said: dict[str, Any]) -> dict[str, Any]:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(said) + "\n")
        self._parent.stdin.flush()
        answer: dict[str, Any] = json.loads(self._parent.stdout.readline())
        return answer


class Deaths:
    """Draws deaths: every named step in turn, and now and then any moment."""

    def __init__(self, draw: random.Random, points: tuple[str, ...]) -> None:
        self._draw, self._points, self._next = draw, points, 0
        self._seconds = 0.1
        self.at: dict[str, int] = dict.fromkeys((*points, "at any moment"), 0)

    def one(self) -> Death:
        """Return where the next worker dies."""
        if self._draw.random() < 0.15:
            return Death(seconds=self._draw.uniform(0.0, self._seconds))
        point = self._points[self._next % len(self._points)]
        self._next += 1
        most = {"at a statement": 40, "at a commit": 6, "after a commit": 6}.get(point, 1)
        return Death(point, self._draw.randint(1, most))

    def seen(self, death: Death, *, killed: bool) -> None:
        """Count a death. What is done before it is killed shortens the window for the others."""
        if killed:
            self.at[death.point or "at any moment"] += 1
        if death.seconds is not None:
            # On a busy machine everything takes longer: nothing here depends on its speed.
            factor = 1.3 if killed else 0.7
            self._seconds = min(20.0, max(0.05, self._seconds * factor))
