"""Balances, as of any instant and any booking day, and what is left of each year's appropriations."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.ledger.cut import EVERYTHING, Cut
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
    code: str = ""
    fund_source: str | None = None
    debit_fen: int = 0
    credit_fen: int = 0
    """Both as they were posted, as positive numbers; their difference is the balance."""


def balances(
    session: Session, *, at: datetime | None = None, through: date | None = None
) -> dict[str, int]:
    """Return {account code: fen} (debit positive): known at an instant, booked through a day."""
    query = (
        select(LedgerAccount.code, func.sum(LedgerPosting.amount_fen))
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(Cut(at, through).entries())
        .group_by(LedgerAccount.code)
        .order_by(LedgerAccount.code)
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


def account_balances(session: Session, cut: Cut = EVERYTHING) -> list[AccountBalance]:
    """Return the trial balance: every account with postings inside the cut, by kind, bank, programme."""
    moved = LedgerPosting.amount_fen
    rows = session.execute(
        select(
            LedgerAccount,
            func.sum(moved),
            func.coalesce(func.sum(moved).filter(moved > 0), 0),
            func.coalesce(func.sum(-moved).filter(moved < 0), 0),
        )
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(cut.entries())
        .group_by(LedgerAccount.id)
        .order_by(
            LedgerAccount.kind,
            LedgerAccount.channel,
            LedgerAccount.programme,
            LedgerAccount.fund_source,
        )
    )
    return [
        AccountBalance(
            one.kind,
            one.programme,
            one.channel,
            int(fen),
            one.code,
            one.fund_source,
            int(debit),
            int(credit),
        )
        for one, fen, debit, credit in rows
    ]


def appropriations(session: Session) -> list[Appropriation]:
    """Return what each programme may cost in each year, the newest year first."""
    order = (Appropriation.year.desc(), Appropriation.programme)
    return list(session.scalars(select(Appropriation).order_by(*order)))
