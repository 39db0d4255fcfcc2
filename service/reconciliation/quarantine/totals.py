"""What a file says of its own totals beside what was counted, and where our files stood after it."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank_adapters.recognise import STATEMENTS, Message
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel
from service.reconciliation.keep import content_of
from service.reconciliation.models import FileControl, InboundFile
from service.reconciliation.reading import read_movements
from service.reconciliation.versions import read_as_sent

SEALED_BYTES_MAX = 4 * 1024 * 1024
"""A larger file is not read again for a page; what was applied of it stands in its control."""


class Total(NamedTuple):
    """One total: as the file states it (None: it states none), and as its lines add up to it."""

    name: str
    """``count``, ``fen`` or the id of a statement, whose closing balance it is."""
    is_money: bool
    stated: int | None
    counted: int

    @property
    def differs(self) -> bool:
        """Whether both are there and are not the same."""
        return self.stated is not None and self.stated != self.counted


@dataclass(frozen=True)
class ControlOf:
    """One of our files, and where its payments stood once this file was applied."""

    file: BankFile
    control: FileControl


def totals(session: Session, file: InboundFile) -> list[Total]:
    """Return the totals of a file that is not too large to be read again for a page."""
    size = session.scalar(
        select(func.octet_length(InboundFile.content_sealed)).where(InboundFile.id == file.id)
    )
    if (size or 0) > SEALED_BYTES_MAX:
        return []
    channel = session.get_one(BankChannel, file.channel_id)
    content, message = content_of(file), Message(file.message) if file.message else None
    if file.kind == "statement" and (message is None or message in STATEMENTS):
        return [
            Total(
                one.statement_id,
                True,
                one.closing_fen,
                one.opening_fen + sum(entry.signed_fen for entry in one.entries),
            )
            for one in read_movements(channel, content, message).statements
        ]
    found = read_as_sent(session, channel, file.file_name, content, message).reply.totals
    return [
        Total("count", False, found.stated_count, found.listed_count),
        Total("fen", True, found.stated_fen, found.listed_fen),
    ]


def controls(session: Session, file: InboundFile) -> list[ControlOf]:
    """Return where our files stood after this one moved their payments."""
    rows = session.execute(
        select(BankFile, FileControl)
        .join(FileControl, FileControl.bank_file_id == BankFile.id)
        .where(FileControl.inbound_file_id == file.id)
        .order_by(BankFile.file_reference)
    )
    return [ControlOf(bank_file, control) for bank_file, control in rows]
