"""What is said of one thing that was looked at: how it is, since when, and what to do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["well", "look", "wrong", "off"]
"""In order; somebody should look; something is broken; not set up, which may be meant so."""
WORST_FIRST: tuple[State, ...] = ("wrong", "look", "well", "off")


@dataclass(frozen=True)
class Finding:
    """One thing in the words of the request: no resident, no money, no secret is ever in it."""

    code: str
    """Short and lasting, for programs: ``database.size``."""
    title: str
    state: State
    said: str
    """How it is, as a sentence."""
    since: datetime | None = None
    to_do: str = ""
    """What somebody does about it; "" where nothing is to be done."""
    href: str = ""


@dataclass(frozen=True)
class Part:
    """Everything that was looked at of one part of the service."""

    code: str
    title: str
    findings: Sequence[Finding]

    @property
    def state(self) -> State:
        """Return the worst state of its findings; a part of which nothing is said is off."""
        return worst(one.state for one in self.findings) if self.findings else "off"


def worst(states: Iterable[State]) -> State:
    """Return the worst of some states: what is off is worse than nothing."""
    return min(states, key=WORST_FIRST.index, default="off")
