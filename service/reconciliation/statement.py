"""Receive a bank's account statement: post its movements and recognise what came back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters import EntryKind, Statement, StatementEntry, adapter_for
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.lines import move_lines
from service.batches.models import Payment
from service.batches.recoveries.book import book_offsets
from service.dispatch.models import BankFile
from service.foundation.ids import number_of
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post
from service.reconciliation.keep import fault_of, keep, our_fault, seen_before
from service.reconciliation.models import BankStatement, InboundFile, StatementLine


def receive_statement(
    session: Session, channel: BankChannel, name: str, content: bytes, *, by: Actor
) -> InboundFile:
    """Read a statement file completely and post its entries in this transaction.

    Kept in quarantine, posting nothing: a file that cannot be believed, one about another account,
    one whose entries do not lead from its opening to its closing balance, and a statement that came
    before with other content.
    """
    known = seen_before(session, channel, content, by=by)
    if known is not None:
        return known
    read = adapter_for(channel.profile).read_statement(content)
    faults = [fault_of(fault) for fault in read.faults]
    for statement in read.statements:
        faults += _our_faults(session, channel, statement)
    quarantined = any(fault["fatal"] for fault in faults)
    inbound = keep(
        session, channel, "statement", name, content, faults=faults, quarantined=quarantined, by=by
    )
    if not quarantined:
        for statement in read.statements:
            _book(session, channel, inbound, statement, by)
    return inbound


def _our_faults(
    session: Session, channel: BankChannel, statement: Statement
) -> list[dict[str, object]]:
    faults = []
    if statement.account != channel.debtor_account:
        faults.append(
            our_fault(
                "account_unknown",
                "The statement is about an account that is not this channel's.",
                "该对账单的账户不是本通道的付款账户。",
            )
        )
    moved = sum(entry.signed_fen for entry in statement.entries)
    if statement.opening_fen + moved != statement.closing_fen:
        faults.append(
            our_fault(
                "balances_differ",
                "The statement's entries do not lead from its opening to its closing balance.",
                "对账单明细与期初、期末余额不符。",
            )
        )
    twice = session.scalars(
        select(BankStatement).where(
            BankStatement.channel_id == channel.id,
            BankStatement.statement_id == statement.statement_id,
            BankStatement.booked_on == statement.booked_on,
        )
    ).first()
    if twice is not None:
        faults.append(
            our_fault(
                "statement_twice",
                f"Statement {statement.statement_id} of {statement.booked_on} came before with other content.",
                f"{statement.booked_on} 的对账单 {statement.statement_id} 曾以不同内容收到。",
            )
        )
    return faults


def _book(
    session: Session, channel: BankChannel, inbound: InboundFile, statement: Statement, by: Actor
) -> None:
    kept = BankStatement(
        inbound_file_id=inbound.id,
        channel_id=channel.id,
        statement_id=statement.statement_id,
        number=statement.number,
        booked_on=statement.booked_on,
        opening_fen=statement.opening_fen,
        closing_fen=statement.closing_fen,
    )
    session.add(kept)
    session.flush()
    for entry in statement.entries:
        matched, payment_id = _book_entry(session, channel, kept, entry, by)
        session.add(
            StatementLine(
                statement_id=kept.id,
                ordinal=entry.ordinal,
                kind=entry.kind.value,
                signed_fen=entry.signed_fen,
                reference=entry.reference[:40],
                file_reference=entry.file_reference[:40],
                bank_reference=entry.bank_reference[:40],
                reason_code=entry.reason_code[:10],
                matched=matched,
                payment_id=payment_id,
            )
        )
    record(
        session,
        "statement.booked",
        by=by,
        on=("bank_statements", kept.id),
        details={
            "channel": channel.code,
            "booked_on": statement.booked_on.isoformat(),
            "entries": len(statement.entries),
            "opening_fen": statement.opening_fen,
            "closing_fen": statement.closing_fen,
        },
    )


def _book_entry(
    session: Session, channel: BankChannel, kept: BankStatement, entry: StatementEntry, by: Actor
) -> tuple[str, int | None]:
    cash = account_code("bank_cash", channel=channel.code)
    clearing = account_code("bank_clearing", channel=channel.code)
    event_id = f"{kept.id}:{entry.ordinal}"
    if entry.kind in {EntryKind.BATCH_DEBIT, EntryKind.PAYMENT_DEBIT} and _ours(
        session, channel, entry
    ):
        post(
            session, "statement.debited", event_id,
            {clearing: entry.amount_fen, cash: -entry.amount_fen}, booked_on=kept.booked_on,
        )  # fmt: skip
        return "file", None
    payment = _came_back(session, channel, entry)
    if payment is not None:
        post(
            session, "statement.returned", event_id,
            {cash: entry.amount_fen, clearing: -entry.amount_fen}, booked_on=kept.booked_on,
        )  # fmt: skip
        _return(session, channel, payment, kept, entry, by)
        return "return", payment.id
    post(
        session, "statement.unidentified", event_id,
        {cash: entry.signed_fen, account_code("unidentified_receipts"): -entry.signed_fen},
        booked_on=kept.booked_on,
    )  # fmt: skip
    return "unidentified", None


def _ours(session: Session, channel: BankChannel, entry: StatementEntry) -> bool:
    if entry.credit:
        return False
    return (
        session.scalars(
            select(BankFile.id).where(
                BankFile.file_reference == entry.file_reference, BankFile.channel_id == channel.id
            )
        ).first()
        is not None
    )


def _came_back(session: Session, channel: BankChannel, entry: StatementEntry) -> Payment | None:
    """Return the payment a credit gives back: our own reference, the same amount, this bank."""
    number = number_of(entry.reference)
    if (
        not entry.credit
        or entry.kind not in {EntryKind.RETURN, EntryKind.REVERSAL}
        or number is None
    ):
        return None
    payment = session.get(Payment, number, with_for_update=True, populate_existing=True)
    if (
        payment is None
        or payment.amount_fen != entry.amount_fen
        or payment.channel_id != channel.id
        or payment.state not in {"paid", "sent", "unknown"}
    ):
        return None
    return payment


def _return(
    session: Session,
    channel: BankChannel,
    payment: Payment,
    kept: BankStatement,
    entry: StatementEntry,
    by: Actor,
) -> None:
    programme, amount_fen, before = payment.programme, payment.amount_fen, payment.state
    settled = account_code("settled", programme=programme)
    if before != "paid":
        # It came back before the bank ever said it was paid: it was paid all the same.
        in_transit = account_code("in_transit", channel=channel.code, programme=programme)
        post(
            session, "return.settled_first", str(payment.id),
            {settled: amount_fen, in_transit: -amount_fen}, booked_on=kept.booked_on,
        )  # fmt: skip
    post(
        session, "payment.returned", str(payment.id),
        {account_code("returned_held", programme=programme): amount_fen, settled: -amount_fen},
        booked_on=kept.booked_on, channel=channel.code,
    )  # fmt: skip
    move_lines(
        session,
        Payment.id == payment.id,
        now=before,
        then="returned",
        by=by,
        on=("bank_statements", kept.id),
        values={
            "result_code": entry.reason_code,
            "settled_on": payment.settled_on or kept.booked_on,
        },
    )
    book_offsets(session, programme)
