"""Close a bank day: only when the bank's statement and our ledger agree to the fen."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.money import yuan
from service.foundation.problems import Problem
from service.ledger.models import BankChannel, LedgerAccount, LedgerEntry, LedgerPosting
from service.ledger.post import account_code
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation import chain
from service.reconciliation.differences import (
    DifferingRow,
    differing_rows,
    moved_by_kind,
    rows_of_file,
)
from service.reconciliation.models import BankDay, BankStatement, StatementLine
from service.reconciliation.receipts.queries import given_back
from service.reconciliation.replaced import replaced


class DayNotClosable(Problem):
    """A bank day cannot be closed; ``rows`` name the file and line that make the difference."""

    code = "day_not_closable"
    status = 409
    title = "This bank day cannot be closed"

    def __init__(
        self,
        channel: BankChannel,
        day: date,
        why: str,
        why_zh: str,
        rows: Sequence[DifferingRow] = (),
    ) -> None:
        super().__init__(
            f"{channel.name}, {day}: {why}. The day stays open.",
            f"{channel.name} {day}：{why_zh}。该日暂不能关账。",
            rows=[row.as_json() for row in rows],
        )
        self.rows = list(rows)


def close_day(session: Session, channel: BankChannel, day: date, *, by: Officer) -> BankDay:
    """Close one bank's day; closing a closed day again returns it. Raises DayNotClosable."""
    require(by, "reconciliation.close_day")
    session.get_one(BankChannel, channel.id, with_for_update=True)
    closed = closing_in_force(session, channel, day)
    if closed is not None:
        return closed
    statements = statements_of(session, channel, day)
    if not statements:
        raise DayNotClosable(
            channel, day, "the bank's statement has not come", "银行对账单尚未收到"
        )
    statement = statements[-1]
    _require_chain(session, channel, day)
    _require_answers(session, channel, day)
    _require_debits(session, channel, statement)
    cash = cash_on(session, channel, day)
    if cash != statement.closing_fen:
        raise DayNotClosable(
            channel,
            day,
            f"the statement says {yuan(statement.closing_fen)} yuan, the ledger {yuan(cash)}",
            f"对账单余额 {yuan(statement.closing_fen)} 元，账面余额 {yuan(cash)} 元",
            differing_rows(session, channel, day, since=last_closed_before(session, channel, day)),
        )
    earlier = closings(session, channel, day)
    closed = BankDay(
        channel_id=channel.id,
        day=day,
        closing_no=len(earlier) + 1,
        statement_id=statement.id,
        opening_fen=statements[0].opening_fen,
        closing_fen=cash,
        figures=moved_by_kind(session, channel, day),
        through_number=session.scalar(select(func.max(LedgerEntry.number))) or 0,
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
        details={
            "channel": channel.code,
            "day": day.isoformat(),
            "closing_fen": cash,
            "closing_no": closed.closing_no,
        },
    )
    enqueue(session, "enquiry.count_spared", str(closed.id), year=day.year)
    enqueue(session, "enquiry.count_boards", str(closed.id), day=day)
    enqueue(session, "enquiry.count_overview", str(closed.id), channel=channel.id, day=day)
    return closed


def closings(session: Session, channel: BankChannel, day: date) -> list[BankDay]:
    """Return every closing of a day, the first first, those re-opened since as well."""
    return list(
        session.scalars(
            select(BankDay)
            .where(BankDay.channel_id == channel.id, BankDay.day == day)
            .order_by(BankDay.closing_no)
        )
    )


def closing_in_force(session: Session, channel: BankChannel, day: date) -> BankDay | None:
    """Return the closing of a day that nobody re-opened, or None while the day is open."""
    return session.scalars(
        select(BankDay).where(
            BankDay.channel_id == channel.id, BankDay.day == day, ~chain.reopened()
        )
    ).first()


def last_closed_before(session: Session, channel: BankChannel, day: date) -> date | None:
    """Return the last closed day before one, or None."""
    return session.scalar(
        select(func.max(BankDay.day)).where(
            BankDay.channel_id == channel.id, BankDay.day < day, ~chain.reopened()
        )
    )


def statements_of(session: Session, channel: BankChannel, day: date) -> list[BankStatement]:
    """Return a day's statements in the account's order; a bank may state a day in parts."""
    return [one for one in chain.of_channel(session, channel) if one.booked_on == day]


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


def _require_chain(session: Session, channel: BankChannel, day: date) -> None:
    """Refuse while the chain of statements is broken since the last closed day."""
    since = last_closed_before(session, channel, day)
    for one in chain.breaks(session, channel):
        booked_on = one.statement.booked_on
        if booked_on <= day and (since is None or booked_on > since):
            raise DayNotClosable(
                channel, day, one.sentence, one.sentence_zh, [chain_row(session, one)]
            )


def chain_row(session: Session, one: chain.Break) -> DifferingRow:
    """Return a break as a row: which file, and by how much its opening is off."""
    return DifferingRow.of_statement(
        session,
        one.statement,
        said_fen=one.statement.opening_fen,
        booked_fen=one.before.closing_fen,
        why=one.sentence,
        why_zh=one.sentence_zh,
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
                    ~replaced(),
                )
            )
        )
        paid, waiting = session.execute(
            select(
                func.sum(Payment.amount_fen).filter(
                    # What failed and was debited all the same came back as a receipt of its own.
                    or_(Payment.settled_on.is_not(None), given_back())
                ),
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
                rows_of_file(session, channel, file, said_fen=debited, booked_fen=_fen(paid)),
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
                        ~replaced(),
                    )
                ),
            )
            .order_by(BankFile.file_reference)
        )
    )


def _fen(amount: Decimal | int | None) -> int:
    # PostgreSQL gives the sum of whole numbers as an exact decimal, and of nothing as NULL.
    return int(amount or 0)
