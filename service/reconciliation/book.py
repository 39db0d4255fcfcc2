"""Book a bank's account statement: believe it whole, match its entries in sets, move and post.

Cash is booked from statements alone, one posting for each kind of movement and value date. The
ledger's booking day is the statement's day: the day on which the bank's balance moved, so that both
balances are of the same day. The value date stands beside it where the bank names another; interest
counts by it, and no balance does.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, column, func, select, table
from sqlalchemy.orm import Session

from bank_adapters import Statement
from bank_adapters.recognise import Message
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.lines import move_lines
from service.batches.models import Payment
from service.batches.recoveries import paid_twice
from service.batches.recoveries.book import book_offsets
from service.dispatch.heard import note_booked
from service.dispatch.models import BankFile
from service.ledger.held import take_back
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post
from service.reconciliation import chain
from service.reconciliation.cancellations.after import after_statement
from service.reconciliation.control import keep_control
from service.reconciliation.entries import (
    Returned,
    Sum,
    keep_entries,
    match_entries,
    match_undone,
)
from service.reconciliation.keep import Again, Judgement, fault_of, keep, our_fault
from service.reconciliation.models import BankStatement, InboundFile
from service.reconciliation.reading import read_movements
from service.reconciliation.staging import stage_entries

_BACK = table(
    "judged_entries",
    *(column(name) for name in ("n", "payment_id", "bank_file_id", "before", "matched")),
)
_ENTRIES = table("staged_entries", column("n"), column("reason_code"))


def take_statement(
    session: Session,
    channel: BankChannel,
    name: str,
    content: bytes,
    message: Message | None,
    *,
    by: Actor,
    again: Again | None = None,
) -> InboundFile:
    """Read a statement file completely and post its entries in this transaction.

    Kept in quarantine, posting nothing: a file that cannot be believed, one about another account,
    one whose entries do not lead from its opening to its closing balance, and a statement that came
    before with other content. ``again`` is one that was kept so and is taken after all; raises
    StillQuarantined.
    """
    read = read_movements(channel, content, message)
    faults = [fault_of(fault) for fault in read.faults]
    earlier = None
    for statement in read.statements:
        faults += _our_faults(channel, statement)
        faults += chain.faults(session, channel, statement)
        covered = came_before(session, channel, statement)
        if covered:
            earlier = session.get_one(InboundFile, covered[0].inbound_file_id)
            if covered[0].statement_id == statement.statement_id:
                faults.append(_twice_fault(statement))
    judgement = Judgement(
        "statement", faults, message.value if message else "", conflicts_with=earlier
    )
    inbound = keep(session, channel, name, content, judgement, by=by, again=again)
    if inbound.state == "applied":
        for statement in read.statements:
            if again is None or again.make_room(statement):
                _book(session, channel, inbound, statement, by)
        after_statement(session, inbound, by=by)
    return inbound


def came_before(
    session: Session, channel: BankChannel, statement: Statement
) -> list[BankStatement]:
    """Return what is booked in a statement's place: the same id and day, else what it covers."""
    kept = chain.of_channel(session, channel)
    same = [
        one
        for one in kept
        if (one.statement_id, one.booked_on) == (statement.statement_id, statement.booked_on)
    ]
    return same or chain.overlapping(kept, statement)


def _our_faults(channel: BankChannel, statement: Statement) -> list[dict[str, Any]]:
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
    return faults


def _twice_fault(statement: Statement) -> dict[str, Any]:
    return our_fault(
        "statement_twice",
        f"Statement {statement.statement_id} of {statement.booked_on} came before with other content.",
        f"{statement.booked_on} 的对账单 {statement.statement_id} 曾以不同内容收到。",
    )


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
        version_no=_versions(session, channel, statement) + 1,
    )
    session.add(kept)
    session.flush()
    stage_entries(session, statement.entries)
    returned = match_entries(session, channel.id)
    _return(session, channel, kept, returned, by)
    undone = match_undone(session, channel.id)
    _pay_after_all(session, channel, kept, undone, by)
    for sums in keep_entries(session, kept.id, kept.booked_on):
        _post(session, channel, kept, sums)
    moved = [*returned, *undone]
    for programme in sorted({one.programme for one in moved}):
        book_offsets(session, programme)
    back = select(_BACK.c.payment_id).where(_BACK.c.matched == "return")
    paid_twice.came_back(session, Payment.id.in_(back), by=by)
    for number in sorted({one.bank_file_id for one in moved}):
        keep_control(session, session.get_one(BankFile, number), inbound)
    note_booked(session, channel, kept.id, by)
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


