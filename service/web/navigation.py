"""The navigation bar: stages in the order the money flows, gathered into a few groups.

One row names the groups; below it stand the pages of the group one is in. Each officer sees what he
may read; a group of which he may read one page is that page. Below every page stands what belongs
to the officer and to no stage: own declarations, emergencies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from service.web.here import visit
from service.web.language import gettext, translatable

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (translatable("Residents and data"), ("record", "residents", "sources", "tasks", "waivers")),
    (translatable("Policy"), ("programmes", "rules", "controls")),
    (
        translatable("Paying out"),
        ("assessment", "batches", "exceptions", "recoveries", "heirs", "notices"),
    ),
    (translatable("Banks and books"), ("dispatch", "reconciliation", "ledger")),
    (translatable("Supervision"), ("enquiry", "oversight", "findings", "audit")),
    (
        translatable("Administration"),
        ("health", "approvals", "signing", "banks", "webhooks", "organisations", "officers"),
    ),
)
ORDER = tuple(stage for _, stages in GROUPS for stage in stages)
HOME = "/"

Current = Literal["", "page", "true"]
"""What a link says of itself: it leads to this very page, or to what this page is a part of."""


@dataclass(frozen=True)
class Entry:
    """One page of the navigation; ``act`` is what an officer must be allowed to see it."""

    stage: str
    title: str
    href: str
    act: str
    beneath: tuple[str, ...] = ()
    """Where else its pages are, besides below its own address."""
    or_act: str = ""
    """Another act that is enough."""

    @property
    def shown(self) -> str:
        return gettext(self.title)

    @property
    def current(self) -> Current:
        path = visit().path
        if path == self.href:
            return "page"
        known = (self.href, *self.beneath)
        return "true" if any(path == one or path.startswith(f"{one}/") for one in known) else ""


@dataclass(frozen=True)
class Word:
    """One word of a row, as it is shown on this page."""

    shown: str
    href: str
    current: Current


@dataclass(frozen=True)
class Bar:
    """The two rows: the groups, and the pages of the present one, called ``name``."""

    groups: tuple[Word, ...]
    name: str = ""
    pages: tuple[Entry, ...] = ()


_entries: dict[str, Entry] = {}
_own: dict[str, Entry] = {}


def register(
    stage: str,
    title: str,
    href: str,
    *,
    act: str,
    beneath: tuple[str, ...] = (),
    or_act: str = "",
) -> None:
    """Give a stage its word in the bar: ``register("batches", translatable("Batches"), "/batches", act=…)``."""
    if stage not in ORDER:
        raise ValueError(f"{stage} has no place in the navigation's order")
    _entries[stage] = Entry(stage, title, href, act, beneath, or_act)


def register_own(stage: str, title: str, href: str, *, act: str) -> None:
    """Put a page of the officer's own below each page; they stand in the order of registration."""
    _own[href] = Entry(stage, title, href, act)


def bar() -> Bar:
    """Return the rows for the viewer of this request: the work queue, then groups in pipeline order."""
    words = [Word(gettext("Work queue"), HOME, "page" if visit().path == HOME else "")]
    present: tuple[str, tuple[Entry, ...]] = "", ()
    for title, stages in GROUPS:
        pages = tuple(_for_viewer(_entries[one] for one in stages if one in _entries))
        if not pages:
            continue
        here = any(one.current for one in pages)
        if len(pages) == 1:
            words.append(Word(pages[0].shown, pages[0].href, pages[0].current))
            continue
        # The word leads to the group's first page: on that page it is the page's own row that says so.
        words.append(Word(gettext(title), pages[0].href, "true" if here else ""))
        if here:
            present = gettext(title), pages
    return Bar(tuple(words), *present)


def own_entries() -> list[Entry]:
    """Return what the viewer of this request has below each page."""
    return _for_viewer(_own.values())


def _for_viewer(found: Iterable[Entry]) -> list[Entry]:
    viewer = visit().viewer
    if viewer is None:
        return []
    return [one for one in found if viewer.may(one.act) or (one.or_act and viewer.may(one.or_act))]
