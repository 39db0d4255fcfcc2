"""Prepare an approved batch: write its bank files, keep their bytes, and make the manifest to sign."""

import base64
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from bank_adapters import BankProfile, CannotWrite, FileHeader, adapter_for
from service.audit.actor import SYSTEM
from service.audit.moves import event_for, move
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.batches.queries import locked
from service.dispatch.accounted import require_nothing_left_out
from service.dispatch.channels import adapter_of
from service.dispatch.cut import Uncuttable, cut
from service.dispatch.day_limits import Load, hold_account, is_limited, within_a_day
from service.dispatch.models import BankFile
from service.dispatch.pay_day import day_with_room, first_day
from service.dispatch.queries import next_day_number, sealed
from service.dispatch.sent_lines import instructions
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.jobs import job
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.programmes.versions import programme_of
from service.signing.manifest import make


class LinesUnsendable(Problem):
    """The bank's format cannot carry some lines."""

    code = "lines_unsendable"
    status = 409
    title = "The bank cannot be sent this"

    def __init__(self, batch: Batch, channel: str, told: str, told_zh: str = "") -> None:
        super().__init__(
            f"{batch.batch_no} cannot be written for {channel}: {told}",
            f"{batch.batch_no} 无法写成 {channel} 的银行文件：{told_zh or told}",
        )


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
        file = _write(session, batch, share, number, day)
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


def _write(
    session: Session,
    batch: Batch,
    share: _Share,
    number: int,
    execution_date: date,
) -> BankFile:
    channel = share.channel
    file_id, made_at = ids.uuid7(), clock.now().replace(microsecond=0)
    adapter = adapter_of(channel)
    purpose = _purpose(session, batch, adapter.profile)
    day_number = _day_number(session, channel, adapter.profile, execution_date)
    header = FileHeader(
        file_reference=f"{batch.batch_no}-R{batch.round}-{number}",
        created_at=made_at,
        execution_date=execution_date,
        debtor_name=channel.debtor_name,
        debtor_account=channel.debtor_account,
        debtor_bank_code=channel.debtor_bank_code,
        programme_summary=purpose,
        day_number=day_number or 1,
    )
    asks_id_no = "payee_id_no" in adapter.profile.carries
    lines = instructions(session, *share.of(batch), purpose=purpose, with_id_no=asks_id_no)
    try:
        written = adapter.write(header, list(lines))
    except CannotWrite as refusal:
        raise LinesUnsendable(batch, channel.name, str(refusal)) from None
    file = BankFile(
        id=file_id,
        state="prepared",
        batch_id=batch.id,
        round=batch.round,
        channel_id=channel.id,
        profile=adapter.profile.name,
        profile_version=adapter.profile.version,
        file_reference=header.file_reference,
        file_name=written.name,
        content_sealed=sealer().seal(
            base64.b64encode(written.content).decode(), content_place(file_id)
        ),
        sha256=written.sha256,
        sm3=written.sm3,
        size_bytes=len(written.content),
        count=written.count,
        amount_fen=written.amount_fen,
        execution_date=execution_date,
        day_number=day_number,
        made_at=made_at,
    )
    session.add(file)
    session.flush()
    _take(session, file, share.of(batch))
    record(
        session,
        event_for("bank_files", file.file_name, "", "prepared"),
        by=SYSTEM,
        on=("bank_files", file.id),
        after="prepared",
        details={
            "batch_no": batch.batch_no,
            "channel": channel.code,
            "count": file.count,
            "amount_fen": file.amount_fen,
            "sha256": file.sha256,
            "execution_date": execution_date.isoformat(),
            "with_id_numbers": asks_id_no,
        },
    )
    return file


def _day_number(
    session: Session, channel: BankChannel, profile: BankProfile, day: date
) -> int | None:
    return next_day_number(session, channel, day) if profile.numbers_files else None


def _take(session: Session, file: BankFile, lines: tuple[ColumnElement[bool], ...]) -> None:
    """Write on a file's lines that it carries them."""
    session.execute(
        update(Payment)
        .where(*lines)
        .values(bank_file_id=file.id)
        .execution_options(synchronize_session=False)
    )


def _purpose(session: Session, batch: Batch, profile: BankProfile) -> str:
    """Return what the payee reads in the passbook, whole words within the bank's limit.

    A sensitive programme (a lost child, an illness) is never named in a bank's file.
    """
    programme = programme_of(session, batch.rule_digest, batch.programme)
    name = "惠民补贴" if programme.sensitive else programme.names.zh.partition("(")[0]
    candidates = (f"{name}{batch.month}", name, f"惠民补贴{batch.month}")
    fitting = (
        one for one in candidates if len(one.encode(profile.charset)) <= profile.purpose_bytes_max
    )
    return next(fitting, batch.month)


def content_place(file_id: UUID) -> str:
    """Return the place a bank file's bytes are sealed for."""
    return f"bank_files:content:{file_id}"
