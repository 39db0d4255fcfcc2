"""Post an event of money: a balanced entry, once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting

AT_A_BANK = frozenset({"in_transit", "bank_cash", "bank_clearing", "treasury_funding"})
"""Kinds of account whose code names a bank channel first."""


@dataclass(frozen=True)
class TakesBack:
    """Which entry a new one reverses, and why."""

    entry_id: UUID
    reason: str


def account_code(
    kind: str, *, programme: str = "", channel: str = "", fund_source: str = ""
) -> str:
    """Return an account's code: kind, then channel, then programme, then where the money is from."""
    source = fund_source.replace(":", "：")
    return ":".join(part for part in (kind, channel, programme, source) if part)


def post(
    session: Session,
    event_type: str,
    event_id: str,
    postings: Mapping[str, int],
    *,
    booked_on: date,
    value_on: date | None = None,
    channel: str = "",
    takes_back: TakesBack | None = None,
) -> bool:
    """Post ``{account code: fen}`` (debit positive) for one event; return False if it was posted before.

    ``booked_on`` is the bank's booking day and ``value_on`` its value date, where it is another;
    ``channel`` is the bank it is about and may be left out where an account names it;
    ``takes_back`` is the entry that this one reverses. Raises ValueError when the postings do not add up to nothing: that is a mistake in our code,
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
            value_on=None if value_on == booked_on else value_on,
            at=clock.now(),
            channel=channel or _bank_of(sides),
            reverses_id=takes_back.entry_id if takes_back else None,
            reason=takes_back.reason if takes_back else None,
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


def _bank_of(codes: Iterable[str]) -> str | None:
    return min((bank for bank in (_parts(code)["channel"] for code in codes) if bank), default=None)


def _parts(code: str) -> dict[str, str | None]:
    kind, *rest = code.split(":")
    channel = rest.pop(0) if kind in AT_A_BANK and rest else None
    programme, fund_source, *_ = [*rest, None, None]
    return {
        "code": code,
        "kind": kind,
        "channel": channel,
        "programme": programme,
        "fund_source": fund_source,
    }
