"""That a bank's side spoke of a file: from then on nobody may say that it was never delivered."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.models import BankChannel

_IN_STATEMENT = text(
    "SELECT f.id FROM bank_files f WHERE f.channel_id = :channel AND f.state <> 'withdrawn' "
    "AND (f.heard_at IS NULL OR f.state = 'unknown') AND f.file_reference IN "
    "(SELECT file_reference FROM statement_lines WHERE statement_id = :statement) ORDER BY f.id"
)


def note_heard(session: Session, channel: BankChannel, file: BankFile | None, name: str) -> None:
    """Write down that something came about a file, be it believed or not.

    ``file`` None: what came cannot be read; its name may still say which file it answers.
    """
    about = file or _named_after(session, channel, name)
    if about is not None and about.heard_at is None:
        about.heard_at = clock.now()


def note_booked(session: Session, channel: BankChannel, statement_id: object, by: Actor) -> None:
    """Write down which files a booked statement names: the bank has them, whatever was known."""
    found = session.scalars(_IN_STATEMENT, {"channel": channel.id, "statement": statement_id})
    for number in found.all():
        file = session.get_one(BankFile, number, with_for_update=True, populate_existing=True)
        file.heard_at = file.heard_at or clock.now()
        if file.state == "unknown":
            move(session, file, "delivered", by=by, details={"seen": "statement"})


def _named_after(session: Session, channel: BankChannel, name: str) -> BankFile | None:
    # A bank names an answer after the file it answers, with an ending of its own.
    parts = name.split(".")
    stems = [".".join(parts[:length]) for length in range(1, len(parts))]
    stem = func.regexp_replace(BankFile.file_name, r"\.[^.]*$", "")
    return session.scalars(
        select(BankFile)
        .where(BankFile.channel_id == channel.id, stem.in_(stems), BankFile.intent_at.is_not(None))
        .order_by(BankFile.made_at.desc())
        .with_for_update()
    ).first()
