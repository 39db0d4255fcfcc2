"""What of a list an officer sees: the table's places and programmes as conditions in SQL.

Places are compared by ``left()``, never by a pattern.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, true

from service.officers.may import NotAllowed, Verdict, allowing, require
from service.officers.models import Officer
from service.officers.scopes import Scope

Column = Any
"""A mapped attribute or a column of text."""


def within(
    officer: Officer,
    act: str,
    *,
    division: Column | None = None,
    programme: Column | None = None,
) -> ColumnElement[bool]:
    """Select the rows that an officer may do an act with; a row of no place is the county's.

    A dimension whose column is not given is not asked about.
    """
    scopes = allowing(officer, act)
    if not scopes:
        return false()
    conditions = [_of(scope, division, programme) for scope in scopes]
    return or_(*conditions) if len(conditions) > 1 else conditions[0]


def is_whole_county(officer: Officer, act: str) -> bool:
    """Return whether an officer may do an act in the whole county, whatever the programmes."""
    return any(not scope.division for scope in allowing(officer, act))


def is_unlimited(officer: Officer, act: str) -> bool:
    """Return whether neither place nor programme limits an act of the officer."""
    return any(
        not scope.division and scope.is_for_all_programmes for scope in allowing(officer, act)
    )


def require_unlimited(officer: Officer, act: str) -> None:
    """Refuse an act on everything to whom a place or programmes limit; raises NotAllowed."""
    require(officer, act)
    if not is_unlimited(officer, act):
        raise NotAllowed(act, Verdict.TOO_WIDE)


def reaches(officer: Officer, act: str, division: str | None) -> bool:
    """Return whether a place lies within what an officer may do an act with."""
    return any(scope.covers_place(division or "") for scope in allowing(officer, act))


def places(officer: Officer, act: str) -> tuple[str, ...]:
    """Return the leading digits of the places in which an officer may do an act; "" is the county."""
    found = sorted({scope.division for scope in allowing(officer, act)})
    return ("",) if "" in found else tuple(found)


def in_places(found: tuple[str, ...], division: Column) -> ColumnElement[bool]:
    """Select the rows whose division begins with one of some digits."""
    return or_(false(), *(in_place(prefix, division) for prefix in found))


def in_place(prefix: str, division: Column) -> ColumnElement[bool]:
    """Select the rows whose division begins with some digits."""
    if not prefix:
        return true()
    begins: ColumnElement[bool] = func.left(division, len(prefix)) == prefix
    return begins


def _of(scope: Scope, division: Column | None, programme: Column | None) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if division is not None and scope.division:
        conditions.append(in_place(scope.division, division))
    if programme is not None and not scope.is_for_all_programmes:
        conditions.append(programme.in_(sorted(scope.every_programme())))
    return and_(true(), *conditions)
