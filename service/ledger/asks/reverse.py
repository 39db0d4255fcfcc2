"""Ask another officer to take a wrong entry back; an entry is taken back once, and never edited."""

from uuid import UUID

from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.ledger.asks.ask import AskRefused, ask
from service.ledger.asks.models import FinanceAsk
from service.ledger.postings import whole
from service.officers.models import Officer


def ask_to_reverse(session: Session, entry_id: UUID, *, reason: str, by: Officer) -> FinanceAsk:
    """Ask for an entry to be taken back. Raises NotFound, AskRefused, NotAllowed."""
    found = whole(session, entry_id)
    if found is None:
        raise NotFound("entry")
    if found.reversed_by is not None or found.reverses is not None:
        raise AskRefused("This entry was taken back already.", "该凭证已冲销或本身为冲销凭证。")
    return ask(
        session,
        "reverse_entry",
        str(entry_id),
        amount_fen=sum(max(one.posting.amount_fen, 0) for one in found.sides),
        reason=reason,
        details={"number": found.entry.number},
        by=by,
    )
