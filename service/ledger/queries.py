"""Balances, as of any instant, and what is left of each year's appropriations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.ledger.models import (
    Appropriation,
    BankChannel,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
)


@dataclass(frozen=True)
class AccountBalance:
    """An account in its parts and its balance in fen, debits positive."""

    kind: str
    programme: str | None
    channel: str | None
    amount_fen: int


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


def account_balances(session: Session) -> list[AccountBalance]:
    """Return every account's balance, by kind, bank and programme."""
    rows = session.execute(
        select(
            LedgerAccount.kind,
            LedgerAccount.programme,
            LedgerAccount.channel,
            func.coalesce(func.sum(LedgerPosting.amount_fen), 0),
        )
        .outerjoin(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .group_by(LedgerAccount.id)
        .order_by(LedgerAccount.kind, LedgerAccount.channel, LedgerAccount.programme)
    )
    return [AccountBalance(kind, code, bank, int(fen)) for kind, code, bank, fen in rows]


def appropriations(session: Session) -> list[Appropriation]:
    """Return what each programme may cost in each year, the newest year first."""
    order = (Appropriation.year.desc(), Appropriation.programme)
    return list(session.scalars(select(Appropriation).order_by(*order)))
