"""Write camt.055: ask the bank not to execute payments of one earlier file. The answer may never come."""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.iso20022.pain001 import CLEARING, NAMESPACE, escaped
from bank_adapters.money import yuan_text

VERSION = "camt.055.001.08"


def render(
    header: FileHeader, instructions: Sequence[Instruction], version: str = VERSION
) -> bytes:
    """Return the whole document as UTF-8; `header.cancels_file` is the file it is about."""
    total = yuan_text(sum(one.amount_fen for one in instructions))
    counts = f"<NbOfTxs>{len(instructions)}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    original = escaped(header.cancels_file)
    opening = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE.format(version)}"><CstmrPmtCxlReq>\n'
        f"<Assgnmt><Id>{escaped(header.file_reference)}</Id>"
        f"<Assgnr><Pty><Nm>{escaped(header.debtor_name)}</Nm></Pty></Assgnr>"
        f"<Assgne><Agt><FinInstnId>{CLEARING.format(escaped(header.debtor_bank_code))}"
        "</FinInstnId></Agt></Assgne>"
        f"<CreDtTm>{header.created_at.isoformat(timespec='seconds')}</CreDtTm></Assgnmt>\n"
        f"<CtrlData>{counts}</CtrlData>\n"
        f"<Undrlyg><OrgnlPmtInfAndCxl><OrgnlPmtInfId>{original}</OrgnlPmtInfId>"
        f"<OrgnlGrpInf><OrgnlMsgId>{original}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>{escaped(header.cancels_format)}</OrgnlMsgNmId></OrgnlGrpInf>"
        f"{counts}<PmtInfCxl>false</PmtInfCxl>\n"
    )
    payments = "".join(_payment(header, one) for one in instructions)
    closing = "</OrgnlPmtInfAndCxl></Undrlyg></CstmrPmtCxlReq></Document>\n"
    return (opening + payments + closing).encode("utf-8")


def _payment(header: FileHeader, instruction: Instruction) -> str:
    reference = escaped(instruction.reference)
    return (
        f"<TxInf><CxlId>{reference}</CxlId><OrgnlInstrId>{reference}</OrgnlInstrId>"
        f"<OrgnlEndToEndId>{reference}</OrgnlEndToEndId>"
        f'<OrgnlInstdAmt Ccy="CNY">{yuan_text(instruction.amount_fen)}</OrgnlInstdAmt>'
        f"<OrgnlReqdExctnDt><Dt>{header.execution_date.isoformat()}</Dt></OrgnlReqdExctnDt>"
        f"<CxlRsnInf><Rsn><Cd>{escaped(header.cancel_reason)}</Cd></Rsn></CxlRsnInf></TxInf>\n"
    )
