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
_ASKED_MAX = 8
"""Pages of one kind that are asked for, one from each page that links to some of them: what hangs
together differs by state, and a page of a list is often all of one state."""
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
    asked: set[str] = set()
    times: Counter[Kind] = Counter()
    led: set[tuple[str, Kind]] = set()
    while waiting:
        address, linked_on = waiting.popleft()
        kind = kind_of(address)
        if address in asked or (kind and (linked_on, kind) in led):
            continue
        asked.add(address)
        if kind is None:
            found.dead.append(f"{address} on {linked_on}: no door")
            continue
        if times[kind] >= _ASKED_MAX or _is_one_more(kind, times):
            continue
        times[kind] += 1
        led.add((linked_on, kind))
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
        waiting.extend(
            (link[len(base) :], address)
            for link in dict.fromkeys(_links(answer.text(), base + address))
            if link.startswith(base) and not _is_remembered(link)
        )
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
