"""Write pain.001.001.09: one payment block, one line of text per payment, the same bytes each time.

Written by hand rather than through a tree because a million payments must fit in a few megabytes.
Everything that comes from data passes through `escaped`, which refuses what XML cannot carry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.money import yuan_text

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
# XML 1.0 §2.2: everything outside these ranges may not stand in a document, even escaped.
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CLEARING = "<ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>{}</MmbId></ClrSysMmbId>"


class IllegalCharacter(ValueError):
    """A character XML cannot carry; the message names the code point only."""

    def __init__(self, character: str) -> None:
        super().__init__(f"U+{ord(character):04X} cannot stand in an XML document.")


def escaped(text: str) -> str:
    """Return text as XML character data. Raises IllegalCharacter."""
    illegal = ILLEGAL.search(text)
    if illegal:
        raise IllegalCharacter(illegal[0])
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render(header: FileHeader, instructions: Sequence[Instruction]) -> bytes:
    """Return the whole document as UTF-8. Raises IllegalCharacter."""
    total_fen = sum(instruction.amount_fen for instruction in instructions)
    parts = [_opening(header, len(instructions), yuan_text(total_fen))]
    parts.extend(_payment(instruction) for instruction in instructions)
    parts.append("</PmtInf></CstmrCdtTrfInitn></Document>\n")
    return "".join(parts).encode("utf-8")


def _opening(header: FileHeader, count: int, total: str) -> str:
    name = escaped(header.debtor_name)
    counts = f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{escaped(header.file_reference)}</MsgId>"
        f"<CreDtTm>{header.created_at.isoformat(timespec='seconds')}</CreDtTm>"
        f"{counts}<InitgPty><Nm>{name}</Nm></InitgPty></GrpHdr>\n"
        f"<PmtInf><PmtInfId>{escaped(header.file_reference)}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>true</BtchBookg>{counts}"
        "<PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>"
        f"<ReqdExctnDt><Dt>{header.execution_date.isoformat()}</Dt></ReqdExctnDt>"
        f"<Dbtr><Nm>{name}</Nm></Dbtr>"
        f"<DbtrAcct>{_account(header.debtor_account)}<Ccy>CNY</Ccy></DbtrAcct>"
        f"<DbtrAgt>{_bank(header.debtor_bank_code)}</DbtrAgt>"
        f"<InstrForDbtrAgt>{escaped(header.programme_summary)}</InstrForDbtrAgt>\n"
    )


def _payment(instruction: Instruction) -> str:
    reference = escaped(instruction.reference)
    return (
        f"<CdtTrfTxInf><PmtId><InstrId>{reference}</InstrId>"
        f"<EndToEndId>{reference}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="CNY">{yuan_text(instruction.amount_fen)}</InstdAmt></Amt>'
        f"<CdtrAgt>{_bank(instruction.bank_code, instruction.bank_name)}</CdtrAgt>"
        f"<Cdtr><Nm>{escaped(instruction.account_name)}</Nm></Cdtr>"
        f"<CdtrAcct>{_account(instruction.account_no)}</CdtrAcct>"
        "<Purp><Cd>SSBE</Cd></Purp>"
        f"<RmtInf><Ustrd>{escaped(instruction.purpose)}</Ustrd></RmtInf></CdtTrfTxInf>\n"
    )


def _account(account_no: str) -> str:
    return f"<Id><Othr><Id>{escaped(account_no)}</Id></Othr></Id>"


def _bank(bank_code: str, bank_name: str = "") -> str:
    name = f"<Nm>{escaped(bank_name)}</Nm>" if bank_name else ""
    return f"<FinInstnId>{CLEARING.format(escaped(bank_code))}{name}</FinInstnId>"
