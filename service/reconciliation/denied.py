"""A bank that accepted a file and later says, when asked, that it has none: an alarm, and no proof.

Shortly after a sending a bank may not see it yet, so its word counts only after its own waiting time.
Nothing moves and nothing is sent again: a person telephones the bank.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank_adapters.direct.dialect import Told
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.models import Batch
from service.dispatch import queries as dispatch_queries
from service.dispatch.about import files_seen_by
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.gauges import Gauge
from service.ledger.models import BankChannel
from service.officers.may import may
from service.officers.models import Officer
from service.web.language import ngettext
from service.web.queue import WaitingItem

DENIED = Gauge(
    "anxin_bank_files_denied",
    "Files that their bank had accepted and now says it does not have.",
)
_ACCEPTED = ("delivered", "answered")


def note_told(session: Session, channel: BankChannel, file: BankFile, told: Told) -> None:
    """Write down that a bank denies a file that it had accepted, or knows it again, each once."""
    if told is Told.NOT_FOUND and file.denied_at is None:
        here = dispatch_queries.locked(session, file.id)
        waited = clock.now() - (here.sent_at or clock.now())
        patience = timedelta(seconds=channel.absence_seconds)
        if here.denied_at is None and here.state in _ACCEPTED and waited >= patience:
            here.denied_at = clock.now()
            _record(session, channel, here, "bank_file.denied")
    elif told is Told.KNOWN and file.denied_at is not None:
        here = dispatch_queries.locked(session, file.id)
        if here.denied_at is not None:
            here.denied_at = None
            _record(session, channel, here, "bank_file.known_again")


def denied_files(session: Session, officer: Officer) -> list[WaitingItem]:
    """Files that were accepted and are denied now, for those who may decide about bank files."""
    if not may(officer, "dispatch.send"):
        return []
    denied = session.scalars(
        select(BankFile)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(BankFile.denied_at.is_not(None), files_seen_by(officer, "dispatch.send"))
        .order_by(BankFile.denied_at)
    ).all()
    if not denied:
        return []
    return [
        WaitingItem(
            ngettext(
                "Bank file that its bank had accepted and now does not know: telephone the bank",
                "Bank files that their banks had accepted and now do not know: telephone the banks",
                len(denied),
            ),
            len(denied),
            f"/dispatch/{denied[0].id}" if len(denied) == 1 else "/dispatch?state=delivered",
            denied[0].denied_at,
        )
    ]


def measure(session: Session) -> None:
    """Set the gauge to the files that are denied now."""
    count = select(func.count()).select_from(BankFile).where(BankFile.denied_at.is_not(None))
    DENIED.set(session.scalar(count) or 0)


def _record(session: Session, channel: BankChannel, file: BankFile, act: str) -> None:
    by = Actor(kind="bank", id=channel.code)
    record(session, act, by=by, on=("bank_files", file.id), details={"channel": channel.code})
