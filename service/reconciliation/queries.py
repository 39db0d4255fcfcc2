"""Every reading of banks' files, their lines, statements, bank days and failed payments."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import DoublePayment
from service.batches.withheld.models import HeldLine
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel
from service.reconciliation.chain import reopened
from service.reconciliation.close_day import cash_on
from service.reconciliation.models import (
    BankDay,
    BankStatement,
    InboundFile,
    ReplyLine,
    StatementLine,
)
from service.reconciliation.quarantine.queries import is_rejected
from service.reconciliation.receipts.queries import is_assigned, is_resolved
from service.reconciliation.replaced import replaced
from service.reconciliation.words import LEFT_LYING
from service.residents.models import Account

ROWS_PER_PAGE = 50
FAILED = ("rejected", "returned")


@dataclass(frozen=True)
class Inbound:
    """A bank's file and the bank's name."""

    file: InboundFile
    bank: str


@dataclass(frozen=True)
class LyingLine:
    """A reply's line that moved nothing, and the payment it may be about."""

    line: ReplyLine
    file_name: str
    inbound_id: UUID
    received_at: datetime
    payment: Payment | None


@dataclass(frozen=True)
class Day:
    """One bank's day: what the bank says, what the ledger says, and whether it is closed."""

    channel: BankChannel
    day: date
    opening_fen: int | None
    closing_fen: int | None
    """None while the statement has not come."""
    ledger_fen: int
    closed_at: datetime | None


@dataclass(frozen=True)
class FailedLine:
    """A payment that failed, the end of its account, and whether the payee has another one now."""

    payment: Payment
    month: str
    tail: str
    is_corrected: bool


@dataclass(frozen=True)
class FailedGroup:
    """The failed payments of one programme and month."""

    programme: str
    month: str
    count: int
    amount_fen: int
    corrected: int


def inbound(session: Session, *, state: str = "", page: int = 1) -> tuple[list[Inbound], int]:
    """Return one page of banks' files, those in quarantine first, and how many there are."""
    which = InboundFile.state == state if state else InboundFile.state != ""
    total = session.scalar(select(func.count()).select_from(InboundFile).where(which)) or 0
    rows = session.execute(
        select(InboundFile, BankChannel.name)
        .join(BankChannel, BankChannel.id == InboundFile.channel_id)
        .where(which)
        .order_by(
            (InboundFile.state == "quarantined").desc(),
            InboundFile.received_at.desc(),
            InboundFile.file_name,
        )
        .offset((page - 1) * ROWS_PER_PAGE)
        .limit(ROWS_PER_PAGE)
    )
    return [Inbound(file, bank) for file, bank in rows], total


def one_inbound(session: Session, file_id: UUID) -> Inbound | None:
    """Return one bank's file."""
    found = session.execute(
        select(InboundFile, BankChannel.name)
        .join(BankChannel, BankChannel.id == InboundFile.channel_id)
        .where(InboundFile.id == file_id)
    ).first()
    return Inbound(*found) if found else None


def waiting_quarantine(session: Session) -> list[Inbound]:
    """Return files in quarantine that nobody rejected and the bank has not replaced, oldest first.

    A file counts as replaced once a later one of the same bank and name was applied: the bank
    repaired it. The old one stays in the list of files, but nobody is asked about it again. A pair,
    and what came for a closed day, is never repaired by a name: somebody decides it.
    """
    rows = session.execute(
        select(InboundFile, BankChannel.name)
        .join(BankChannel, BankChannel.id == InboundFile.channel_id)
        .where(InboundFile.state == "quarantined", ~is_replaced(), ~is_rejected())
        .order_by(InboundFile.received_at)
    )
    return [Inbound(file, bank) for file, bank in rows]


def outcomes(session: Session, file: InboundFile) -> dict[str, int]:
    """Return {outcome: lines} of a reply."""
    rows = session.execute(
        select(ReplyLine.outcome, func.count())
        .where(ReplyLine.inbound_file_id == file.id)
        .group_by(ReplyLine.outcome)
        .order_by(func.count().desc())
    )
    return {outcome: count for outcome, count in rows}  # noqa: C416 - rows are tuples of two


