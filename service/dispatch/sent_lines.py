"""Payments as their bank is told them, in the order of their lines, and without a row in memory for each."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, false, select
from sqlalchemy.orm import Session

from bank_adapters import Instruction
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation.encryption import sealer
from service.foundation.ids import reference_of
from service.residents.models import Account, PersonIdentifier

_AT_A_TIME = 2_000


def instructions(
    session: Session, *which: ColumnElement[bool], purpose: str, with_id_no: bool = False
) -> Iterator[Instruction]:
    """Yield what is written into the bank's file for the payments that ``which`` selects, by id.

    ID numbers are opened from where they lie sealed only ``with_id_no``: for a bank whose file has a
    column for them. The number in force comes before those that the police replaced; who has none is
    told without, and the bank's profile says whether that will do.

    Only columns are read, some thousands at a time: a file may have hundreds of thousands of lines.
    """
    query = (
        select(
            Payment.id,
            Payment.payee_name,
            Payment.amount_fen,
            Account.card_sealed,
            Account.card_index,
            Account.bank_code,
            Account.bank_name,
            PersonIdentifier.value_sealed,
            PersonIdentifier.value_index,
        )
        .join(Account, Account.id == Payment.account_id)
        .outerjoin(PersonIdentifier, _id_number() if with_id_no else false())
        .where(*which)
        .order_by(Payment.id)
        .execution_options(yield_per=_AT_A_TIME)
    )
    opened = sealer().open
    for row in session.execute(query):
        number, name, amount_fen, card_sealed, card_index, bank_code, bank_name, id_no, id_index = (
            row
        )
        yield Instruction(
            reference=reference_of(number),
            account_no=opened(card_sealed, f"accounts:card:{card_index.hex()}"),
            account_name=name or "",
            amount_fen=amount_fen,
            bank_code=bank_code,
            bank_name=bank_name,
            purpose=purpose,
            payee_id_no=opened(id_no, f"person_identifiers:value:{id_index.hex()}")
            if id_no
            else "",
        )


def _id_number() -> ColumnElement[bool]:
    """Join the payee's ID number in force, or the last one replaced."""
    last = (
        select(PersonIdentifier.id)
        .where(
            PersonIdentifier.person_id == Payment.payee_person_id, PersonIdentifier.kind == "id18"
        )
        .order_by(PersonIdentifier.valid_to.desc().nulls_first(), PersonIdentifier.id.desc())
        .limit(1)
        .correlate(Payment)
    )
    return PersonIdentifier.id == last.scalar_subquery()


def sent_lines(session: Session, file: BankFile) -> list[Instruction]:
    """Return a file's payments in the order they were written, without the words on them.

    For banks whose answers do not repeat our reference: their lines are compared with these.
    """
    return list(instructions(session, Payment.bank_file_id == file.id, purpose=""))
