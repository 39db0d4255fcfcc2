"""Gather the offices, departments and places, each with what belongs to it, by name and count."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.officers.models import Officer, Organisation
from service.officers.organisations import every as every_office
from service.officers.queries import everyone
from service.officers.scopes import scopes_of
from service.programmes.in_force import rules_now
from service.residents import feeds
from service.residents.models import FeedSource
from service.residents.places.tree import Place, tree
from service.web.here import visit

_TOWNSHIP_DIGITS = 9
_BESIDE = frozenset("/、（")
"""Signs by which a rule names another office beside the department."""


@dataclass(frozen=True)
class Office:
    """An office and who belongs to it."""

    organisation: Organisation
    officers: Sequence[str]
    """Names of those who may sign in."""
    left: int


@dataclass(frozen=True)
class Department:
    """A department: its programmes, what it delivers, and its offices."""

    folder: str
    """Of its programmes in the catalogue; "" where it only delivers."""
    name: str
    programmes: int
    feeds: Sequence[str]
    offices: Sequence[str]


@dataclass(frozen=True)
class Town:
    """A township with its villages, offices and officers, and the sources of its own data."""

    code: str
    name: str
    villages: Sequence[str]
    offices: Sequence[str]
    officers: int
    sources: Sequence[str]


def offices(session: Session) -> list[Office]:
    """Return every office with its officers."""
    here: dict[str, list[Officer]] = defaultdict(list)
    for one in everyone(session):
        here[one.organisation].append(one)
    return [
        Office(
            office,
            [one.name for one in here[office.name] if one.active],
            sum(not one.active for one in here[office.name]),
        )
        for office in every_office(session)
    ]


def departments(session: Session) -> list[Department]:
    """Return every department that has a programme or delivers a table, the largest first."""
    chinese = visit().language == "zh"
    counts: Counter[str] = Counter()
    called: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for programme in rules_now(session).programmes.values():
        folder, words = programme.department.folder, programme.department.words
        counts[folder] += 1
        called[folder][words.zh, words.en] += 1
    # Where a rule names another office beside it, the plain name is the more frequent one.
    names = {folder: said.most_common(1)[0][0] for folder, said in called.items()}
    delivered: dict[str, list[str]] = defaultdict(list)
    for feed in feeds.every().values():
        folder = _folder_of(feed.department_zh, names)
        if folder not in names or _BESIDE & {*names[folder][0]}:
            names[folder] = feed.department_zh, feed.department_en
        delivered[folder].append(feed.zh if chinese else feed.en)
    owned: dict[str, list[str]] = defaultdict(list)
    for office in every_office(session):
        owned[office.department].append(office.name)
    found = [
        Department(
            folder if folder in counts else "",
            zh if chinese else en,
            counts[folder],
            delivered[folder],
            owned[folder] if folder in counts else (),
        )
        for folder, (zh, en) in names.items()
    ]
    return sorted(found, key=lambda one: (-one.programmes, -len(one.feeds), one.name))


def _folder_of(name: str, names: Mapping[str, tuple[str, str]]) -> str:
    """Return the folder whose department a feed's is, however much of the name is said, or the name."""
    for folder, (zh, _) in names.items():
        if zh.startswith(name) or name.startswith(zh):
            return folder
    return name


def towns(session: Session) -> list[Town]:
    """Return every township that exists today, in order of their codes."""
    places = [town for county in tree(session) for town in county.below]
    kept = every_office(session)
    reached = [_reached(one) for one in everyone(session) if one.active]
    sources = session.execute(
        select(FeedSource.code, FeedSource.division).where(
            FeedSource.active, FeedSource.division != ""
        )
    ).all()
    return [
        _town(
            place,
            [one.name for one in kept if _is_within(one.division, place)],
            sum(any(_is_within(one, place) for one in divisions) for divisions in reached),
            [code for code, division in sources if _is_within(division, place)],
        )
        for place in places
    ]


def _town(place: Place, offices_here: Sequence[str], officers: int, sources: Sequence[str]) -> Town:
    villages = [one.name for one in place.below]
    return Town(place.code, place.name, villages, offices_here, officers, sources)


def _reached(officer: Officer) -> set[str]:
    """Return the places to which an officer's duties are limited."""
    scopes = [scope for duty in officer.duties for scope in scopes_of(officer, duty)]
    return {scope.division for scope in scopes if scope.division}


def _is_within(division: str, place: Place) -> bool:
    """Return whether digits name a township or one of its villages."""
    town = place.code[:_TOWNSHIP_DIGITS]
    return len(division) >= _TOWNSHIP_DIGITS and division[:_TOWNSHIP_DIGITS] == town
