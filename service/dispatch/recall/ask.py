"""Ask a bank not to execute payments it was sent: two officers decide, a message or a letter says it."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bank_adapters import BankProfile, CannotWrite, FileHeader, WrittenFile, adapter_for
from bank_adapters.cancellation import CANCEL_REASONS, write_request
from service.audit.actor import SYSTEM
from service.audit.moves import event_for, move
from service.audit.record import record
from service.batches.lines import digest_of_ids
from service.batches.models import Payment
from service.batches.release import ReasonMissing
from service.dispatch.about import about_file
from service.dispatch.models import BankFile
from service.dispatch.queries import locked
from service.dispatch.recall import queries
from service.dispatch.recall.lifecycle import WITH_THE_BANK
from service.dispatch.recall.models import Recall, RecallLine
from service.dispatch.recall.problems import (
    NotOfThisFile,
    NotRecallable,
    ReasonCodeUnknown,
    RecallNeedsTwo,
    RecallUnwritable,
)
from service.dispatch.sent_lines import sent_lines
from service.foundation import clock, ids
from service.foundation.ids import number_of
from service.foundation.jobs import enqueue
from service.foundation.working_days import last_day
from service.ledger.models import BankChannel
from service.officers.may import require
from service.officers.models import Officer

ANSWER_WORKING_DAYS = 3
"""What a bank has to answer; then people ask by telephone."""
_WORD = "撤销"
"""Stands where every line must have words; the message carries none of them."""
_STOPPABLE = frozenset({"sent", "unknown", "paid"})


def ask(
    session: Session,
    file: BankFile,
    references: Sequence[str] | None,
    *,
    reason_code: str,
    reason: str,
    by: Officer,
    and_by: Officer,
) -> Recall:
    """Keep the request and let it be handed over; ``references`` None means the whole file.

    The payments stay as they are: asking moves no money. Of a whole file those are asked for that
    have no end yet. Raises NotRecallable, NotOfThisFile, ReasonCodeUnknown, ReasonMissing,
    RecallNeedsTwo, RecallUnwritable, NotAllowed.
    """
    for officer in (by, and_by):
        require(officer, "dispatch.send", about_file(session, file.id))
    if by.id == and_by.id:
        raise RecallNeedsTwo
    if reason_code not in CANCEL_REASONS:
        raise ReasonCodeUnknown
    if not reason.strip():
        raise ReasonMissing
    file = locked(session, file.id)
    payments = _chosen(session, file, references)
    number = len(queries.of_file(session, file)) + 1
    profile = adapter_for(file.profile).profile
    recall = Recall(
        id=ids.uuid7(),
        bank_file_id=file.id,
        number=number,
        reference=f"{file.file_reference}-C{number}",
        reason_code=reason_code,
        reason=reason.strip(),
        asked_by=by.id,
        agreed_by=and_by.id,
        asked_at=clock.now().replace(microsecond=0),
        answer_due_on=last_day(clock.today(), ANSWER_WORKING_DAYS, working=True).last,
        count=len(payments),
        amount_fen=sum(one.amount_fen for one in payments),
    )
    # What a clerk carries is a paper with a stamp, not a message that nobody reads.
    carried = session.get_one(BankChannel, file.channel_id).kind == "folder"
    if profile.cancellation_format and not carried:
        written = _written(session, file, profile, recall, payments)
        recall.file_name, recall.content = written.name, written.content
        recall.sha256 = written.sha256
    session.add(recall)
    on = ("recalls", recall.id)
    details = {"file": file.file_reference, "reason_code": reason_code, "count": recall.count,
               "amount_fen": recall.amount_fen, "sha256": recall.sha256 or ""}  # fmt: skip
    move(
        session,
        recall,
        "prepared" if recall.content else "letter",
        by=by.actor(),
        reason=recall.reason,
        details=details,
    )
    record(session, "recall.agreed", by=and_by.actor(), on=on, reason=recall.reason)
    _keep_lines(session, recall, payments)
    record(session, "bank_file.recall_asked", by=by.actor(), on=("bank_files", file.id),
           reason=recall.reason, details=details)  # fmt: skip
    if recall.content:
        enqueue(session, "dispatch.hand_over_recall", f"{recall.id}", recall_id=recall.id)
    return recall


def _chosen(session: Session, file: BankFile, references: Sequence[str] | None) -> list[Payment]:
    query = select(Payment).where(Payment.bank_file_id == file.id).order_by(Payment.id)
    if references is not None:
        numbers = {one: number_of(one) for one in references}
        query = query.where(Payment.id.in_([one for one in numbers.values() if one is not None]))
    of_file = session.scalars(
        query.with_for_update().execution_options(populate_existing=True)
    ).all()
    if references is not None:
        found = {one.id for one in of_file}
        for reference, number in numbers.items():
            if number not in found:
                raise NotOfThisFile(reference, file.file_name)
    asked_already = queries.open_payments(session, [one.id for one in of_file])
    stoppable = [
        one
        for one in of_file
        if one.state in _STOPPABLE and one.id not in asked_already
        and file.state in WITH_THE_BANK
    ]  # fmt: skip
    wanted = len(of_file) if references is not None or not stoppable else len(stoppable)
    if not stoppable or len(stoppable) < wanted:
        raise NotRecallable(file.file_name, wanted - len(stoppable))
    return stoppable


def _written(
    session: Session,
    file: BankFile,
    profile: BankProfile,
    recall: Recall,
    payments: Sequence[Payment],
) -> WrittenFile:
    channel = session.get_one(BankChannel, file.channel_id)
    wanted = {one.reference for one in payments}
    header = FileHeader(
        file_reference=recall.reference,
        created_at=recall.asked_at,
        execution_date=file.execution_date,
        debtor_name=channel.debtor_name,
        debtor_account=channel.debtor_account,
        debtor_bank_code=channel.debtor_bank_code,
        programme_summary=_WORD,
        cancels_file=file.file_reference,
        cancels_format=profile.file_format,
        cancel_reason=recall.reason_code,
    )
    lines = [
        replace(one, purpose=_WORD) for one in sent_lines(session, file) if one.reference in wanted
    ]
    try:
        return write_request(profile, header, lines)
    except CannotWrite as refusal:
        raise RecallUnwritable(str(refusal)) from None


def _keep_lines(session: Session, recall: Recall, payments: Sequence[Payment]) -> None:
    event = event_for("recall_lines", recall.reference, "", "asked")
    session.execute(
        insert(RecallLine),
        [
            {"recall_id": recall.id, "payment_id": one.id, "state": "asked", "was": one.state}
            for one in payments
        ],
    )
    record(
        session,
        event,
        by=SYSTEM,
        on=("recalls", recall.id),
        after="asked",
        details={
            "count": len(payments),
            "payments_digest": digest_of_ids([one.id for one in payments]),
        },
    )
