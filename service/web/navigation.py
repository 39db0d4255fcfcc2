"""The navigation bar: stages in the order the money flows, each shown to those who may read it.

Below each page stands what belongs to the officer and to no stage: own declarations, emergencies.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from service.web.here import visit
from service.web.language import gettext

ORDER = (
    "residents",
    "tasks",
    "record",
    "waivers",
    "programmes",
    "rules",
    "assessment",
    "batches",
    "exceptions",
    "recoveries",
    "heirs",
    "controls",
    "notices",
    "approvals",
    "signing",
    "dispatch",
    "reconciliation",
    "ledger",
    "enquiry",
    "oversight",
    "findings",
    "audit",
    "officers",
)


@dataclass(frozen=True)
class Entry:
    """One word of the navigation bar; ``act`` is what an officer must be allowed to see it."""

    stage: str
    title: str
    href: str
    act: str

    @property
    def shown(self) -> str:
        return gettext(self.title)

    @property
    def is_here(self) -> bool:
        path = visit().path
        return path == self.href or path.startswith(f"{self.href}/")


_entries: dict[str, Entry] = {}
_own: dict[str, Entry] = {}


def register(stage: str, title: str, href: str, *, act: str) -> None:
    """Give a stage its word in the bar: ``register("batches", translatable("Batches"), "/batches", act=…)``."""
    if stage not in ORDER:
        raise ValueError(f"{stage} has no place in the navigation's order")
    _entries[stage] = Entry(stage, title, href, act)


def register_own(stage: str, title: str, href: str, *, act: str) -> None:
    """Put a page of the officer's own below each page; they stand in the order of registration."""
    _own[href] = Entry(stage, title, href, act)


def entries() -> list[Entry]:
    """Return what the viewer of this request may go to, in pipeline order."""
    return _for_viewer(_entries[stage] for stage in ORDER if stage in _entries)


def own_entries() -> list[Entry]:
    """Return what the viewer of this request has below each page."""
    return _for_viewer(_own.values())


def _for_viewer(found: Iterable[Entry]) -> list[Entry]:
    viewer = visit().viewer
    return [] if viewer is None else [entry for entry in found if viewer.may(entry.act)]