def matched(session: Session, file: InboundFile) -> dict[str, tuple[int, int]]:
    """Return {matched: (movements, fen)} of a statement file; fen are signed, credits positive."""
    rows = session.execute(
        select(StatementLine.matched, func.count(), func.sum(StatementLine.signed_fen))
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .where(BankStatement.inbound_file_id == file.id)
        .group_by(StatementLine.matched)
    )
    return {name: (count, int(amount_fen)) for name, count, amount_fen in rows}


def lying(session: Session, *, file: InboundFile | None = None) -> list[LyingLine]:
    """Return lines that moved nothing and that nobody has answered yet, oldest first.

    At most two hundred: more than that is one fault of one file, and reads alike.
    """
    query = (
        select(ReplyLine, InboundFile, Payment)
        .join(InboundFile, InboundFile.id == ReplyLine.inbound_file_id)
        .outerjoin(Payment, Payment.id == ReplyLine.payment_id)
        .where(ReplyLine.outcome.in_(LEFT_LYING))
        .order_by(InboundFile.received_at, ReplyLine.id)
        .limit(200)
    )
    query = query.where(InboundFile.id == file.id) if file else query.where(is_still_open())
    return [
        LyingLine(line, one.file_name, one.id, one.received_at, payment)
        for line, one, payment in session.execute(query)
    ]


def unidentified(session: Session) -> list[tuple[StatementLine, BankStatement, str]]:
    """Return money movements that belong to nothing of ours, newest first, with the bank's name."""
    rows = session.execute(
        select(StatementLine, BankStatement, BankChannel.name)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(BankChannel, BankChannel.id == BankStatement.channel_id)
        .where(StatementLine.matched == "unidentified", ~is_assigned(), ~replaced())
        .order_by(BankStatement.booked_on.desc(), StatementLine.id)
        .limit(200)
    )
    return [(line, statement, bank) for line, statement, bank in rows]


def days(session: Session) -> list[Day]:
    """Return every bank day with files of ours or a statement: open ones first, oldest first."""
    channels = {one.id: one for one in session.scalars(select(BankChannel))}
    told = {
        (one.channel_id, one.booked_on): one
        for one in session.scalars(
            select(BankStatement)
            .where(~replaced())
            .order_by(BankStatement.number.asc().nulls_first())
        )
    }
    sent = session.execute(
        select(BankFile.channel_id, BankFile.execution_date)
        .where(BankFile.state.not_in(("prepared", "withdrawn")))
        .distinct()
    )
    closed = {
        (one.channel_id, one.day): one
        for one in session.scalars(select(BankDay).where(~reopened()))
    }
    opened = {}
    for one in session.scalars(
        select(BankStatement).where(~replaced()).order_by(BankStatement.number.desc().nulls_last())
    ):
        opened[one.channel_id, one.booked_on] = one.opening_fen
    found = []
    for key in {*told, *((channel_id, day) for channel_id, day in sent)}:
        statement, done = told.get(key), closed.get(key)
        channel = channels[key[0]]
        found.append(
            Day(
                channel,
                key[1],
                opened.get(key),
                statement.closing_fen if statement else None,
                done.closing_fen if done else cash_on(session, channel, key[1]),
                done.closed_at if done else None,
            )
        )
    is_open = sorted((one for one in found if not one.closed_at), key=_by_day)
    return is_open + sorted((one for one in found if one.closed_at), key=_by_day, reverse=True)


def _by_day(one: Day) -> tuple[date, str]:
    return one.day, one.channel.code


def closable_since(session: Session) -> tuple[int, datetime | None]:
    """Return how many statements wait for their day to be closed, and since when the first does."""
    closed = exists().where(
        BankDay.channel_id == BankStatement.channel_id,
        BankDay.day == BankStatement.booked_on,
        ~reopened(),
    )
    count, since = session.execute(
        select(func.count(), func.min(InboundFile.received_at))
        .select_from(BankStatement)
        .join(InboundFile, InboundFile.id == BankStatement.inbound_file_id)
        .where(~closed, ~replaced())
    ).one()
    return count, since


