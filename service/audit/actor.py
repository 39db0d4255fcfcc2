"""Who acts: an officer, a resident, a bank, or the system itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """Who did something; ids only, so that it may be written anywhere."""

    kind: str
    """``officer``, ``resident``, ``bank``, ``department`` or ``system``."""
    id: str
    organisation: str = ""
    session: str = ""


SYSTEM = Actor(kind="system", id="anxin")
