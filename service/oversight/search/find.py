"""Find entries, newest first, along an index: the millionth page costs what the first does.

Whatever is asked for, the search walks the one index that knows most of it (the things, else who
acted, else the acts, else the kind, else the time alone), each value of it by itself, and merges
the walks; the rest is compared on the way. Nothing is ever counted to the end.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    column,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    values,
)
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry, AuditLeaf
from service.officers.models import Officer
from service.oversight.search.things import known_by_id, of_number, of_person
from service.oversight.search.wanted import SearchUnusable, Wanted
from service.oversight.words.acts import NOUNS_ZH, PARTICIPLES_ZH
from service.oversight.words.things import Thing

ENTRIES_PER_PAGE = 50
COUNTED_MAX = 1_000
"""Beyond this a search says "more than": a count to the end would read everything."""
_ACTORS_MAX = 500


@dataclass(frozen=True)
class Entry:
    """One entry as its canonical bytes say it, and its place in the tree (None: not signed yet)."""

    id: UUID
    index: int | None
    at: datetime
    act: str
    actor_kind: str
    actor_id: str
    object_type: str
    object_id: str
    said: dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of entries; ``following`` is where the next begins, "" where there is none."""

    entries: list[Entry]
    following: str
    resolved: dict[str, Any]
    """What the words came to, for the record of the search: ids, acts, and how many things."""


@dataclass(frozen=True)
class Which:
    """A search in the trail's own terms; None is not asked about, empty finds nothing."""

    things: list[Thing] | None = None
    object_id: str = ""
    actors: list[tuple[str, str]] | None = None
    acts: list[str] | None = None
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


def page(session: Session, wanted: Wanted, *, after: str = "") -> Page:
    """Return the page that follows the entry ``after``, or the first; raises SearchUnusable."""
    which = resolve(session, wanted)
    found = _walk(session, which, _place(session, after), ENTRIES_PER_PAGE + 1)
    shown = found[:ENTRIES_PER_PAGE]
    more = str(shown[-1].id) if len(found) > ENTRIES_PER_PAGE else ""
    return Page(shown, more, _resolved(wanted, which))


def every(session: Session, wanted: Wanted, *, most: int) -> Iterator[Entry]:
    """Yield entries, newest first, at most so many; raises SearchUnusable."""
    which, place, left = resolve(session, wanted), None, most
    while left > 0:
        part = min(left, _PART)
        found = _walk(session, which, place, part)
        yield from found
        if len(found) < part:
            return
        left -= part
        place = (found[-1].at, found[-1].id)


def about(
    session: Session, things: list[Thing], most: int, *, acts: list[str] | None = None
) -> list[Entry]:
    """Return the newest entries about some things, of some acts alone, at most so many."""
    return entries_of(session, Which(things=things, acts=acts), most)


def entries_of(session: Session, which: Which, most: int) -> list[Entry]:
    """Return the newest entries of a search in the trail's own terms, at most so many."""
    return _walk(session, which, None, most)


def counted(session: Session, wanted: Wanted) -> tuple[int, bool]:
    """Return how many entries a search finds, and whether there are more than that.

    Without a search: the database's own estimate of the whole trail, which is not exact.
    """
    if not wanted.pairs():
        estimate = session.scalar(
            text(
                "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'audit_entries'::regclass"
            )
        )
        if estimate and estimate > COUNTED_MAX:
            return int(estimate), True
    which = resolve(session, wanted)
    conditions = _conditions(which)
    if conditions is None:
        return 0, False
    some = select(AuditEntry.id).where(*conditions).limit(COUNTED_MAX + 1).subquery()
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return min(found, COUNTED_MAX), found > COUNTED_MAX


def known_acts(session: Session) -> list[str]:
    """Return every act in the trail, by one probe of the index an act."""
    return _distinct(session, "act")


def known_kinds(session: Session) -> list[str]:
    """Return the kinds of things that entries are about, likewise."""
    return _distinct(session, "object_type")


_PART = 1_000
_PROBE = """
WITH RECURSIVE found AS (
  (SELECT {0} AS one FROM audit_entries ORDER BY {0} LIMIT 1)
  UNION ALL
  SELECT (SELECT {0} FROM audit_entries WHERE {0} > found.one ORDER BY {0} LIMIT 1)
  FROM found WHERE found.one IS NOT NULL
)
SELECT one FROM found WHERE one IS NOT NULL
"""
_PROBES = {name: text(_PROBE.format(name)) for name in ("act", "object_type")}


def _distinct(session: Session, name: str) -> list[str]:
    return list(session.scalars(_PROBES[name]))


def resolve(session: Session, wanted: Wanted) -> Which:
    """Return what the words of a search stand for; raises SearchUnusable."""
    things, object_id = None, ""
    if wanted.person_id is not None:
        things = of_person(session, wanted.person_id)
    if wanted.thing:
        numbered = of_number(session, wanted.thing)
        if things is not None:
            things = [one for one in things if one in set(numbered) or one[1] == wanted.thing]
        elif numbered:
            things = numbered
        elif known_by_id(wanted.thing):
            object_id = wanted.thing
            things = [(kind, object_id) for kind in known_kinds(session)]
        else:
            things = []
    return Which(
        things,
        object_id,
        _actors(session, wanted),
        _acts(session, wanted.act) if wanted.act else None,
        wanted.kind,
        wanted.from_moment,
        wanted.to_moment,
    )


def _actors(session: Session, wanted: Wanted) -> list[tuple[str, str]] | None:
    if not wanted.officer and not wanted.organisation:
        return None
    which: list[ColumnElement[bool]] = []
    if wanted.officer:
        which.append(or_(Officer.username == wanted.officer, Officer.name == wanted.officer))
    if wanted.organisation:
        which.append(Officer.organisation == wanted.organisation)
    found = session.scalars(select(Officer.id).where(*which).limit(_ACTORS_MAX))
    return [("officer", str(one)) for one in found]


