"""Post an event of money: a balanced entry, once."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting


def account_code(kind: str, *, programme: str = "", channel: str = "") -> str:
    """Return an account's code: kind, then channel, then programme."""
    return ":".join(part for part in (kind, channel, programme) if part)


def post(
    session: Session,
    event_type: str,
    event_id: str,
    postings: Mapping[str, int],
    *,
    booked_on: date,
) -> bool:
    """Post ``{account code: fen}`` (debit positive) for one event; return False if it was posted before.

    Raises ValueError when the postings do not add up to nothing: that is a mistake in our code,
    and the database would refuse it as well.
    """
    sides = {code: amount for code, amount in postings.items() if amount}
    if sum(sides.values()):
        raise ValueError(f"the entry {event_type} does not balance")
    if not sides:
        return False
    entry_id = ids.uuid7()
    fresh = session.scalar(
        insert(LedgerEntry)
        .values(
            id=entry_id,
            event_type=event_type,
            event_id=event_id,
            booked_on=booked_on,
            at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["event_type", "event_id"])
        .returning(LedgerEntry.id)
    )
    if not fresh:
        return False
    accounts = _accounts(session, list(sides))
    session.execute(
        insert(LedgerPosting),
        [
            {"entry_id": entry_id, "account_id": accounts[code], "amount_fen": amount}
            for code, amount in sorted(sides.items())
        ],
    )
    return True


def _accounts(session: Session, codes: list[str]) -> dict[str, int]:
    session.execute(
        insert(LedgerAccount)
        .values([_parts(code) for code in sorted(codes)])
        .on_conflict_do_nothing(index_elements=["code"])
    )
    rows = session.execute(
        select(LedgerAccount.code, LedgerAccount.id).where(LedgerAccount.code.in_(codes))
    )
    return {row.code: row.id for row in rows}


def _parts(code: str) -> dict[str, str | None]:
    kind, *rest = code.split(":")
    channel = (
        rest[0]
        if kind in {"in_transit", "bank_cash", "bank_clearing", "treasury_funding"}
        else None
    )
    programme = rest[-1] if rest and (channel is None or len(rest) > 1) else None
    return {"code": code, "kind": kind, "channel": channel, "programme": programme}
