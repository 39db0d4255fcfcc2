"""Walk the postings behind a balance, newest first, along the order of posting."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session, aliased

from service.ledger.cut import EVERYTHING, Cut
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """Which postings; an empty word leaves nothing out. ``event`` is the beginning of a kind."""

    account: str = ""
    kind: str = ""
    programme: str = ""
    channel: str = ""
    event: str = ""
    since: date | None = None
    """The first booking day; the last is the cut's."""
    cut: Cut = EVERYTHING


@dataclass(frozen=True)
class Side:
    """One posting with its entry and account."""

    posting: LedgerPosting
    entry: LedgerEntry
    account: LedgerAccount


@dataclass(frozen=True)
class Walk:
    """One page, and everything that fits: how many postings and their sum in fen."""

    sides: list[Side]
    next: int | None
    """Give this back as ``before`` for the next page."""
    total: int
    amount_fen: int


def walk(session: Session, wanted: Wanted, *, before: int | None = None) -> Walk:
    """Return one page of postings older than ``before``."""
    which = _which(wanted)
    count, amount = session.execute(
        select(func.count(), func.coalesce(func.sum(LedgerPosting.amount_fen), 0))
        .select_from(LedgerPosting)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(which)
    ).one()
    rows = session.execute(
        select(LedgerPosting, LedgerEntry, LedgerAccount)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(which, LedgerPosting.id < before if before is not None else true())
        .order_by(LedgerPosting.id.desc())
        .limit(ROWS_PER_PAGE + 1)
    )
    sides = [Side(*row) for row in rows]
    more = len(sides) > ROWS_PER_PAGE
    sides = sides[:ROWS_PER_PAGE]
    return Walk(sides, sides[-1].posting.id if more else None, count, int(amount))


@dataclass(frozen=True)
class Whole:
    """An entry with all its sides, what it takes back, and what takes it back."""

    entry: LedgerEntry
    sides: list[Side]
    reverses: LedgerEntry | None
    reversed_by: LedgerEntry | None


def whole(session: Session, entry_id: UUID) -> Whole | None:
    """Return one entry, or None where there is none."""
    entry = session.get(LedgerEntry, entry_id)
    if entry is None:
        return None
    rows = session.execute(
        select(LedgerPosting, LedgerEntry, LedgerAccount)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerEntry.id == entry_id)
        .order_by(LedgerPosting.amount_fen.desc(), LedgerAccount.code)
    )
    later = aliased(LedgerEntry)
    return Whole(
        entry,
        [Side(*row) for row in rows],
        session.get(LedgerEntry, entry.reverses_id) if entry.reverses_id else None,
        session.scalars(select(later).where(later.reverses_id == entry_id)).first(),
    )


def _which(wanted: Wanted) -> ColumnElement[bool]:
    asked = [wanted.cut.entries()]
    for column, word in (
        (LedgerAccount.code, wanted.account),
        (LedgerAccount.kind, wanted.kind),
        (LedgerAccount.programme, wanted.programme),
        (func.coalesce(LedgerAccount.channel, LedgerEntry.channel), wanted.channel),
    ):
        if word:
            asked.append(column == word)
    if wanted.event:
        asked.append(LedgerEntry.event_type.startswith(wanted.event, autoescape=True))
    if wanted.since is not None:
        asked.append(LedgerEntry.booked_on >= wanted.since)
    return and_(*asked)
