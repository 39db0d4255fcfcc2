"""After a reply or a statement was applied: what it means for the recalls of its payments."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.dispatch.recall.answer import dispute, follow
from service.dispatch.recall.lifecycle import WAITING
from service.dispatch.recall.models import Recall
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine


def after_reply(session: Session, inbound: InboundFile, file: BankFile, *, by: Actor) -> None:
    """Settle recalls of what failed; hand to a person what is both cancelled and paid."""
    follow(session, file, by=by)
    disputed = session.scalars(
        select(ReplyLine.payment_id).where(
            ReplyLine.inbound_file_id == inbound.id,
            ReplyLine.outcome == "contradiction",
            ReplyLine.payment_id.is_not(None),
        )
    ).all()
    dispute(session, [one for one in disputed if one is not None], by=by)


def after_statement(session: Session, inbound: InboundFile, *, by: Actor) -> None:
    """Settle recalls of what came back."""
    files = session.scalars(
        select(BankFile)
        .where(
            BankFile.id.in_(select(Recall.bank_file_id).where(Recall.state.in_(WAITING))),
            BankFile.id.in_(
                select(Payment.bank_file_id)
                .join(StatementLine, StatementLine.payment_id == Payment.id)
                .join(BankStatement, BankStatement.id == StatementLine.statement_id)
                .where(BankStatement.inbound_file_id == inbound.id)
            ),
        )
        .order_by(BankFile.file_reference)
    ).all()
    for file in files:
        follow(session, file, by=by)
