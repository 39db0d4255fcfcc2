"""Balances, as of any instant."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.ledger.models import BankChannel, LedgerAccount, LedgerEntry, LedgerPosting


def balances(session: Session, *, at: datetime | None = None) -> dict[str, int]:
    """Return {account code: fen} (debit positive), of postings up to an instant if given."""
    query = (
        select(LedgerAccount.code, func.coalesce(func.sum(LedgerPosting.amount_fen), 0))
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.code)
        .order_by(LedgerAccount.code)
    )
    if at is not None:
        query = query.join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id).where(
            LedgerEntry.at <= at
        )
    return {code: int(amount) for code, amount in session.execute(query)}


def balance(session: Session, code: str) -> int:
    """Return one account's balance in fen."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(LedgerPosting.amount_fen), 0))
            .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
            .where(LedgerAccount.code == code)
        )
        or 0
    )


def channels(session: Session) -> list[BankChannel]:
    """Return the banks that pay for the county, by code."""
    return list(session.scalars(select(BankChannel).order_by(BankChannel.code)))
