"""Every reading of the tallies: what batches come to, without counting their lines."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.batches.models import Batch
from service.batches.tallies.models import HoldTally, LineTally
from service.officers.models import Officer
from service.officers.reach import is_unlimited, within

LINES, FEN = func.sum(LineTally.lines), func.sum(LineTally.amount_fen)


def states_of(
    session: Session, batch_ids: Collection[UUID], officer: Officer | None = None
) -> dict[UUID, dict[str, list[int]]]:
    """Return {batch: {line state: [lines, fen]}} of some batches in one statement.

    Of the lines alone that an officer may see, where one is given.
    """
    rows = session.execute(
        select(LineTally.batch_id, LineTally.state, LINES, FEN)
        .join(Batch, Batch.id == LineTally.batch_id)
        .where(LineTally.batch_id.in_(batch_ids), _cut(officer))
        .group_by(LineTally.batch_id, LineTally.state)
        .having(LINES > 0)
    )
    found: dict[UUID, dict[str, list[int]]] = {batch_id: {} for batch_id in batch_ids}
    for batch_id, state, lines, fen in rows:
        found[batch_id][state] = [int(lines), int(fen)]
    return found


def months(session: Session, officer: Officer | None = None) -> dict[str, dict[str, list[int]]]:
    """Return {month: {line state: [lines, fen]}}, of the lines alone that an officer may see."""
    rows = session.execute(
        select(Batch.month, LineTally.state, LINES, FEN)
        .join(LineTally, LineTally.batch_id == Batch.id)
        .where(_cut(officer))
        .group_by(Batch.month, LineTally.state)
    )
    found: dict[str, dict[str, list[int]]] = {}
    for month, state, lines, fen in rows:
        found.setdefault(month, {})[state] = [int(lines), int(fen)]
    return found


def banks_of(session: Session, batch: Batch) -> dict[UUID, tuple[int, int, int]]:
    """Return {channel: (lines, fen, files)} of a batch's lines that are not held."""
    by_file = (
        select(LineTally.channel_id, LineTally.bank_file_id, LINES.label("lines"), FEN.label("fen"))
        .where(
            LineTally.batch_id == batch.id,
            LineTally.cut == "bank",
            LineTally.state != "held",
            LineTally.channel_id.is_not(None),
        )
        .group_by(LineTally.channel_id, LineTally.bank_file_id)
        .having(LINES > 0)
        .subquery()
    )
    rows = session.execute(
        select(
            by_file.c.channel_id,
            func.sum(by_file.c.lines),
            func.sum(by_file.c.fen),
            func.count(by_file.c.bank_file_id),
        ).group_by(by_file.c.channel_id)
    )
    return {row[0]: (int(row[1]), int(row[2]), row[3]) for row in rows}


def states_seen(
    session: Session, batch: Batch, officer: Officer | None, act: str = "batches.read"
) -> dict[str, int]:
    """Return {line state: lines} of a batch, of those alone that an officer may do an act with."""
    limit = _limit(officer, LineTally.division, batch, act)
    query = (
        select(LineTally.state, LINES)
        .where(LineTally.batch_id == batch.id)
        .where(LineTally.cut == ("bank" if limit is None else "place"))
    )
    return _counts(session, query, limit, LineTally.state, LINES)


def states_at(
    session: Session, batch: Batch, prefix: str, officer: Officer | None
) -> dict[str, int]:
    """Return {line state: lines} of a batch in the divisions that begin so, as an officer sees it."""
    query = select(LineTally.state, LINES).where(
        LineTally.batch_id == batch.id,
        LineTally.cut == "place",
        LineTally.division.startswith(prefix, autoescape=True),
    )
    limit = _limit(officer, LineTally.division, batch)
    return _counts(session, query, limit, LineTally.state, LINES)


def holds_seen(session: Session, batch: Batch, officer: Officer | None) -> dict[str, int]:
    """Return {control: open holds} of a batch, of those alone on lines that an officer may see."""
    total = func.sum(HoldTally.holds)
    query = select(HoldTally.control, total).where(HoldTally.batch_id == batch.id)
    limit = _limit(officer, HoldTally.division, batch)
    return _counts(session, query, limit, HoldTally.control, total)


def holds_of_month(session: Session, month: str) -> dict[str, int]:
    """Return {control: open holds} of a month's batches."""
    total = func.sum(HoldTally.holds)
    query = (
        select(HoldTally.control, total)
        .join(Batch, Batch.id == HoldTally.batch_id)
        .where(Batch.month == month)
    )
    return _counts(session, query, None, HoldTally.control, total)


def batches_with_lines_of(officer: Officer) -> ColumnElement[bool]:
    """Select the batches that have a line which a limited officer may see."""
    seen = within(officer, "batches.read", division=LineTally.division, programme=Batch.programme)
    return (
        select(literal(1))
        .where(LineTally.batch_id == Batch.id, LineTally.cut == "place", seen)
        .group_by(LineTally.batch_id)
        .having(LINES > 0)
        .correlate(Batch)
        .exists()
    )


def _cut(officer: Officer | None) -> ColumnElement[bool]:
    """Select the tallies that count each line once, of the officer's places; joined with batches."""
    if officer is None or is_unlimited(officer, "batches.read"):
        return LineTally.cut == "bank"
    seen = within(officer, "batches.read", division=LineTally.division, programme=Batch.programme)
    return and_(LineTally.cut == "place", seen)


def _limit(
    officer: Officer | None, division: object, batch: Batch, act: str = "batches.read"
) -> ColumnElement[bool] | None:
    if officer is None or is_unlimited(officer, act):
        return None
    programme = literal(batch.programme)
    return within(officer, act, division=division, programme=programme)


def _counts(
    session: Session,
    query: Select[str, int],
    limit: ColumnElement[bool] | None,
    key: InstrumentedAttribute[str],
    total: ColumnElement[int],
) -> dict[str, int]:
    limited = query if limit is None else query.where(limit)
    rows = session.execute(limited.group_by(key).having(total > 0).order_by(total.desc(), key))
    return {name: int(count) for name, count in rows}
