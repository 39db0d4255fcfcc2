"""Write one bank file from frozen lines and keep its bytes; writing twice gives the same bytes."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from bank_adapters import BankProfile, CannotWrite, FileHeader, Instruction, WrittenFile
from service.audit.actor import SYSTEM
from service.audit.moves import event_for
from service.audit.record import record
from service.batches.models import Batch, Payment
from service.dispatch.channels import adapter_of
from service.dispatch.kept_profiles import keep_profile
from service.dispatch.models import BankFile
from service.dispatch.queries import next_day_number
from service.dispatch.sent_lines import instructions
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.ids import number_of
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.programmes.versions import programme_of
from service.signing.written_lines import WrittenLines

Lines = tuple[ColumnElement[bool], ...]


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


@dataclass(frozen=True)
class Head:
    """What a file says once: which one it is, when it was made, for which banking day."""

    reference: str
    made_at: datetime
    """Whole seconds: what was kept is what was written."""
    day: date
    day_number: int | None = None

    @classmethod
    def of(cls, file: BankFile) -> "Head":
        """Return a kept file's own."""
        return cls(file.file_reference, file.made_at, file.execution_date, file.day_number)


def render(
    session: Session, batch: Batch, channel: BankChannel, which: Lines, head: Head
) -> tuple[WrittenFile, bytes]:
    """Return the file of the chosen lines and the root over what it says of them; keeps nothing.

    Raises LinesUnsendable.
    """
    adapter = adapter_of(channel)
    purpose = _purpose(session, batch, adapter.profile)
    header = FileHeader(
        file_reference=head.reference,
        created_at=head.made_at,
        execution_date=head.day,
        debtor_name=channel.debtor_name,
        debtor_account=channel.debtor_account,
        debtor_bank_code=channel.debtor_bank_code,
        programme_summary=purpose,
        day_number=head.day_number or 1,
    )
    told = WrittenLines(batch.salt)
    lines = instructions(session, *which, purpose=purpose, with_id_no=_asks_id_no(adapter.profile))
    try:
        written = adapter.write(header, list(_counted(lines, told)))
    except CannotWrite as refusal:
        raise LinesUnsendable(batch, channel.name, str(refusal)) from None
    return written, told.root()


def _counted(lines: Iterator[Instruction], told: WrittenLines) -> Iterator[Instruction]:
    for line in lines:
        take(told, line)
        yield line


def take(told: WrittenLines, line: Instruction) -> bytes:
    """Count one line as its bank is told it; return its leaf."""
    number = number_of(line.reference)
    if number is None:
        raise ValueError("a written line has a reference of ours")
    return told.add(number, line.reference, line.amount_fen, line.account_no, line.account_name)


def write(
    session: Session,
    batch: Batch,
    channel: BankChannel,
    which: Lines,
    *,
    reference: str,
    day: date,
    stands_for: BankFile | None = None,
) -> BankFile:
    """Write the file of the chosen lines, keep its bytes and say on the lines that it carries them.

    ``stands_for`` is the signed file that it takes the place of. The caller holds the channel's
    account where its files are numbered. Raises LinesUnsendable.
    """
    profile = adapter_of(channel).profile
    number = next_day_number(session, channel, day) if profile.numbers_files else None
    head = Head(reference, clock.now().replace(microsecond=0), day, number)
    written, lines_root = render(session, batch, channel, which, head)
    file_id = ids.uuid7()
    file = BankFile(
        id=file_id,
        state="prepared",
        batch_id=batch.id,
        round=batch.round,
        channel_id=channel.id,
        profile=profile.name,
        profile_version=profile.version,
        profile_sha256=keep_profile(session, profile),
        file_reference=head.reference,
        file_name=written.name,
        content_sealed=sealer().seal(
            base64.b64encode(written.content).decode(), content_place(file_id)
        ),
        sha256=written.sha256,
        sm3=written.sm3,
        size_bytes=len(written.content),
        count=written.count,
        amount_fen=written.amount_fen,
        execution_date=day,
        day_number=number,
        made_at=head.made_at,
        lines_root=lines_root,
        stands_for_id=stands_for.id if stands_for else None,
    )
    session.add(file)
    session.flush()
    _take(session, file, which)
    details = {
        "batch_no": batch.batch_no,
        "channel": channel.code,
        "count": file.count,
        "amount_fen": file.amount_fen,
        "sha256": file.sha256,
        "execution_date": day.isoformat(),
        "with_id_numbers": _asks_id_no(profile),
    }
    if stands_for is not None:
        details["stands_for"] = stands_for.file_reference
    record(
        session,
        event_for("bank_files", file.file_name, "", "prepared"),
        by=SYSTEM,
        on=("bank_files", file.id),
        after="prepared",
        details=details,
        after_digest=f"sha256:{file.sha256}",
    )
    return file


def _asks_id_no(profile: BankProfile) -> bool:
    return "payee_id_no" in profile.carries


def _take(session: Session, file: BankFile, lines: Lines) -> None:
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
