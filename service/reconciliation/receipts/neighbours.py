"""Walk through what banks said and nobody knows: the line before and after one, the oldest first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.reconciliation.desk import sources
from service.reconciliation.desk.wanted import Wanted
from service.reconciliation.models import StatementLine
from service.reconciliation.receipts import queries

KINDS = {"receipt": "/reconciliation/receipts", "line": "/reconciliation/lines"}
"""Movements on statements first, then lines of replies; each by its number."""
_REFERENCE_CHARS = 13
_TRIED = 5


@dataclass(frozen=True)
class Neighbours:
    """Addresses of the neighbours, "" where there is none; how many are left in all."""

    previous: str
    next: str
    total: int


def first(session: Session) -> str:
    """Return the address of the first line that is left, "" where none is."""
    return _beside(session, "receipt", 0, is_next=True)


def neighbours(session: Session, kind: str, number: int) -> Neighbours:
    """Return what stands before and after one line, whether or not it is left itself."""
    return Neighbours(
        previous=_beside(session, kind, number, is_next=False),
        next=_beside(session, kind, number, is_next=True),
        total=sum(_count(session, one) for one in KINDS),
    )


def _beside(session: Session, kind: str, number: int, *, is_next: bool) -> str:
    kinds = list(KINDS) if is_next else list(reversed(KINDS))
    for one in kinds[kinds.index(kind) :]:
        id_column = sources.id_of(one)
        query = _left(one).with_only_columns(id_column, maintain_column_froms=True)
        if one == kind:
            query = query.where(id_column > number if is_next else id_column < number)
        order = id_column.asc() if is_next else id_column.desc()
        for found in session.scalars(query.order_by(order).limit(_TRIED)):
            if one == "line" or queries.one(session, found) is not None:
                return f"{KINDS[one]}/{found}"
    return ""


def _left(kind: str) -> Any:
    query = sources.of(kind, Wanted())
    if query is None:
        raise LookupError(kind)
    if kind == "receipt":
        # Of debits only one that may take back a return of ours has a page.
        bare = func.replace(StatementLine.reference, " ", "")
        query = query.where(
            or_(StatementLine.signed_fen > 0, func.length(bare) == _REFERENCE_CHARS)
        )
    return query


def _count(session: Session, kind: str) -> int:
    left = _left(kind).with_only_columns(sources.id_of(kind), maintain_column_froms=True)
    return session.scalar(select(func.count()).select_from(left.subquery())) or 0
