"""Prepare an approved batch: write its bank files, keep their bytes, and make the manifest to sign."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Batch, Payment
from service.batches.queries import locked
from service.dispatch.accounted import require_nothing_left_out
from service.dispatch.channels import adapter_of
from service.dispatch.cut import Uncuttable, cut
from service.dispatch.day_limits import Load, hold_account, is_limited, within_a_day
from service.dispatch.models import BankFile
from service.dispatch.pay_day import day_with_room, first_day
from service.dispatch.queries import sealed
from service.dispatch.write import LinesUnsendable, write
from service.foundation import clock
from service.foundation.jobs import job
from service.ledger.models import BankChannel
from service.signing.manifest import make


@job("dispatch.prepare", queue="batch")
def prepare(session: Session, batch_id: str, on: str = "") -> None:
    """Write every bank file of an approved batch and its manifest, in one transaction."""
    batch = locked(session, UUID(batch_id))
    if batch.state != "approved":
        return
    _withdraw_earlier(session, batch)
    wanted = date.fromisoformat(on) if on else clock.today()
    files: list[BankFile] = []
    days: dict[UUID, date] = {}
    for number, share in enumerate(_shares(session, batch), start=1):
        # A later file of one bank is never for an earlier day than the file before it.
        first = days.get(share.channel.id) or first_day(share.channel, wanted)
        days[share.channel.id] = day = day_with_room(session, share.channel, share.load, first)
        file = write(
            session,
            batch,
            share.channel,
            share.of(batch),
            reference=f"{batch.batch_no}-R{batch.round}-{number}",
            day=day,
        )
        files.append(file)
        # Its bytes are written down; a list may have dozens of files of tens of megabytes.
        session.expire(file, ["content_sealed"])
    require_nothing_left_out(session, batch, files)
    manifest = make(session, batch, [sealed(session, file) for file in files])
    move(
        session,
        batch,
        "prepared",
        by=SYSTEM,
        details={"manifest_digest": manifest.digest.hex(), "files": len(files)},
    )


def _withdraw_earlier(session: Session, batch: Batch) -> None:
    """Files of a round that was returned before it was signed are never sent."""
    earlier = session.scalars(
        select(BankFile)
        .where(
            BankFile.batch_id == batch.id,
            BankFile.round < batch.round,
            BankFile.state == "prepared",
        )
        .order_by(BankFile.file_reference)
        .with_for_update()
    )
    for file in earlier.all():
        move(session, file, "withdrawn", by=SYSTEM, reason=f"round {batch.round}")


@dataclass(frozen=True)
class _Share:
    """The lines of one file: its bank's frozen lines of the list from one id to another."""

    channel: BankChannel
    first: int
    last: int
    count: int
    amount_fen: int

    @property
    def load(self) -> Load:
        return Load(1, self.count, self.amount_fen)

    def of(self, batch: Batch) -> tuple[ColumnElement[bool], ...]:
        return (*_frozen(batch, self.channel), Payment.id.between(self.first, self.last))


def _frozen(batch: Batch, channel: BankChannel) -> tuple[ColumnElement[bool], ...]:
    return (
        Payment.batch_id == batch.id,
        Payment.state == "frozen",
        Payment.channel_id == channel.id,
    )


def _shares(session: Session, batch: Batch) -> Iterator[_Share]:
    """Yield channel by channel what one file each may hold. Raises LinesUnsendable."""
    frozen = Payment.batch_id == batch.id, Payment.state == "frozen"
    channels = session.scalars(
        select(BankChannel)
        .where(BankChannel.id.in_(select(Payment.channel_id).where(*frozen)))
        .order_by(BankChannel.code)
    ).all()
    for channel in channels:
        if is_limited(channel) or adapter_of(channel).profile.numbers_files:
            # Who counts a day's files counts alone, until they are kept.
            hold_account(session, channel)
        # Two numbers a line, side by side: a list may have a million.
        numbers, amounts = array("q"), array("q")
        lines = select(Payment.id, Payment.amount_fen).where(*_frozen(batch, channel))
        rows = session.execute(lines.order_by(Payment.id).execution_options(yield_per=20_000))
        for number, amount_fen in rows:
            numbers.append(number)
            amounts.append(amount_fen)
        begin = 0
        for size in _sizes(batch, channel, amounts):
            end = begin + size
            amount_fen = sum(amounts[begin:end])
            yield _Share(channel, numbers[begin], numbers[end - 1], size, amount_fen)
            begin = end


def _sizes(batch: Batch, channel: BankChannel, amounts_fen: Sequence[int]) -> list[int]:
    """Return how many lines each file to a bank takes. Raises LinesUnsendable."""
    try:
        return cut(amounts_fen, within_a_day(adapter_for(channel.profile).profile, channel))
    except Uncuttable as refusal:
        raise LinesUnsendable(
            batch, channel.name, refusal.sentence_en, refusal.sentence_zh
        ) from None
