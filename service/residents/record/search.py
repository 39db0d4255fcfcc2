"""Look for a resident: by the whole ID number, or by the whole name within one township or village.

Nothing is found by a part of a name or number, nobody outside the officer's division is found, and
nobody learns how many there would be beyond the first few. Every search is written down with its
kind and the number of hits, never with what was asked; too many of them are refused and raise an
alarm in the audit trail.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer
from service.officers.reach import in_place, in_places, reaches
from service.officers.reach import places as places_of
from service.residents.divisions import is_division
from service.residents.identity.find import find
from service.residents.models import Division, Person, PersonIdentifier

HITS_MAX = 20
A_MINUTE_MAX = 30
AN_HOUR_MAX = 200
"""From here on searching is no work of an office any more: refused, and an alarm is written."""
SEARCHED, ALARMED = "resident.searched", "resident.search_alarmed"
_LOCK_SPACE = 0x5E4C
_TOWNSHIP, _VILLAGE = 9, 12

Kind = Literal["number", "name"]


class TooManySearches(Problem):
    """An officer looked for more people than an office's work explains."""

    code = "too_many_searches"
    status = 429
    title = "Too many searches"

    def __init__(self) -> None:
        super().__init__(
            "You searched very often in a short time; wait a while. This is recorded.",
            "短时间内查询次数过多，请稍后再试。该情况已记录。",
        )


class SearchIncomplete(Problem):
    """Neither a number nor a name was given."""

    code = "search_incomplete"
    status = 422
    title = "Nobody can be looked for so"

    def __init__(self) -> None:
        super().__init__(
            "Give the whole ID number, or a whole name and a place.",
            "请输入完整证件号码，或完整姓名与地点。",
        )


@dataclass(frozen=True)
class Hit:
    """Somebody who was found; ``tail`` is the end of the ID number in force."""

    person_id: int
    name: str
    division: str
    tail: str


@dataclass(frozen=True)
class Found:
    """What a search found: at most :data:`HITS_MAX`; ``more`` says that it was too wide."""

    hits: tuple[Hit, ...]
    more: bool = False


def is_seen_by(officer: Officer, person: Person) -> bool:
    """Return whether a resident lies within what an officer may see."""
    return reaches(officer, "residents.read", person.division)


def seen(session: Session, person_id: int, officer: Officer) -> Person:
    """Return the canonical person of an id, or answer as if nobody had it: unknown and foreign alike."""
    found = session.get(Person, person_id)
    if found is not None and found.merged_into is not None:
        found = session.get(Person, found.merged_into)
    if found is None or not is_seen_by(officer, found):
        raise NotFound("resident")
    return found


def asked(
    session: Session, number: str, name: str, division: str, *, by: Officer, session_id: str = ""
) -> Found:
    """Find by the number where one is given, else by name and place.

    Raises NotAllowed, :class:`TooManySearches`, :class:`SearchIncomplete`.
    """
    if number.strip():
        return by_number(session, number, by=by, session_id=session_id)
    if name.strip():
        return by_name(session, name, division, by=by, session_id=session_id)
    raise SearchIncomplete


def by_number(session: Session, number: str, *, by: Officer, session_id: str = "") -> Found:
    """Find whoever has exactly this number; raises NotAllowed, :class:`TooManySearches`."""
    _admit(session, by)
    person = find(session, number)
    hits = (person,) if person is not None and is_seen_by(by, person) else ()
    return _told(session, "number", list(hits), by, session_id)


def by_name(
    session: Session, name: str, division: str, *, by: Officer, session_id: str = ""
) -> Found:
    """Find people of exactly this name in a township or village (its 12-digit code).

    Raises NotAllowed, :class:`TooManySearches`.
    """
    _admit(session, by)
    found: list[Person] = []
    if name.strip() and is_division(division):
        digits = _TOWNSHIP if division.endswith("000") else _VILLAGE
        kept = func.coalesce(Person.merged_into, Person.id)
        matching = (
            select(kept)
            .where(
                Person.name == name.strip(),
                in_place(division[:digits], Person.division),
            )
            .distinct()
            .limit(HITS_MAX + 1)
        )
        found = [
            one
            for one in session.scalars(
                select(Person)
                .where(
                    Person.id.in_(matching),
                    in_places(places_of(by, "residents.search"), Person.division),
                )
                .order_by(Person.id)
            )
            if is_seen_by(by, one)
        ]
    return _told(session, "name", found, by, session_id)


def places(session: Session, officer: Officer) -> list[Division]:
    """Return the townships and villages an officer may search in, each township before its villages."""
    return [
        one
        for one in session.scalars(
            select(Division)
            .where(Division.level.in_(("township", "village")), Division.succeeded_by.is_(None))
            .order_by(Division.code)
        )
        if reaches(officer, "residents.search", one.code)
    ]


def alarm_if_excessive(session: Session, by: Officer, session_id: str = "") -> None:
    """Write the alarm about an officer's searches, once in an hour."""
    since = clock.now() - timedelta(hours=1)
    if _count(session, by, SEARCHED, since) < AN_HOUR_MAX or _count(session, by, ALARMED, since):
        return
    record(
        session, ALARMED, by=by.actor(session_id), on=("officers", by.id),
        details={"searches_in_an_hour": AN_HOUR_MAX},
    )  # fmt: skip


def _admit(session: Session, by: Officer) -> None:
    """Refuse too many searches; those of one officer queue behind a lock, or many would slip by."""
    require(by, "residents.search")
    session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:officer))"),
        {"space": _LOCK_SPACE, "officer": str(by.id)},
    )
    now = clock.now()
    if _count(session, by, SEARCHED, now - timedelta(minutes=1)) >= A_MINUTE_MAX:
        raise TooManySearches
    if _count(session, by, SEARCHED, now - timedelta(hours=1)) >= AN_HOUR_MAX:
        raise TooManySearches


def _count(session: Session, by: Officer, act: str, since: object) -> int:
    counted = (
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.at >= since, AuditEntry.actor_id == str(by.id), AuditEntry.act == act)
    )
    return session.scalar(counted) or 0


def _told(session: Session, kind: Kind, found: list[Person], by: Officer, session_id: str) -> Found:
    """Write the search down and return what is told of it."""
    more, told = len(found) > HITS_MAX, found[:HITS_MAX]
    record(
        session, SEARCHED, by=by.actor(session_id), on=("officers", by.id),
        details={"kind": kind, "hits": len(told)},
    )  # fmt: skip
    session.flush()
    alarm_if_excessive(session, by, session_id)
    tails = _tails(session, [one.id for one in told])
    hits = [Hit(one.id, one.name or "", one.division or "", tails.get(one.id, "")) for one in told]
    return Found(tuple(hits), more)


def _tails(session: Session, ids: list[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = session.execute(
        select(PersonIdentifier.person_id, PersonIdentifier.tail)
        .where(PersonIdentifier.person_id.in_(ids), PersonIdentifier.kind == "id18")
        .order_by(PersonIdentifier.valid_to.asc().nulls_last())
    )
    return {row.person_id: row.tail for row in rows}
