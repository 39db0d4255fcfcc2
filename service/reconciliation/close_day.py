"""Close a bank day: only when the bank's statement and our ledger agree to the fen."""

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.money import yuan
from service.foundation.problems import Problem
from service.ledger.models import BankChannel, LedgerAccount, LedgerEntry, LedgerPosting
from service.ledger.post import account_code
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.models import BankDay, BankStatement, StatementLine


class DayNotClosable(Problem):
    """A bank day cannot be closed."""

    code = "day_not_closable"
    status = 409
    title = "This bank day cannot be closed"

    def __init__(self, channel: BankChannel, day: date, why: str, why_zh: str) -> None:
        super().__init__(
            f"{channel.name}, {day}: {why}. The day stays open.",
            f"{channel.name} {day}：{why_zh}。该日暂不能关账。",
        )


def close_day(session: Session, channel: BankChannel, day: date, *, by: Officer) -> BankDay:
    """Close one bank's day; closing a closed day again returns it. Raises DayNotClosable."""
    require(by, "reconciliation.close_day")
    session.get_one(BankChannel, channel.id, with_for_update=True)
    closed = session.scalars(
        select(BankDay).where(BankDay.channel_id == channel.id, BankDay.day == day)
    ).first()
    if closed is not None:
        return closed
    statement = _statement(session, channel, day)
    _require_chain(session, channel, statement)
    _require_answers(session, channel, day)
    _require_debits(session, channel, statement)
    cash = cash_on(session, channel, day)
    if cash != statement.closing_fen:
        raise DayNotClosable(
            channel,
            day,
            f"the statement says {yuan(statement.closing_fen)} yuan, the ledger {yuan(cash)}",
            f"对账单余额 {yuan(statement.closing_fen)} 元，账面余额 {yuan(cash)} 元",
        )
    closed = BankDay(
        channel_id=channel.id,
        day=day,
        statement_id=statement.id,
        closing_fen=cash,
        closed_at=clock.now(),
        closed_by=str(by.id),
    )
    session.add(closed)
    session.flush()
    record(
        session,
        "bank_day.closed",
        by=by.actor(),
        on=("bank_days", closed.id),
        details={"channel": channel.code, "day": day.isoformat(), "closing_fen": cash},
    )
    return closed


def cash_on(session: Session, channel: BankChannel, day: date) -> int:
    """Return the ledger's balance in fen of a bank account at the end of a day."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(LedgerPosting.amount_fen), 0))
            .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
            .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
            .where(
                LedgerAccount.code == account_code("bank_cash", channel=channel.code),
                LedgerEntry.booked_on <= day,
            )
        )
        or 0
    )


def _statement(session: Session, channel: BankChannel, day: date) -> BankStatement:
    found = session.scalars(
        select(BankStatement)
        .where(BankStatement.channel_id == channel.id, BankStatement.booked_on == day)
        .order_by(BankStatement.number.desc().nulls_last())
    ).first()
    if found is None:
        raise DayNotClosable(
            channel, day, "the bank's statement has not come", "银行对账单尚未收到"
        )
    return found


def _require_chain(session: Session, channel: BankChannel, statement: BankStatement) -> None:
    before = session.scalars(
        select(BankStatement)
        .where(
            BankStatement.channel_id == channel.id, BankStatement.booked_on < statement.booked_on
        )
        .order_by(BankStatement.booked_on.desc(), BankStatement.number.desc().nulls_last())
    ).first()
    if before is not None and before.closing_fen != statement.opening_fen:
        raise DayNotClosable(
            channel,
            statement.booked_on,
            f"its opening balance {yuan(statement.opening_fen)} is not the last closing balance {yuan(before.closing_fen)}",
            f"期初余额 {yuan(statement.opening_fen)} 与上一期末余额 {yuan(before.closing_fen)} 不符",
        )


def _require_answers(session: Session, channel: BankChannel, day: date) -> None:
    waiting = session.scalar(
        select(func.count())
        .select_from(BankFile)
        .where(
            BankFile.channel_id == channel.id,
            BankFile.execution_date <= day,
            BankFile.state.in_(("sending", "unknown", "delivered")),
        )
    )
    if waiting:
        raise DayNotClosable(
            channel, day, f"{waiting} sent files have no answer", f"有 {waiting} 个已发文件尚无回盘"
        )


def _require_debits(session: Session, channel: BankChannel, statement: BankStatement) -> None:
    """Refuse when the bank debited for a file what its answers do not explain.

    Cash is booked from the statement itself and so always fits it; what was debited must also be
    what was paid. Only lines without an answer may explain a difference, up to their amount.
    """
    for file in _debited_on(session, channel, statement.booked_on):
        debited = -_fen(
            session.scalar(
                select(func.sum(StatementLine.signed_fen))
                .join(BankStatement, BankStatement.id == StatementLine.statement_id)
                .where(
                    BankStatement.channel_id == channel.id,
                    BankStatement.booked_on <= statement.booked_on,
                    StatementLine.file_reference == file.file_reference,
                    StatementLine.matched == "file",
                )
            )
        )
        paid, waiting = session.execute(
            select(
                func.sum(Payment.amount_fen).filter(Payment.settled_on.is_not(None)),
                func.sum(Payment.amount_fen).filter(Payment.state.in_(("sent", "unknown"))),
            ).where(Payment.bank_file_id == file.id)
        ).one()
        if not 0 <= debited - _fen(paid) <= _fen(waiting):
            raise DayNotClosable(
                channel,
                statement.booked_on,
                f"the bank debited {yuan(debited)} yuan for {file.file_reference}, "
                f"its answers say {yuan(_fen(paid))}",
                f"银行就 {file.file_reference} 扣款 {yuan(debited)} 元，回盘成功金额 {yuan(_fen(paid))} 元",
            )


def _debited_on(session: Session, channel: BankChannel, day: date) -> list[BankFile]:
    return list(
        session.scalars(
            select(BankFile)
            .where(
                BankFile.channel_id == channel.id,
                BankFile.file_reference.in_(
                    select(StatementLine.file_reference)
                    .join(BankStatement, BankStatement.id == StatementLine.statement_id)
                    .where(
                        BankStatement.channel_id == channel.id,
                        BankStatement.booked_on == day,
                        StatementLine.matched == "file",
                    )
                ),
            )
            .order_by(BankFile.file_reference)
        )
    )


def _fen(amount: Decimal | int | None) -> int:
    # PostgreSQL gives the sum of whole numbers as an exact decimal, and of nothing as NULL.
    return int(amount or 0)
