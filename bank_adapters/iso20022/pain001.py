"""Write pain.001 (v03, v09, v11): one line of text per payment, the same bytes each time.

Written by hand rather than through a tree because a million payments must fit in a few megabytes.
Everything that comes from data passes through `escaped`, which refuses what XML cannot carry.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.money import yuan_text

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:{}"
VERSIONS = ("pain.001.001.03", "pain.001.001.09", "pain.001.001.11")
OLDEST = VERSIONS[0]  # Its date is a plain date, and a block has no words for our own bank.
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


def render(
    header: FileHeader,
    instructions: Sequence[Instruction],
    version: str = "pain.001.001.09",
    per_block: int | None = None,
) -> bytes:
    """Return the whole document as UTF-8. Raises IllegalCharacter.

    `per_block`: the most payments a PmtInf may hold. A single block bears the file's reference,
    several bear it with -1, -2 … behind.
    """
    blocks = _blocks(header.file_reference, instructions, per_block or len(instructions))
    parts = [_opening(header, instructions, version)]
    for block_id, payments in blocks:
        parts.append(_block(header, block_id, payments, version))
        parts.extend(_payment(one) for one in payments)
        parts.append("</PmtInf>\n")
    parts.append("</CstmrCdtTrfInitn></Document>\n")
    return "".join(parts).encode("utf-8")


def block_ids(file_reference: str, count: int, per_block: int | None) -> list[str]:
    """Return the ids of the blocks that this many payments need."""
    blocks = -(-count // per_block) if per_block else 1
    if blocks <= 1:
        return [file_reference]
    return [f"{file_reference}-{place}" for place in range(1, blocks + 1)]


def _blocks(
    file_reference: str, instructions: Sequence[Instruction], per_block: int
) -> list[tuple[str, Sequence[Instruction]]]:
    ids = block_ids(file_reference, len(instructions), per_block)
    if len(ids) == 1:
        return [(ids[0], instructions)]
    rest = iter(instructions)
    return [(block_id, list(islice(rest, per_block))) for block_id in ids]


def _counts(instructions: Sequence[Instruction]) -> str:
    total = yuan_text(sum(one.amount_fen for one in instructions))
    return f"<NbOfTxs>{len(instructions)}</NbOfTxs><CtrlSum>{total}</CtrlSum>"


def _opening(header: FileHeader, instructions: Sequence[Instruction], version: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="{NAMESPACE.format(version)}"><CstmrCdtTrfInitn>\n'
        f"<GrpHdr><MsgId>{escaped(header.file_reference)}</MsgId>"
        f"<CreDtTm>{header.created_at.isoformat(timespec='seconds')}</CreDtTm>"
        f"{_counts(instructions)}"
        f"<InitgPty><Nm>{escaped(header.debtor_name)}</Nm></InitgPty></GrpHdr>\n"
    )


def _block(
    header: FileHeader, block_id: str, instructions: Sequence[Instruction], version: str
) -> str:
    day, summary = header.execution_date.isoformat(), ""
    if version != OLDEST:
        day = f"<Dt>{day}</Dt>"
        summary = f"<InstrForDbtrAgt>{escaped(header.programme_summary)}</InstrForDbtrAgt>"
    return (
        f"<PmtInf><PmtInfId>{escaped(block_id)}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>true</BtchBookg>{_counts(instructions)}"
        "<PmtTpInf><CtgyPurp><Cd>SSBE</Cd></CtgyPurp></PmtTpInf>"
        f"<ReqdExctnDt>{day}</ReqdExctnDt>"
        f"<Dbtr><Nm>{escaped(header.debtor_name)}</Nm></Dbtr>"
        f"<DbtrAcct>{_account(header.debtor_account)}<Ccy>CNY</Ccy></DbtrAcct>"
        f"<DbtrAgt>{_bank(header.debtor_bank_code)}</DbtrAgt>{summary}\n"
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
