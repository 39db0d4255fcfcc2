"""Payments as their bank is told them, in the order of their lines, and without a row in memory for each."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bank_adapters import Instruction
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation.encryption import sealer
from service.foundation.ids import reference_of
from service.residents.models import Account

_AT_A_TIME = 2_000


def instructions(
    session: Session, *which: ColumnElement[bool], purpose: str
) -> Iterator[Instruction]:
    """Yield what is written into the bank's file for the payments that ``which`` selects, by id.

    Only columns are read, some thousands at a time: a file may have hundreds of thousands of lines.
    """
    rows = session.execute(
        select(
            Payment.id,
            Payment.payee_name,
            Payment.amount_fen,
            Account.card_sealed,
            Account.card_index,
            Account.bank_code,
            Account.bank_name,
        )
        .join(Account, Account.id == Payment.account_id)
        .where(*which)
        .order_by(Payment.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    opened = sealer().open
    for number, name, amount_fen, card_sealed, card_index, bank_code, bank_name in rows:
        yield Instruction(
            reference=reference_of(number),
            account_no=opened(card_sealed, f"accounts:card:{card_index.hex()}"),
            account_name=name or "",
            amount_fen=amount_fen,
            bank_code=bank_code,
            bank_name=bank_name,
            purpose=purpose,
        )


def sent_lines(session: Session, file: BankFile) -> list[Instruction]:
    """Return a file's payments in the order they were written, without the words on them.

    For banks whose answers do not repeat our reference: their lines are compared with these.
    """
    return list(instructions(session, Payment.bank_file_id == file.id, purpose=""))
