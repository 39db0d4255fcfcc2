"""Write ABC-style messages: a batch transfer (itms0002), the question about it (itms0003).

The bank wants a new ERP number for every new attempt: ours is the payment's reference, and a
payment issued again is a new payment with a new one. Names of fields are [memory].
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.direct.profile import Customer, at_the_bank
from bank_adapters.money import yuan_text


def payments(header: FileHeader, instructions: Sequence[Instruction], customer: Customer) -> bytes:
    """Return the batch transfer; the same input gives the same bytes."""
    return _message(
        {
            **_head("itms0002", header.file_reference, header.created_at, customer),
            "execDate": f"{header.execution_date:%Y%m%d}",
            "payAccNo": header.debtor_account,
            "payAccName": header.debtor_name,
            "totalNum": str(len(instructions)),
            "totalAmt": yuan_text(sum(one.amount_fen for one in instructions)),
            "details": [
                {
                    "erpNo": one.reference,
                    "recAccNo": one.account_no,
                    "recAccName": one.account_name,
                    "recBankNo": one.bank_code,
                    "recBankName": one.bank_name,
                    "currency": "CNY",
                    "amount": yuan_text(one.amount_fen),
                    "summary": one.purpose,
                }
                for one in instructions
            ],
        }
    )


def question(header: FileHeader, customer: Customer, references: Sequence[str]) -> bytes:
    """Return the question what became of these payments of a file; at most every five minutes."""
    return question_about(header.file_reference, customer, references, header.created_at)


def question_about(
    reference: str, customer: Customer, payments_of: Sequence[str], at: datetime
) -> bytes:
    """Return the question what became of payments of the file of this reference."""
    return _message(
        {
            **_head("itms0003", reference, at, customer),
            "details": [{"erpNo": one} for one in payments_of],
        }
    )


def statement(account: str, day: date, customer: Customer, asked_as: str, at: datetime) -> bytes:
    """Return the question for an account's statement of one day (transaction assumed)."""
    days = {"beginDate": f"{day:%Y%m%d}", "endDate": f"{day:%Y%m%d}"}
    return _message({**_head("statement", asked_as, at, customer), "accNo": account, **days})


def _head(transaction: str, reference: str, at: datetime, customer: Customer) -> dict[str, object]:
    return {
        "transCode": transaction,
        "reqId": reference,
        "reqTime": f"{at_the_bank(at):%Y%m%d%H%M%S}",
        "customerNo": customer.number,
    }


def _message(content: dict[str, object]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return (text + "\n").encode("utf-8")
