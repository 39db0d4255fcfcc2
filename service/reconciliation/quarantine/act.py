"""The acts on a file in quarantine by their names, alike for pages, programs and commands."""

from sqlalchemy.orm import Session

from service.officers.models import Officer
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine.decide import asked_bank, reject
from service.reconciliation.quarantine.problems import ActUnknown
from service.reconciliation.quarantine.take import ask_to_take

ACTS = {
    "take": "ledger.ask",
    "reject": "reconciliation.resolve",
    "ask-bank": "reconciliation.resolve",
}
"""What may be done, and who may; taking waits for a second officer (``ledger.confirm``)."""


def act_on(session: Session, file: InboundFile, act: str, *, reason: str, by: Officer) -> None:
    """Do one of `ACTS` with a reason; raises ActUnknown, and what the act raises."""
    if act not in ACTS:
        raise ActUnknown
    if act == "take":
        ask_to_take(session, file, reason=reason, by=by)
    elif act == "reject":
        reject(session, file, reason=reason, by=by)
    else:
        asked_bank(session, file, reason=reason, by=by)
