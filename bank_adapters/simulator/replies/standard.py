"""Write pain.002 in the version that goes with the order's."""

from __future__ import annotations

from xml.sax.saxutils import escape

from bank_adapters.simulator.fates import REASONS, Said
from bank_adapters.simulator.replies.answer import Answer, Told

STAMP = "2026-01-01T08:00:00+08:00"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.{}"
VERSIONS = {"pain.001.001.03": "03", "pain.001.001.09": "10", "pain.001.001.11": "13"}
WORDS = {Said.PAID: "ACSC", Said.REJECTED: "RJCT", Said.PENDING: "ACSP"}


def yuan(amount_fen: int) -> str:
    """Return fen as yuan text."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def status_report(answer: Answer) -> bytes:
    """Return a pain.002 naming every payment of the answer."""
    order = answer.order
    group = (
        f"<OrgnlNbOfTxs>{len(order.lines)}</OrgnlNbOfTxs>"
        f"<OrgnlCtrlSum>{yuan(order.amount_fen + answer.wrong_fen)}</OrgnlCtrlSum>"
        f"<GrpSts>{_group_status(answer)}</GrpSts>{_per_status(answer)}"
    )
    block = ""
    if not answer.group_only:
        lines = "\n".join(_transaction(one) for one in answer.lines)
        block = (
            f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{order.file_reference}</OrgnlPmtInfId>\n{lines}"
            "</OrgnlPmtInfAndSts>"
        )
    message_id = f"ISO-{order.file_reference}"[: 35 - len(answer.mark)] + answer.mark
    return _report(message_id, order.file_reference, order.message, group, block)


def refusal_report(message_id: str, file_reference: str, code: str, message: str) -> bytes:
    """Return a pain.002 refusing a whole file."""
    group = f"<GrpSts>RJCT</GrpSts>{_why(code)}"
    return _report(message_id, file_reference or "NOTPROVIDED", message, group, "")


def _status(one: Told) -> str:
    return one.status or WORDS[one.said]


def _per_status(answer: Answer) -> str:
    if answer.group_only:
        return ""
    found: dict[str, list[int]] = {}
    for one in answer.lines:
        found.setdefault(_status(one), []).append(one.line.amount_fen)
    return "".join(
        f"<NbOfTxsPerSts><DtldNbOfTxs>{len(amounts)}</DtldNbOfTxs><DtldSts>{status}</DtldSts>"
        f"<DtldCtrlSum>{yuan(sum(amounts) + answer.wrong_fen)}</DtldCtrlSum></NbOfTxsPerSts>"
        for status, amounts in sorted(found.items())
    )


def _group_status(answer: Answer) -> str:
    if answer.group_only:
        return "ACSC"
    if answer.lines and all(one.said is Said.REJECTED for one in answer.lines):
        return "RJCT" if len(answer.lines) == len(answer.order.lines) else "PART"
    if answer.lines and all(one.said is Said.PENDING for one in answer.lines):
        return "ACSP"
    return "ACSC" if answer.settled else "PART"


def _transaction(one: Told) -> str:
    reference = escape(one.line.reference)
    why = _why(one.code) if one.said is Said.REJECTED else ""
    return (
        f"<TxInfAndSts><OrgnlInstrId>{reference}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{_status(one)}</TxSts>{why}"
        f'<OrgnlTxRef><Amt><InstdAmt Ccy="CNY">{yuan(one.line.amount_fen)}</InstdAmt></Amt>'
        "</OrgnlTxRef></TxInfAndSts>"
    )


def _why(code: str) -> str:
    words = REASONS.get(code, "")
    said = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    return f"<StsRsnInf><Rsn><Cd>{escape(code)}</Cd></Rsn>{said}</StsRsnInf>"


def _report(message_id: str, file_reference: str, message: str, group: str, block: str) -> bytes:
    message = message or "pain.001.001.09"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE.format(VERSIONS[message])}"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{STAMP}</CreDtTm></GrpHdr>\n"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(file_reference)}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>{message}</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>\n"
        f"{block}</CstmrPmtStsRpt></Document>\n"
    ).encode()
