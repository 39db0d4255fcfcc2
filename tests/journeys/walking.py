"""Every page that links lead to: found by following them, so that no list of pages can go stale."""

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import APIRequestContext

from service.doors.table import DOORS

_SORTED_AND_CUT = {"sort", "page", "after", "before", "month", "q"}
"""Parameters that show the same page with other rows."""
_REMEMBERED = {"lang", "text"}
"""Parameters that change every page from then on: the walk stays in one language and size."""
_SOON = "/audit/proofs/{entry_id}"
"""What was done a second ago is proved with the next checkpoint; until then the page says so."""
_SAMPLES_MAX = 3
"""Pages of one kind that are looked at; more are asked for, to find what they alone link to."""
_BARREN_MAX = 3
"""Pages of one kind, one after the other, that led to no other kind: there the walk gives the kind up."""
_KINDS_MAX = 2
"""Combinations of filters of one page, beside the page as it is without any."""


@dataclass(frozen=True)
class Kind:
    """A page's door and the names of the parameters that change what it shows."""

    door: str
    parameters: tuple[str, ...] = ()


@dataclass
class Walk:
    """What one visitor found: addresses by kind, and answers that no link should lead to."""

    pages: dict[Kind, list[str]] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    """Doors behind which a file lay, not a page."""

    @property
    def doors(self) -> set[str]:
        return {kind.door for kind in self.pages} | self.files


def walk(asking: APIRequestContext, base: str, starts: Iterable[str]) -> Walk:
    """Follow every link on this host from ``starts``, breadth first; nothing is posted."""
    found = Walk()
    waiting = deque((start, "the start") for start in starts)
    met: set[str] = set(starts)
    known: set[Kind] = set()
    barren: Counter[Kind] = Counter()
    while waiting:
        address, linked_on = waiting.popleft()
        kind = kind_of(address)
        if kind is None:
            found.dead.append(f"{address} on {linked_on}: no door")
            continue
        if barren[kind] >= _BARREN_MAX or _is_one_more(kind, barren):
            continue
        barren[kind] += 1
        answer = asking.get(base + address)
        if kind.door == _SOON and answer.status == 409:
            continue
        if not answer.ok:
            found.dead.append(f"{address} on {linked_on}: {answer.status}")
            continue
        if not answer.headers.get("content-type", "").startswith("text/html"):
            found.files.add(kind.door)
            continue
        samples = found.pages.setdefault(kind, [])
        if len(samples) < _SAMPLES_MAX:
            samples.append(address)
        links = [
            link[len(base) :]
            for link in dict.fromkeys(_links(answer.text(), base + address))
            if link.startswith(base) and not _is_remembered(link)
        ]
        waiting.extend((link, address) for link in links if link not in met)
        met.update(links)
        leads_to = {one for one in map(kind_of, links) if one}
        if leads_to - known:
            barren[kind] = 0
        known |= leads_to
    return found


def _is_remembered(link: str) -> bool:
    return any(name in _REMEMBERED for name, _ in parse_qsl(urlsplit(link).query))


def _is_one_more(kind: Kind, asked: Counter[Kind]) -> bool:
    """Whether so many combinations of this page's filters were asked for that this one is left."""
    if not kind.parameters or kind in asked:
        return False
    return sum(one.door == kind.door and bool(one.parameters) for one in asked) >= _KINDS_MAX


def kind_of(address: str) -> Kind | None:
    """Return which door an address knocks at, or None; an address is tried as it is written first."""
    parts = urlsplit(address)
    for pattern, door in _PATTERNS:
        if pattern.fullmatch(parts.path):
            names = {name for name, value in parse_qsl(parts.query) if value} - _SORTED_AND_CUT
            return Kind(door, tuple(sorted(names)))
    return None


def _links(text: str, address: str) -> list[str]:
    reader = _Links()
    reader.feed(text)
    return [urljoin(address, link).split("#")[0] for link in reader.found]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"] or "")


def _patterns() -> list[tuple[re.Pattern[str], str]]:
    doors = [door.removeprefix("GET ") for door in DOORS if door.startswith("GET /")]
    doors.sort(key=lambda door: (door.count("{"), door))
    return [
        (re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(door))), door) for door in doors
    ]


_PATTERNS = _patterns()