def _acts(session: Session, said: str) -> list[str]:
    """Return the acts that begin so, or whose words hold what was said, in either language."""
    known, plain = known_acts(session), said.casefold()
    begin = [one for one in known if one.startswith(said)]
    if begin:
        return begin
    return [one for one in known if plain in f"{_spoken(one)}".casefold()]


def _spoken(act: str) -> str:
    noun, _, participle = act.partition(".")
    chinese = f"{NOUNS_ZH.get(noun, '')}：{PARTICIPLES_ZH.get(participle, '')}"
    return f"{noun}: {participle}".replace("_", " ") + f"\n{chinese}"


def _conditions(which: Which) -> list[ColumnElement[bool]] | None:
    """Return the search as conditions, or None where nothing can fit."""
    if [] in (which.things, which.actors, which.acts):
        return None
    found = _beside(which, things=True, actors=True, acts=True, kind=True)
    return found or [true()]


def _beside(
    which: Which, *, things: bool, actors: bool, acts: bool, kind: bool
) -> list[ColumnElement[bool]]:
    """Return the conditions of those terms that the walk does not follow."""
    found: list[ColumnElement[bool]] = []
    if things and which.things is not None:
        found.append(tuple_(AuditEntry.object_type, AuditEntry.object_id).in_(which.things))
    if actors and which.actors is not None:
        found.append(AuditEntry.actor_id.in_([one for _, one in which.actors]))
        found.append(AuditEntry.actor_kind == "officer")
    if acts and which.acts is not None:
        found.append(AuditEntry.act.in_(which.acts))
    if kind and which.kind:
        found.append(AuditEntry.object_type == which.kind)
    if which.since is not None:
        found.append(AuditEntry.at >= which.since)
    if which.until is not None:
        found.append(AuditEntry.at < which.until)
    return found


Place = tuple[datetime, UUID]


def statement(which: Which, place: Place | None, most: int) -> Any:
    """Return the question for the entries before a place, with their places in the tree."""
    before: list[ColumnElement[bool]] = []
    if place is not None:
        # The first alone bounds the index; the pair settles entries of one instant.
        before = [
            AuditEntry.at <= place[0],
            tuple_(AuditEntry.at, AuditEntry.id) < tuple_(literal(place[0]), literal(place[1])),
        ]
    each, same, beside = _along(which)
    inner = select(AuditEntry.id, AuditEntry.at).where(*beside, *before)
    order = (AuditEntry.at.desc(), AuditEntry.id.desc())
    found: Any
    source: Any
    if each is None:
        found = inner.order_by(*order).limit(most).subquery("found")
        source = found
    else:
        found = inner.where(*same).order_by(*order).limit(most).lateral("found")
        source = each.join(found, true())
    picked = (
        select(found.c.id, found.c.at)
        .select_from(source)
        .order_by(found.c.at.desc(), found.c.id.desc())
        .limit(most)
        .subquery("picked")
    )
    return (
        select(AuditEntry, AuditLeaf.index)
        .join(picked, picked.c.id == AuditEntry.id)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .order_by(*order)
    )


def _walk(session: Session, which: Which, place: Place | None, most: int) -> list[Entry]:
    if _conditions(which) is None:
        return []
    return [
        Entry(
            one.id, index, one.at, one.act, one.actor_kind, one.actor_id, one.object_type,
            one.object_id, json.loads(one.canonical),
        )
        for one, index in session.execute(statement(which, place, most))
    ]  # fmt: skip


def _along(which: Which) -> tuple[Any, list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """Return the values to walk one by one, how an entry has such a value, and the other conditions."""
    all_ = {"things": True, "actors": True, "acts": True, "kind": True}
    if which.things is not None:
        each = _list(which.things, "kind", "thing")
        same = [AuditEntry.object_type == each.c.kind, AuditEntry.object_id == each.c.thing]
        return each, same, _beside(which, **all_ | {"things": False})
    if which.actors is not None:
        each = _list(which.actors, "kind", "actor")
        same = [AuditEntry.actor_id == each.c.actor, AuditEntry.actor_kind == each.c.kind]
        return each, same, _beside(which, **all_ | {"actors": False})
    if which.acts is not None:
        each = _list([(one,) for one in which.acts], "act")
        return each, [AuditEntry.act == each.c.act], _beside(which, **all_ | {"acts": False})
    return None, [], _beside(which, **all_)


def _list(rows: Sequence[tuple[str, ...]], *names: str) -> Any:
    return values(*(column(name, Text) for name in names), name="each").data(list(rows))


def _place(session: Session, after: str) -> Place | None:
    if not after:
        return None
    try:
        entry_id = UUID(after)
    except ValueError:
        entry_id = None
    at = (
        session.scalar(select(AuditEntry.at).where(AuditEntry.id == entry_id)) if entry_id else None
    )
    if at is None or entry_id is None:
        raise SearchUnusable("after", after[:40], "begin with the first page", "请从第一页开始")
    return at, entry_id


def _resolved(wanted: Wanted, which: Which) -> dict[str, Any]:
    """Return a search as it may be written down: ids and acts of ours, nothing that was typed."""
    found: dict[str, Any] = {}
    if wanted.person_id is not None:
        found["person"] = wanted.person_id
    if which.things is not None:
        found["things"] = len(which.things)
    if which.actors is not None:
        found["officers"] = [one for _, one in which.actors[:5]]
    if which.acts is not None:
        found["acts"] = len(which.acts)
    for name in ("since", "until"):
        if getattr(wanted, name):
            found[name] = getattr(wanted, name)
    return found
