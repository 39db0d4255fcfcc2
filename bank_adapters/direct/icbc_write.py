"""Write ICBC-style messages: a batch of payments (PAYPER), the question about it (QPAYPER).

`fSeqno` is our file's reference and `iSeqno` each payment's: the bank tells a repetition by them.
The finished bytes go to the local signing service as they are; `form` is what is then posted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.direct.profile import Customer, at_the_bank

DECLARATION = '<?xml version="1.0" encoding="GBK"?>\n'
ENCODING = "gbk"
BANK = "102"


def payments(header: FileHeader, instructions: Sequence[Instruction], customer: Customer) -> bytes:
    """Return the batch of payments; the same input gives the same bytes."""
    total_fen = sum(one.amount_fen for one in instructions)
    lines = "\n".join(_payment(header, one) for one in instructions)
    body = (
        _elements(
            OnlBatF="1",
            SettleMode="0",
            TotalNum=str(len(instructions)),
            TotalAmt=str(total_fen),
            SignTime=f"{at_the_bank(header.created_at):%Y%m%d%H%M%S}000",
        )
        + f"\n{lines}\n"
    )
    return _message("PAYPER", header.created_at, header.file_reference, customer, body)


def question(header: FileHeader, customer: Customer, asked_as: str) -> bytes:
    """Return the question what became of a file; `asked_as` is this question's own number."""
    return question_about(header.file_reference, customer, asked_as, header.created_at)


def question_about(reference: str, customer: Customer, asked_as: str, at: datetime) -> bytes:
    """Return the question what became of the file of this reference."""
    body = _elements(QryfSeqno=reference, QrySerialNo="")
    return _message("QPAYPER", at, asked_as, customer, body)


def statement(account: str, day: date, customer: Customer, asked_as: str, at: datetime) -> bytes:
    """Return the question for an account's statement of one day (transaction assumed)."""
    body = _elements(AccNo=account, BeginDate=f"{day:%Y%m%d}", EndDate=f"{day:%Y%m%d}")
    return _message("QSTMT", at, asked_as, customer, body)


def form(transaction: str, signed: str, customer: Customer, package: str) -> bytes:
    """Return the body of the HTTP request around a signed message (field names [memory])."""
    fields = {
        "Version": "0.0.1.0",
        "TransCode": transaction,
        "BankCode": BANK,
        "GroupCIS": customer.number,
        "ID": customer.certificate,
        "PackageID": package,
        "Cert": "",
        "reqData": signed,
    }
    return urlencode(fields).encode("ascii")


def _message(transaction: str, at: datetime, sequence: str, customer: Customer, body: str) -> bytes:
    public = _elements(
        TransCode=transaction,
        CIS=customer.number,
        BankCode=BANK,
        ID=customer.certificate,
        TranDate=f"{at_the_bank(at):%Y%m%d}",
        TranTime=f"{at_the_bank(at):%H%M%S}000",
        fSeqno=sequence,
    )
    text = f"{DECLARATION}<CMS><eb><pub>{public}</pub><in>{body}</in></eb></CMS>\n"
    return text.encode(ENCODING)


def _payment(header: FileHeader, one: Instruction) -> str:
    inside = one.bank_code.startswith(BANK)
    fields = _elements(
        iSeqno=one.reference,
        PayType="1",
        PayAccNo=header.debtor_account,
        PayAccNameCN=header.debtor_name,
        RecAccNo=one.account_no,
        RecAccNameCN=one.account_name,
        SysIOFlg="1" if inside else "2",
        IsSameCity="",
        RecICBCCode="",
        RecBankNo=one.bank_code,
        RecBankName=one.bank_name,
        CurrType="001",
        PayAmt=str(one.amount_fen),
        UseCode="",
        UseCN=one.purpose,
    )
    return f"<rd>{fields}</rd>"


def _elements(**fields: str) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
