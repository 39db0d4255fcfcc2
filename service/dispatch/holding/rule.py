"""The gate's look at what was left out: sent and held are together what was signed, by the rule.

A signed file that goes as it is needs no look: its bytes are bound. A file that goes instead was
never signed, so everything of it is proved anew: its lines and the held ones are the leaves of the
signed root, and its bytes are what these lines give. Whoever deletes a line from a file, or a file, is
found by one of the two.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.controls import ABOUT_DEATHS
from service.batches.lines import digest_of_ids
from service.batches.models import Batch, Payment
from service.batches.withheld.models import HeldLine, HoldAct
from service.batches.withheld.queries import acts_of, lines_of, standing
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.sent_lines import instructions
from service.dispatch.write import Head, render, take
from service.ledger.models import BankChannel
from service.signing.verify import NotSigned
from service.signing.written_lines import WrittenLines


def written_of(session: Session, batch: Batch) -> Iterator[bytes]:
    """Yield the leaves of what the batch's signed files say of each line, file after file."""
    for signed in queries.as_signed(session, batch):
        told = WrittenLines(batch.salt)
        for line in instructions(session, _signed_lines(session, signed), purpose=""):
            yield take(told, line)


def require_as_signed(session: Session, batch: Batch, signed: BankFile) -> None:
    """Raise NotSigned unless the lines of a signed file, held or not, are the leaves of its root."""
    told = WrittenLines(batch.salt)
    for line in instructions(session, _signed_lines(session, signed), purpose=""):
        take(told, line)
    if told.root() != signed.lines_root or told.count != signed.count:
        raise NotSigned(
            batch,
            f"the lines of {signed.file_name} are not those that were signed",
            f"{signed.file_name} 的明细与所签不符",
        )


def require_by_rule(session: Session, batch: Batch, going: BankFile | None = None) -> None:
    """Raise NotSigned unless whatever is missing from the signed files was left out by the rule.

    ``going`` is the file about to be sent; where it goes instead of a signed one, its bytes are
    proved as well.
    """
    for act in acts_of(session, batch):
        if not _is_by_rule(session, act):
            raise NotSigned(
                batch,
                "a line was left out by neither two officers nor a death",
                "有明细的暂缓既无两名人员决定，也无死亡依据",
            )
    for signed in queries.as_signed(session, batch):
        instead = queries.standing_for(session, signed)
        _require_together(session, batch, signed, instead)
        if going is not None and instead is not None and going.id == instead.id:
            require_as_signed(session, batch, signed)
            _require_bytes(session, batch, instead)


def _signed_lines(session: Session, signed: BankFile) -> ColumnElement[bool]:
    ids: list[UUID] = [signed.id]
    instead = queries.standing_for(session, signed)
    if instead is not None:
        ids.append(instead.id)
    return Payment.bank_file_id.in_(ids)


def _require_together(
    session: Session, batch: Batch, signed: BankFile, instead: BankFile | None
) -> None:
    """What goes and what was left out are the signed file, in lines and fen."""
    held = session.execute(
        select(func.count(), func.coalesce(func.sum(Payment.amount_fen), 0))
        .select_from(HeldLine)
        .join(Payment, Payment.id == HeldLine.payment_id)
        .where(
            HeldLine.bank_file_id == signed.id,
            standing(),
            Payment.state.in_(("withheld", "reissued")),
        )
    ).one()
    goes = signed if signed.state != "withdrawn" else instead
    of_goes = Payment.bank_file_id == goes.id if goes else false()
    carried = session.execute(
        select(func.count(), func.coalesce(func.sum(Payment.amount_fen), 0)).where(
            of_goes, Payment.state != "withheld"
        )
    ).one()
    sent = (goes.count, goes.amount_fen) if goes else (0, 0)
    if (
        (sent[0] + held[0], sent[1] + int(held[1])) != (signed.count, signed.amount_fen)
        or (carried[0], int(carried[1])) != sent
        or (goes is signed and instead is not None)
    ):
        raise NotSigned(
            batch,
            f"what is left of {signed.file_name} and what was held are not what was signed",
            f"{signed.file_name} 发送部分与暂缓部分之和与所签不符",
        )


def _require_bytes(session: Session, batch: Batch, file: BankFile) -> None:
    channel = session.get_one(BankChannel, file.channel_id)
    which = (Payment.bank_file_id == file.id, Payment.state == "frozen")
    written, root = render(session, batch, channel, which, Head.of(file))
    if written.sha256 != file.sha256 or root != file.lines_root:
        raise NotSigned(
            batch,
            f"{file.file_name} is not what the lines that were not held give",
            f"{file.file_name} 与未暂缓明细生成的文件不符",
        )


def _is_by_rule(session: Session, act: HoldAct) -> bool:
    """Return whether an act has its two officers in the audit trail, or a death for every line."""
    lines = lines_of(session, [act.id])
    controls = {one.line.control for one in lines}
    if act.by_id is None:
        return bool(controls) and controls <= set(ABOUT_DEATHS)
    told = f'"payments_digest":"{digest_of_ids([one.payment.id for one in lines])}"'.encode()
    entries = session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_type == "hold_acts", AuditEntry.object_id == str(act.id)
        )
    ).all()
    said = {(one.act, one.actor_id) for one in entries if told in one.canonical}
    wanted = {("hold.decided", str(act.by_id)), ("hold.agreed", str(act.and_by_id))}
    return controls == {""} and act.by_id != act.and_by_id and wanted <= said
