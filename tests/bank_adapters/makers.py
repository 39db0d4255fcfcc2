"""Make payments, and answers written by hand: no code under test writes what a reader is fed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from bank_adapters import FileHeader, Instruction

BANK_CODE = "102100099996"
CARD = "6222600260001072444"
HEADER = FileHeader(
    file_reference="OAA-2026-11-01",
    created_at=datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC),
    execution_date=date(2026, 11, 25),
    debtor_name="安心县财政局惠民专户",
    debtor_account="4000021209014411111",
    debtor_bank_code=BANK_CODE,
    programme_summary="高龄津贴 2026年11月",
)


def instruction(place: int = 1, **changes: object) -> Instruction:
    """Return one synthetic payment of 100 yuan and a few fen."""
    given: dict[str, object] = {
        "reference": f"PAY{place:07d}",
        "account_no": CARD,
        "account_name": "阿依古丽·买买提",
        "amount_fen": 10_000 + place,
        "bank_code": BANK_CODE,
        "bank_name": "工商银行安心支行",
        "purpose": "高龄津贴 2026-11",
    }
    return Instruction(**{**given, **changes})  # type: ignore[arg-type]


def instructions(count: int) -> list[Instruction]:
    """Return this many payments with different references and amounts."""
    return [instruction(place) for place in range(1, count + 1)]


class Told(NamedTuple):
    """What a hand-made answer says about one payment."""

    reference: str
    amount: str
    status: str = "ACSC"
    code: str = ""
    words: str = ""
    account_no: str = CARD
    account_name: str = "阿依古丽·买买提"


def told(payments: Sequence[Instruction]) -> list[Told]:
    """Say of every payment that it was paid."""
    return [
        Told(one.reference, f"{one.amount_fen // 100}.{one.amount_fen % 100:02d}")
        for one in payments
    ]


def fen(amount: str) -> int:
    """Return a well-formed amount's fen."""
    yuan, _, rest = amount.partition(".")
    return int(yuan) * 100 + int(rest)


def pain002(
    said: Sequence[Told],
    *,
    version: str = "10",
    file_reference: str = HEADER.file_reference,
    count: str | None = None,
    total: str | None = None,
    group: str = "",
    group_code: str = "",
    block: str = "",
    extra: str = "",
    message_id: str = "",
) -> bytes:
    """Return a pain.002 by hand; count and total fit unless given, and what it says has its own id."""
    total_fen = sum(fen(one.amount) for one in said if one.amount)
    total = total if total is not None else f"{total_fen // 100}.{total_fen % 100:02d}"
    lines = "\n".join(_transaction(one) for one in said)
    told = repr((file_reference, total, count, group, group_code, block, extra, lines))
    message_id = message_id or f"B{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}">\n'
        f"<CstmrPmtStsRpt><GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>2026-11-25T10:00:00</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{file_reference}</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"<OrgnlNbOfTxs>{len(said) if count is None else count}</OrgnlNbOfTxs>"
        f"<OrgnlCtrlSum>{total}</OrgnlCtrlSum>"
        f"{f'<GrpSts>{group}</GrpSts>' if group else ''}{_why(group_code, '')}{extra}"
        "</OrgnlGrpInfAndSts>\n"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{file_reference}</OrgnlPmtInfId>"
        f"{f'<PmtInfSts>{block}</PmtInfSts>' if block else ''}\n{lines}\n"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n"
    ).encode()


def _transaction(one: Told) -> str:
    status = f"<TxSts>{one.status}</TxSts>" if one.status else ""
    amount = (
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{one.amount}</InstdAmt></Amt></OrgnlTxRef>'
        if one.amount
        else ""
    )
    return (
        f"<TxInfAndSts><OrgnlInstrId>{one.reference}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{one.reference}</OrgnlEndToEndId>{status}"
        f"{_why(one.code, one.words)}{amount}</TxInfAndSts>"
    )


def _why(code: str, words: str) -> str:
    if not code:
        return ""
    said = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{said}</StsRsnInf>"


RESULT_WORDS = {"ACSC": "成功", "RJCT": "失败", "PDNG": "处理中"}


def sheet(
    said: Sequence[Told],
    *,
    count: str | None = None,
    total: str | None = None,
    closing: str | None = None,
    file_reference: str = HEADER.file_reference,
) -> str:
    """Return a filled-in return sheet by hand, still as text."""
    total_fen = sum(fen(one.amount) for one in said)
    whole = f"{total_fen // 100}.{total_fen % 100:02d}"
    paid = [one for one in said if one.status == "ACSC"]
    paid_fen = sum(fen(one.amount) for one in paid)
    if closing is None:
        sums = f"{paid_fen // 100}.{paid_fen % 100:02d}"
        closing = f"########|{len(said)}|{whole}|{len(paid)}|{sums}\r\n"
    header = (
        f"#建行代发|1.0|{file_reference}|20261125|2026-11-23T01:02:03+00:00|4000021209014411111"
        f"|安心县财政局|{BANK_CODE}|{len(said) if count is None else count}"
        f"|{whole if total is None else total}|高龄津贴\r\n"
    )
    columns = "序号|账号|户名|金额|跨行标识|行名|联行行号|摘要|备注|处理结果|失败原因\r\n"
    rows = "".join(
        f"{serial}|{one.account_no}|{one.account_name}|{one.amount}|1|工商银行安心支行|{BANK_CODE}|高龄津贴"
        f"|{one.reference}|{RESULT_WORDS.get(one.status, one.status)}"
        f"|{f'{one.code} {one.words}'.strip()}\r\n"
        for serial, one in enumerate(said, start=1)
    )
    return header + columns + rows + closing
