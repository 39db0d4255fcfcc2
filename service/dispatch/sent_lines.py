"""A payment as its bank is told it, and all that one file told, in the order of its lines."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters import Instruction
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation.encryption import sealer
from service.residents.models import Account


def instruction_of(payment: Payment, account: Account, purpose: str) -> Instruction:
    """Return what is written into the bank's file for one payment."""
    return Instruction(
        reference=payment.reference,
        account_no=sealer().open(account.card_sealed, f"accounts:card:{account.card_index.hex()}"),
        account_name=payment.payee_name or "",
        amount_fen=payment.amount_fen,
        bank_code=account.bank_code,
        bank_name=account.bank_name,
        purpose=purpose,
    )


def sent_lines(session: Session, file: BankFile) -> list[Instruction]:
    """Return a file's payments in the order they were written, without the words on them.

    For banks whose answers do not repeat our reference: their lines are compared with these.
    """
    rows = session.execute(
        select(Payment, Account)
        .join(Account, Account.id == Payment.account_id)
        .where(Payment.bank_file_id == file.id)
        .order_by(Payment.id)
    )
    return [instruction_of(payment, account, "") for payment, account in rows]
