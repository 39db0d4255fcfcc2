"""Ask the division register: what a code is called, what has become of it, and today's tree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import Division

_STEPS_MAX = 50
"""Successors form no circle (the import refuses one); this bound is for hands that wrote in SQL."""


@dataclass(frozen=True)
class Place:
    """A division that exists, with those below it in order of their codes."""

    code: str
    name: str
    level: str
    below: tuple["Place", ...] = ()


def name_of(session: Session, code: str) -> str:
    """Return what a division is or was called; the code itself when nobody knows it."""
    return names_of(session, [code])[code]


def names_of(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Return {code: name} for many codes at once; unknown codes are called by themselves."""
    wanted = set(codes)
    if not wanted:
        return {}
    rows = session.execute(
        select(Division.code, Division.name).where(Division.code.in_(wanted))
    ).all()
    return {code: code for code in wanted} | {row.code: row.name for row in rows}


def path_of(session: Session, code: str) -> list[str]:
    """Return the names from the county down to a division; empty for an unknown code."""
    names: list[str] = []
    one = session.get(Division, code)
    while one is not None and len(names) < 3:
        names.append(one.name)
        one = session.get(Division, one.parent) if one.parent else None
    return names[::-1]


def current_of(session: Session, code: str, *, on: date | None = None) -> str:
    """Return the division that a code belongs to on a day (today), following its successors.

    A code that has no successor, or that nobody knows, is returned as it is.
    """
    return current_codes(session, [code], on=on)[code]


def current_codes(
    session: Session, codes: Iterable[str], *, on: date | None = None
) -> dict[str, str]:
    """Return {code: current code} for many codes at once, for reports by today's tree."""
    day = on or clock.today()
    ended = {
        one.code: one
        for one in session.scalars(select(Division).where(Division.succeeded_by.is_not(None)))
    }
    found = {}
    for code in set(codes):
        now = code
        for _ in range(_STEPS_MAX):
            one = ended.get(now)
            if one is None or one.succeeded_by is None or not _over(one, day):
                break
            now = one.succeeded_by
        found[code] = now
    return found


def tree(session: Session, *, on: date | None = None) -> list[Place]:
    """Return the counties known, each with the townships and villages that exist on a day (today)."""
    day = on or clock.today()
    below: dict[str | None, list[Division]] = {}
    for one in session.scalars(select(Division).order_by(Division.code)):
        if not _over(one, day) and (one.valid_from is None or one.valid_from <= day):
            below.setdefault(one.parent, []).append(one)

    def grown(parent: str | None) -> tuple[Place, ...]:
        return tuple(
            Place(one.code, one.name, one.level, grown(one.code)) for one in below.get(parent, ())
        )

    return list(grown(None))


def _over(one: Division, day: date) -> bool:
    return one.valid_to is not None and one.valid_to < day