def _versions(session: Session, channel: BankChannel, statement: Statement) -> int:
    return (
        session.scalar(
            select(func.coalesce(func.max(BankStatement.version_no), 0)).where(
                BankStatement.channel_id == channel.id,
                BankStatement.statement_id == statement.statement_id,
                BankStatement.booked_on == statement.booked_on,
            )
        )
        or 0
    )


_EVENTS = {
    "file": ("statement.debited", "bank_clearing"),
    "return": ("statement.returned", "bank_clearing"),
    "return_undone": ("statement.return_undone", "bank_clearing"),
    "unidentified": ("statement.unidentified", "unidentified_receipts"),
}


def _post(session: Session, channel: BankChannel, kept: BankStatement, one: Sum) -> None:
    """Post one kind's credits or debits: what moved on the account, against what it was for."""
    event, kind = _EVENTS[one.matched]
    against = account_code(kind, channel=channel.code if kind == "bank_clearing" else "")
    side = "credits" if one.is_credit else "debits"
    post(
        session,
        event,
        f"{kept.id}:{side}" + (f":{one.value_on}" if one.value_on else ""),
        {account_code("bank_cash", channel=channel.code): one.fen, against: -one.fen},
        booked_on=kept.booked_on,
        value_on=one.value_on,
    )


def _return(
    session: Session,
    channel: BankChannel,
    kept: BankStatement,
    returned: Sequence[Returned],
    by: Actor,
) -> None:
    """Move what came back, and take its money out of what was settled."""
    for one in returned:
        amount_fen = _move_back(session, kept, one, by)
        settled = account_code("settled", programme=one.programme)
        where = f"{kept.id}:{one.bank_file_id}:{one.before}"
        if one.before != "paid":
            # It came back before the bank ever said it was paid: it was paid all the same.
            # Of what the bank said it had cancelled, the money was committed again meanwhile.
            was_in = (
                account_code("commitments", programme=one.programme)
                if one.before == "rejected"
                else account_code("in_transit", channel=channel.code, programme=one.programme)
            )
            post(
                session, "return.settled_first", where,
                {settled: amount_fen, was_in: -amount_fen}, booked_on=kept.booked_on,
            )  # fmt: skip
        held = account_code("returned_held", programme=one.programme)
        post(
            session, "payment.returned", where, {held: amount_fen, settled: -amount_fen},
            booked_on=kept.booked_on, channel=channel.code,
        )  # fmt: skip


def _pay_after_all(
    session: Session,
    channel: BankChannel,
    kept: BankStatement,
    undone: Sequence[Returned],
    by: Actor,
) -> None:
    """A return that the bank takes back: the payee has the money, and we hold none of it."""
    for one in undone:
        mine = (_BACK.c.matched == "return_undone", _BACK.c.bank_file_id == one.bank_file_id)
        amount_fen = move_lines(
            session,
            Payment.id.in_(select(_BACK.c.payment_id).where(*mine)),
            now="returned",
            then="paid",
            by=by,
            on=("bank_statements", kept.id),
            values={"result_code": None, "result_reason": None},
        )[1]
        settled = account_code("settled", programme=one.programme)
        post(
            session, "return.undone", f"{kept.id}:{one.bank_file_id}",
            {settled: amount_fen, **take_back(session, one.programme, amount_fen)},
            booked_on=kept.booked_on, channel=channel.code,
        )  # fmt: skip


def _move_back(session: Session, kept: BankStatement, one: Returned, by: Actor) -> int:
    # Joined, not asked for each payment: a bank may send a whole list back.
    returned = and_(
        Payment.id == _BACK.c.payment_id,
        _ENTRIES.c.n == _BACK.c.n,
        _BACK.c.matched == "return",
        _BACK.c.bank_file_id == one.bank_file_id,
        _BACK.c.before == one.before,
    )
    return move_lines(
        session,
        returned,
        now=one.before,
        then="returned",
        by=by,
        on=("bank_statements", kept.id),
        values={
            "result_code": _ENTRIES.c.reason_code,
            "settled_on": func.coalesce(Payment.settled_on, kept.booked_on),
        },
    )[1]
