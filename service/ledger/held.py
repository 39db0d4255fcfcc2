"""Returned money, as it is held for the people it belongs to: what of it is taken, and from where.

What came back lies in the programme's own account until its year is over. Then it is settled by the
rule of each source that gave it: carried over, it lies in an account of that source; what went back to
the treasury is held no more, and a later payment of it needs money of the year in which it is made.
"""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.ledger.models import LedgerAccount, LedgerPosting
from service.ledger.post import account_code

KIND = "returned_held"


def take_held(session: Session, programme: str, amount_fen: int) -> tuple[dict[str, int], int]:
    """Return ({account code: −fen}, fen that are short): what takes an amount out of what is held.

    The programme's own account comes first, then what was carried over, by source. Serialised for
    the programme until the transaction ends; the caller posts it, and says where the rest is from.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"held:{programme}"},
    )
    rows = session.execute(
        select(LedgerAccount.code, func.sum(LedgerPosting.amount_fen))
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .where(LedgerAccount.kind == KIND, LedgerAccount.programme == programme)
        .group_by(LedgerAccount.code, LedgerAccount.fund_source)
        .order_by(LedgerAccount.fund_source.nulls_first())
    ).all()
    taken: dict[str, int] = {}
    for code, balance_fen in rows:
        part = min(amount_fen, int(balance_fen))
        if part > 0:
            taken[code] = -part
            amount_fen -= part
    return taken, amount_fen


def take_back(session: Session, programme: str, amount_fen: int) -> dict[str, int]:
    """Return the sides that take an amount out of what is held, or else of what the treasury is due.

    For money that its bank says the payee has after all: then nothing of it is due to anybody else.
    """
    taken, short_fen = take_held(session, programme, amount_fen)
    if short_fen:
        taken[account_code("due_to_treasury", programme=programme)] = -short_fen
    return taken
