"""Every reading of files in quarantine: which wait, and what was done about them."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from service.ledger.asks.models import FinanceAnswer, FinanceAsk
from service.reconciliation.models import BankStatement, InboundFile, StatementReplacement
from service.reconciliation.quarantine.models import REJECTED, FileDecision


def is_rejected() -> ColumnElement[bool]:
    """Whether an officer let a file rest, and its bytes have not come again since."""
    return exists().where(
        FileDecision.inbound_file_id == InboundFile.id,
        FileDecision.act == REJECTED,
        FileDecision.times_seen == InboundFile.times_seen,
    )


def decisions(session: Session, file: InboundFile) -> list[FileDecision]:
    """Return what was done about a file, the first first."""
    return list(
        session.scalars(
            select(FileDecision)
            .where(FileDecision.inbound_file_id == file.id)
            .order_by(FileDecision.id)
        )
    )


def was_rejected(session: Session, file: InboundFile) -> bool:
    """Whether an officer ever let a file rest."""
    return any(one.act == REJECTED for one in decisions(session, file))


def rests(session: Session, file: InboundFile) -> bool:
    """Whether a file was rejected and has not come again since."""
    return any(
        one.act == REJECTED and one.times_seen == file.times_seen
        for one in decisions(session, file)
    )


def waiting_ask(session: Session, file: InboundFile) -> FinanceAsk | None:
    """Return the question whether a file is taken, while nobody has answered it."""
    return session.scalars(
        select(FinanceAsk).where(
            FinanceAsk.kind == "take_file",
            FinanceAsk.thing_id == str(file.id),
            ~exists().where(FinanceAnswer.ask_id == FinanceAsk.id),
        )
    ).first()


def replaced_by(session: Session, file: InboundFile) -> InboundFile | None:
    """Return the file whose corrected statement stands in the place of one of this file's."""
    return session.scalars(
        select(InboundFile)
        .join(StatementReplacement, StatementReplacement.by_file_id == InboundFile.id)
        .join(BankStatement, BankStatement.id == StatementReplacement.statement_id)
        .where(BankStatement.inbound_file_id == file.id)
        .order_by(StatementReplacement.replaced_at.desc())
    ).first()


def one_file(session: Session, file_id: UUID) -> InboundFile | None:
    """Return a bank's file, or None."""
    return session.get(InboundFile, file_id)
