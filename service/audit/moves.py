"""Move a thing from state to state: one table of legal moves each, one audit entry each.

Nothing else assigns ``state``. The same tables are rows in the database, where a trigger refuses
every other move, so that neither a forgotten call nor direct SQL can skip a step.
"""

from dataclasses import dataclass
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from service.audit.actor import Actor
from service.audit.record import Said, record
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.problems import Problem

Moves = dict[tuple[str, str], str]
"""(from, to) → the event the move is recorded as; from "" is how a thing begins."""

REGISTRY: dict[str, Moves] = {}
"""Every aggregate's table of moves, by table name."""


class LegalMove(Base):
    """One legal move, as the database's trigger reads it."""

    __tablename__ = "legal_moves"

    aggregate: Mapped[str] = mapped_column(Text, primary_key=True)
    from_state: Mapped[str] = mapped_column(Text, primary_key=True)
    to_state: Mapped[str] = mapped_column(Text, primary_key=True)
    event: Mapped[str] = mapped_column(Text)


class IllegalMove(Problem):
    """A step was skipped, repeated or reversed."""

    code = "illegal_move"
    status = 409
    title = "This step is not possible now"

    def __init__(self, name: str, now: str, then: str) -> None:
        super().__init__(
            f"{name} is {now or 'new'}; it cannot become {then}.",
            f"{name} 当前状态为“{now or '新建'}”，不能变为“{then}”。",
        )


class Movable(Base):
    """A row with a state and a name that people know it by."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    state: Mapped[str] = mapped_column(Text)

    @property
    def spoken_name(self) -> str:
        return str(self.id)


def register(aggregate: str, moves: Moves) -> Moves:
    """Declare an aggregate's legal moves; the migration writes the same rows."""
    REGISTRY[aggregate] = moves
    return moves


def event_for(aggregate: str, name: str, now: str, then: str) -> str:
    """Return the event of a legal move; raises :class:`IllegalMove`."""
    try:
        return REGISTRY[aggregate][now, then]
    except KeyError:
        raise IllegalMove(name, now, then) from None


@dataclass(frozen=True)
class Step:
    """A move that was made and has yet to be recorded, in the same transaction."""

    event: str
    before: str
    after: str


def step(thing: Movable, to: str) -> Step:
    """Move one thing; :func:`tell` records it once what it did is known.

    For things that must be in their new state before the entry can be complete (a delivery has to
    exist before its rows can be counted). Everybody else calls :func:`move`. Raises
    :class:`IllegalMove`.
    """
    before = thing.state or ""
    event = event_for(thing.__tablename__, thing.spoken_name, before, to)
    thing.state = to
    return Step(event, before, to)


def tell(
    session: Session,
    thing: Movable,
    made: Step,
    *,
    by: Actor,
    reason: str = "",
    details: dict[str, Any] | None = None,
    **more: Unpack[Said],
) -> None:
    """Record a step; ``more`` as :func:`record` takes it."""
    record(
        session,
        made.event,
        by=by,
        on=(thing.__tablename__, thing.id),
        before=made.before,
        after=made.after,
        reason=reason,
        details=details,
        **more,
    )
    session.flush()


def move(
    session: Session,
    thing: Movable,
    to: str,
    *,
    by: Actor,
    reason: str = "",
    details: dict[str, Any] | None = None,
    **more: Unpack[Said],
) -> None:
    """Move one thing and record it; ``more`` as :func:`record` takes it.

    The caller holds the row's lock; raises :class:`IllegalMove`.
    """
    tell(session, thing, step(thing, to), by=by, reason=reason, details=details, **more)
