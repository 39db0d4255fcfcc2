"""What a whole list of finance's exceptions comes to, by kind."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlalchemy.orm import Session

from service.reconciliation.desk import sources
from service.reconciliation.desk.wanted import KINDS, Wanted


@dataclass(frozen=True)
class Total:
    """How many of one kind there are, and their fen; of movements signed, credits positive."""

    kind: str
    count: int
    amount_fen: int


def totals(session: Session, wanted: Wanted) -> list[Total]:
    """Return a total for every kind, also those of which nothing is open."""
    found = []
    for kind in KINDS:
        query = sources.of(kind, wanted)
        if query is None:
            found.append(Total(kind, 0, 0))
            continue
        column = sources.amount_of(kind)
        count, fen = session.execute(
            query.with_only_columns(
                func.count(), func.coalesce(func.sum(column), 0), maintain_column_froms=True
            )
        ).one()
        found.append(Total(kind, count, int(fen)))
    return found
