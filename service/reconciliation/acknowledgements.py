"""What an answer says of the file itself: that the bank has it, in which stage, or nothing we know.

An answer to a file that waits to be sent – for the first time, or once more – proves that the bank
has one already: it is not sent, whatever else the answer is worth.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters import Reply, State
from bank_adapters.iso20022.codes import DUPLICATE_REASONS, TIMEOUT_REASONS
from service.audit.actor import Actor
from service.audit.moves import move
from service.audit.record import record
from service.batches.models import Batch
from service.dispatch.about import files_seen_by
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.reconciliation.keep import our_fault
from service.reconciliation.models import InboundFile
from service.web.language import ngettext
from service.web.queue import WaitingItem

SILENT_AFTER = timedelta(hours=24)


def stop_sending(session: Session, file: BankFile, *, by: Actor) -> bool:
    """Keep a file from being sent that its bank has answered; return whether we ever began to send it."""
    begun = file.intent_at is not None
    batch = session.get_one(Batch, file.batch_id)
    if file.state == "prepared" and batch.state in {"signed", "sent", "answered"}:
        details = {"step": "answer", "code": "answered_before_sent"}
        move(session, file, "unknown", by=by, details=details)
        mark_sent(session, file)
    return begun


def faults_of(reply: Reply) -> list[dict[str, Any]]:
    """Return what is wrong with an answer that speaks of the whole file and names no payment."""
    if reply.records or reply.silence_means is not State.UNKNOWN or not reply.silence_code:
        return []
    if reply.silence_code in DUPLICATE_REASONS:
        return [
            our_fault(
                "duplicate_said",
                "The bank says that it has this file already: an earlier sending exists. What became "
                "of it is asked of the bank; nothing is sent again.",
                "银行称已有该文件，说明此前已送达。须向银行核实结果，不会重复发送。",
                fatal=False,
            )
        ]
    if reply.silence_code in TIMEOUT_REASONS:
        return []
    return [
        our_fault(
            "acknowledgement_unknown",
            f"The bank answers the whole file with “{reply.silence_code[:8]}”, which stands in no table "
            "of results. It proves nothing; ask the bank what it means.",
            f"银行对整个文件答复“{reply.silence_code[:8]}”，不在结果码表中，不作任何依据，请向银行核实。",
        )
    ]


def acknowledge(
    session: Session, file: BankFile, inbound: InboundFile, code: str, *, by: Actor
) -> None:
    """Write down that the bank has the file and in which stage it says it is; nothing moves."""
    record(
        session,
        "bank_file.acknowledged",
        by=by,
        on=("bank_files", file.id),
        reason=code[:8],
        details={"inbound_file": str(inbound.id)},
    )


def silent_files(session: Session, officer: Officer) -> list[WaitingItem]:
    """Files that a bank has had for a day without a word about them."""
    if not may(officer, "dispatch.send"):
        return []
    heard = select(InboundFile.id).where(
        InboundFile.bank_file_id == BankFile.id, InboundFile.state == "applied"
    )
    silent = session.scalars(
        select(BankFile.sent_at)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(
            BankFile.state == "delivered",
            BankFile.sent_at < clock.now() - SILENT_AFTER,
            ~heard.exists(),
            files_seen_by(officer, "dispatch.send"),
        )
        .order_by(BankFile.sent_at)
    ).all()
    if not silent:
        return []
    return [
        WaitingItem(
            ngettext(
                "Bank file without a word from the bank for a day: telephone the bank",
                "Bank files without a word from the banks for a day: telephone the banks",
                len(silent),
            ),
            len(silent),
            "/dispatch?state=delivered",
            silent[0],
        )
    ]
