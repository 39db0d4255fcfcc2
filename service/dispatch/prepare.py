"""Prepare an approved batch: write its bank files, keep their bytes, and make the manifest to sign."""

import base64
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
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
from service.dispatch.models import BankFile
from service.dispatch.queries import sealed
from service.dispatch.sent_lines import instruction_of
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.jobs import job
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.programmes.versions import programme_of
from service.residents.models import Account
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
    execution_date = date.fromisoformat(on) if on else clock.today()
    files = []
    for number, (channel, payments) in enumerate(_groups(session, batch), start=1):
        files.append(_write(session, batch, channel, payments, number, execution_date))
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


def _groups(
    session: Session, batch: Batch
) -> Iterator[tuple[BankChannel, list[tuple[Payment, Account]]]]:
    """Yield the frozen lines channel by channel, cut to what one file may hold."""
    frozen = Payment.batch_id == batch.id, Payment.state == "frozen"
    channels = session.scalars(
        select(BankChannel)
        .where(BankChannel.id.in_(select(Payment.channel_id).where(*frozen)))
        .order_by(BankChannel.code)
    ).all()
    for channel in channels:
        lines = (
            select(Payment, Account)
            .join(Account, Account.id == Payment.account_id)
            .where(*frozen, Payment.channel_id == channel.id)
            .order_by(Payment.id)
        )
        # One file's lines at a time: a list may have a million.
        after = 0
        for size in _sizes(session, batch, channel):
            found = session.execute(lines.where(Payment.id > after).limit(size)).all()
            after = found[-1][0].id
            yield channel, [(row[0], row[1]) for row in found]


def _sizes(session: Session, batch: Batch, channel: BankChannel) -> list[int]:
    """Return how many lines each file to a bank takes. Raises LinesUnsendable."""
    amounts = session.scalars(
        select(Payment.amount_fen)
        .where(
            Payment.batch_id == batch.id,
            Payment.state == "frozen",
            Payment.channel_id == channel.id,
        )
        .order_by(Payment.id)
    ).all()
    try:
        return cut(amounts, adapter_for(channel.profile).profile)
    except Uncuttable as refusal:
        raise LinesUnsendable(
            batch, channel.name, refusal.sentence_en, refusal.sentence_zh
        ) from None


def _write(
    session: Session,
    batch: Batch,
    channel: BankChannel,
    payments: list[tuple[Payment, Account]],
    number: int,
    execution_date: date,
) -> BankFile:
    file_id, made_at = ids.uuid7(), clock.now().replace(microsecond=0)
    adapter = adapter_of(channel)
    purpose = _purpose(session, batch, adapter.profile)
    header = FileHeader(
        file_reference=f"{batch.batch_no}-R{batch.round}-{number}",
        created_at=made_at,
        execution_date=execution_date,
        debtor_name=channel.debtor_name,
        debtor_account=channel.debtor_account,
        debtor_bank_code=channel.debtor_bank_code,
        programme_summary=purpose,
    )
    try:
        written = adapter.write(
            header, [instruction_of(one, account, purpose) for one, account in payments]
        )
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
        made_at=made_at,
    )
    session.add(file)
    session.flush()
    _take(session, file, payments[0][0].id, payments[-1][0].id)
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
        },
    )
    return file


def _take(session: Session, file: BankFile, first: int, last: int) -> None:
    """Write on the lines from ``first`` to ``last`` of its batch and bank that a file carries them."""
    session.execute(
        update(Payment)
        .where(
            Payment.batch_id == file.batch_id,
            Payment.state == "frozen",
            Payment.channel_id == file.channel_id,
            Payment.id.between(first, last),
        )
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