def failed_groups(session: Session) -> list[FailedGroup]:
    """Return failed payments by programme and month, with how many can be issued again.

    What was left out of a signed list and released is issued again with them.
    """
    released = and_(
        Payment.state == "withheld",
        exists().where(HeldLine.payment_id == Payment.id, HeldLine.ended_how == "released"),
    )
    rows = session.execute(
        select(
            Payment.programme,
            Batch.month,
            func.count(),
            func.sum(Payment.amount_fen),
            func.count().filter(or_(released, is_corrected())),
        )
        .join(Batch, Batch.id == Payment.batch_id)
        .where(or_(Payment.state.in_(FAILED), released))
        .group_by(Payment.programme, Batch.month)
        .order_by(Batch.month.desc(), Payment.programme)
    )
    return [FailedGroup(code, month, n, int(fen), ready) for code, month, n, fen, ready in rows]


def failed(session: Session, *, page: int = 1) -> tuple[list[FailedLine], int]:
    """Return one page of failed payments, those that can be issued again first."""
    total = session.scalar(
        select(func.count()).select_from(Payment).where(Payment.state.in_(FAILED))
    )
    corrected = is_corrected()
    rows = session.execute(
        select(Payment, Batch.month, Account.tail, corrected)
        .join(Batch, Batch.id == Payment.batch_id)
        .outerjoin(Account, Account.id == Payment.account_id)
        .where(Payment.state.in_(FAILED))
        .order_by(corrected.desc(), Batch.month.desc(), Payment.programme, Payment.id)
        .offset((page - 1) * ROWS_PER_PAGE)
        .limit(ROWS_PER_PAGE)
    )
    found = [
        FailedLine(payment, month, tail or "", bool(is_)) for payment, month, tail, is_ in rows
    ]
    return found, total or 0


def return_undone_on(session: Session, payment: Payment) -> date | None:
    """Return the day on which the bank last took a payment's return back, or None."""
    return session.scalar(
        select(func.max(BankStatement.booked_on))
        .join(StatementLine, StatementLine.statement_id == BankStatement.id)
        .where(
            StatementLine.payment_id == payment.id,
            StatementLine.matched == "return_undone",
            ~replaced(),
        )
    )


def is_replaced() -> ColumnElement[bool]:
    """Whether a file in quarantine was followed by one of its name that was believed.

    A pair, and what came for a closed day, is never repaired by a name: somebody decides it.
    """
    later = aliased(InboundFile)
    return exists().where(
        later.channel_id == InboundFile.channel_id,
        later.file_name == InboundFile.file_name,
        later.state == "applied",
        later.received_at > InboundFile.received_at,
        InboundFile.conflicts_with_id.is_(None),
        ~InboundFile.faults.contains([{"code": "day_closed"}]),
    )


def is_still_open() -> ColumnElement[bool]:
    """Whether a line that moved nothing, joined to its payment, is still a question to somebody.

    Of a payment that is settled only a contradiction is, until it is answered.
    """
    return ~is_resolved() & or_(
        ReplyLine.payment_id.is_(None),
        Payment.state.in_(("sent", "unknown")),
        ReplyLine.outcome == "contradiction",
    )


def channel_by_code(session: Session, code: str) -> BankChannel | None:
    return session.scalars(select(BankChannel).where(BankChannel.code == code)).first()


def is_corrected() -> ColumnElement[bool]:
    """Whether the payee has another account now, the failure is final, and nothing was paid instead."""
    now, first = aliased(Account), aliased(Payment)
    paid_late = exists().where(
        ReplyLine.payment_id == Payment.id,
        ReplyLine.outcome == "contradiction",
        ReplyLine.said == "paid",
        ~is_resolved(),
    )
    paid_first = exists().where(first.id == Payment.replaces_id, first.state == "paid")
    paid_twice = exists().where(DoublePayment.first_id == Payment.id)
    corrected = exists().where(
        and_(
            now.person_id == Payment.payee_person_id,
            now.known_to.is_(None),
            now.id != Payment.account_id,
        )
    )
    return ~paid_late & ~paid_first & ~paid_twice & corrected
