"""Take a wrong entry back: a new entry with every side turned, which names the old one."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation.problems import NotFound, Problem
from service.ledger.models import LedgerEntry
from service.ledger.post import TakesBack, post
from service.ledger.postings import whole


class NotReversible(Problem):
    """An entry cannot be taken back."""

    code = "entry_not_reversible"
    status = 409
    title = "This entry cannot be taken back"

    def __init__(self, number: int, why: str, why_zh: str) -> None:
        super().__init__(f"Entry {number}: {why}.", f"凭证 {number}：{why_zh}。")


def reverse(session: Session, entry_id: UUID, *, on: date, reason: str, by: Actor) -> LedgerEntry:
    """Post the reversal and return it; an entry that was reversed returns the reversal it has.

    The old entry stays as it was posted. Who may, and whether two people have to, is the caller's
    to ask. Raises NotFound, NotReversible for a reversal, without a reason, or before the entry's day.
    """
    found = whole(session, entry_id)
    if found is None:
        raise NotFound("entry")
    old = found.entry
    if found.reversed_by is not None:
        return found.reversed_by
    if old.reverses_id is not None:
        raise NotReversible(
            old.number,
            "it takes another one back; post what is right instead",
            "本身为冲销凭证，请直接补记正确凭证",
        )
    if not reason.strip():
        raise NotReversible(old.number, "a reason is missing", "缺少冲销原因")
    if on < old.booked_on:
        raise NotReversible(
            old.number,
            f"it was booked on {old.booked_on}, later than {on}",
            f"记账日 {old.booked_on} 晚于冲销日 {on}",
        )
    post(
        session,
        "entry.reversed",
        str(old.id),
        {one.account.code: -one.posting.amount_fen for one in found.sides},
        booked_on=on,
        channel=old.channel or "",
        takes_back=TakesBack(old.id, reason.strip()),
    )
    again = whole(session, entry_id)
    if again is None or again.reversed_by is None:
        raise RuntimeError("a reversal was posted and is not there")
    record(
        session,
        "ledger_entry.reversed",
        by=by,
        on=("ledger_entries", old.id),
        reason=reason,
        details={"number": old.number, "reversal": again.reversed_by.number},
    )
    return again.reversed_by
