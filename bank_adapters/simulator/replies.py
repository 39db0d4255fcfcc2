"""Write the bank's answers: pain.002.001.10 status reports and filled-in return sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bank_adapters.simulator.orders import Order, OrderLine
from bank_adapters.simulator.plan import REASONS, Decision, Deed

STAMP = "2026-01-01T08:00:00+08:00"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


@dataclass(frozen=True, slots=True)
class Answered:
    """One payment with what was decided; the sheet writes both together."""

    serial: int
    line: OrderLine
    decision: Decision

    @property
    def rejected(self) -> bool:
        """Whether no money moved."""
        return self.decision.deed is Deed.REJECT


def yuan(amount_fen: int) -> str:
    """Return fen as yuan text."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def status_report(
    message_id: str, order: Order, answered: Sequence[Answered], *, wrong_fen: int = 0
) -> bytes:
    """Return a pain.002 naming every payment but the silent ones; `wrong_fen` spoils the sums."""
    told = [one for one in answered if one.decision.deed is not Deed.SILENT]
    sums = "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{len(having)}</DtldNbOfTxs><DtldSts>{status}</DtldSts>"
        f"<DtldCtrlSum>{yuan(sum(one.line.amount_fen for one in having) + wrong_fen)}"
        "</DtldCtrlSum></NbOfTxsPerSts>"
        for status, rejected in (("ACSC", False), ("RJCT", True))
        if (having := [one for one in told if one.rejected is rejected])
    )
    group = (
        f"<OrgnlNbOfTxs>{len(answered)}</OrgnlNbOfTxs>"
        f"<OrgnlCtrlSum>{yuan(order.amount_fen + wrong_fen)}</OrgnlCtrlSum>"
        f"<GrpSts>{_group_status(answered)}</GrpSts>{sums}"
    )
    lines = "\n".join(_transaction(one) for one in told)
    block = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{order.file_reference}</OrgnlPmtInfId>\n{lines}"
        "</OrgnlPmtInfAndSts>"
    )
    return _report(message_id, order.file_reference, group, block)


def refusal_report(message_id: str, file_reference: str, code: str) -> bytes:
    """Return a pain.002 refusing a whole file."""
    group = f"<GrpSts>RJCT</GrpSts>{_why(code)}"
    return _report(message_id, file_reference or "NOTPROVIDED", group, "")


def return_sheet(order: Order, answered: Sequence[Answered], *, wrong_fen: int = 0) -> bytes:
    """Return the customer's own sheet with results beside each line, silent ones left out."""
    told = [one for one in answered if one.decision.deed is not Deed.SILENT]
    paid = [one for one in told if not one.rejected]
    closing = "|".join(
        (
            "########",
            str(len(told)),
            yuan(sum(one.line.amount_fen for one in told) + wrong_fen),
            str(len(paid)),
            yuan(sum(one.line.amount_fen for one in paid)),
        )
    )
    columns = "序号|账号|户名|金额|跨行标识|行名|联行行号|摘要|备注|处理结果|失败原因"
    rows = [order.header, columns, *(_sheet_row(one) for one in told), closing]
    return "".join(row + "\r\n" for row in rows).encode("gb18030")


def refusal_notice(code: str) -> bytes:
    """Return the note a bank leaves for a sheet it could not read at all."""
    return f"文件未受理：{code} {REASONS.get(code, '')}\r\n".encode("gb18030")


def _sheet_row(one: Answered) -> str:
    if one.rejected:
        return f"{one.line.written}|失败|{one.decision.code} {one.decision.reason}".rstrip()
    return f"{one.line.written}|成功|"


def _group_status(answered: Sequence[Answered]) -> str:
    if all(one.rejected for one in answered):
        return "RJCT"
    settled = all(one.decision.deed in {Deed.ACCEPT, Deed.RETURN} for one in answered)
    return "ACSC" if settled else "PART"


def _transaction(one: Answered) -> str:
    reference = escape(one.line.reference)
    status = "RJCT" if one.rejected else "ACSC"
    why = _why(one.decision.code) if one.rejected else ""
    return (
        f"<TxInfAndSts><OrgnlInstrId>{reference}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan(one.line.amount_fen)}</InstdAmt></Amt>'
        "</OrgnlTxRef></TxInfAndSts>"
    )


def _why(code: str) -> str:
    words = REASONS.get(code, "")
    said = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    return f"<StsRsnInf><Rsn><Cd>{escape(code)}</Cd></Rsn>{said}</StsRsnInf>"


def _report(message_id: str, file_reference: str, group: str, block: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{STAMP}</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(file_reference)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>\n"
        f"{block}</CstmrPmtStsRpt></Document>\n"
    ).encode()
