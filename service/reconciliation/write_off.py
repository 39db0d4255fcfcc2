"""Write off a small movement that nobody could find the owner of: two people, a reason and a limit.

The money stays where the bank has it; the books move it from the receipts to an account of its own.
"""

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.money import yuan
from service.ledger.asks.ask import AskRefused, ask
from service.ledger.asks.models import FinanceAsk
from service.ledger.models import BankChannel, LedgerEntry
from service.ledger.post import account_code, post
from service.officers.models import Officer
from service.reconciliation.models import BankStatement, StatementLine, StatementReplacement
from service.reconciliation.replaced import replaced

KIND = "write_off"
LIMIT_FEN = 1_000_00
"""What two officers may write off at most; more is the council's to decide, outside of this service."""


def ask_to_write_off(
    session: Session, line: StatementLine, *, reason: str, by: Officer
) -> FinanceAsk:
    """Ask another officer to give a movement up. Raises AskRefused."""
    _require_writable(session, line)
    return ask(
        session,
        KIND,
        str(line.id),
        amount_fen=line.signed_fen,
        reason=reason,
        details={"line": line.ordinal, "statement": str(line.statement_id)},
        by=by,
    )


def write_off(session: Session, asked: FinanceAsk, *, by: Officer) -> None:
    """Post it, once another officer has confirmed. Raises AskRefused when it was settled meanwhile."""
    del by  # The answer names the officer.
    line = session.get_one(StatementLine, int(asked.thing_id))
    _require_writable(session, line)
    statement = session.get_one(BankStatement, line.statement_id)
    done = post(
        session,
        "receipt.written_off",
        str(line.id),
        {
            account_code("unidentified_receipts"): line.signed_fen,
            account_code("receipts_written_off"): -line.signed_fen,
        },
        booked_on=max(clock.today(), statement.booked_on),
    )
    if not done:
        raise AskRefused("This movement was written off already.", "该笔收支已核销。")


def writable(session: Session) -> list[tuple[StatementLine, BankStatement, str]]:
    """Return movements of nobody that are small enough and not given up, oldest first, with the bank."""
    gone = (
        select(LedgerEntry.id)
        .where(
            LedgerEntry.event_type == "receipt.written_off",
            LedgerEntry.event_id == cast(StatementLine.id, Text),
        )
        .exists()
    )
    rows = session.execute(
        select(StatementLine, BankStatement, BankChannel.name)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(BankChannel, BankChannel.id == BankStatement.channel_id)
        .where(
            StatementLine.matched == "unidentified",
            func.abs(StatementLine.signed_fen) <= LIMIT_FEN,
            ~gone,
            ~replaced(),
        )
        .order_by(BankStatement.booked_on, StatementLine.id)
        .limit(50)
    )
    return [(line, statement, bank) for line, statement, bank in rows]


def is_written_off(session: Session, line: StatementLine) -> bool:
    """Return whether two officers gave a movement up."""
    return (
        session.scalar(
            select(LedgerEntry.id).where(
                LedgerEntry.event_type == "receipt.written_off",
                LedgerEntry.event_id == str(line.id),
            )
        )
        is not None
    )


def _require_writable(session: Session, line: StatementLine) -> None:
    if session.get(StatementReplacement, line.statement_id) is not None:
        raise AskRefused(
            "The bank corrected this statement: its movements count no more.",
            "该对账单已被更正后的对账单替换，其明细不再有效。",
        )
    if line.matched != "unidentified":
        raise AskRefused(
            "This movement belongs to something of ours.", "该笔收支已有归属，不能核销。"
        )
    if abs(line.signed_fen) > LIMIT_FEN:
        raise AskRefused(
            f"{yuan(abs(line.signed_fen))} yuan is above the limit of {yuan(LIMIT_FEN)} yuan.",
            f"{yuan(abs(line.signed_fen))} 元超过核销限额 {yuan(LIMIT_FEN)} 元。",
        )
    if is_written_off(session, line):
        raise AskRefused("This movement was written off already.", "该笔收支已核销。")
