"""Write camt.053 for a bank day, version 08 or 02, and camt.054 with the same entries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from bank_adapters.simulator.replies.standard import yuan
from bank_adapters.simulator.statements.movements import AccountDay, Kind, Movement

# Family and sub-family of the bank transaction code.
FAMILIES = {
    Kind.BATCH: ("ICDT", "SALA"),
    Kind.PAYMENT: ("ICDT", "SALA"),
    Kind.RETURN: ("ICDT", "RRTN"),
    Kind.RETURNS: ("ICDT", "RRTN"),
    Kind.UNDONE: ("ICDT", "RRTN"),
    Kind.INTEREST: ("MCOP", "INTR"),
    Kind.FEES: ("MDOP", "CHRG"),
    Kind.FOREIGN: ("RCDT", "DMCT"),
    Kind.LOOKALIKE: ("RCDT", "DMCT"),
}


def statement_document(bank: str, version: str, day: date, accounts: Sequence[AccountDay]) -> bytes:
    """Return one camt.053 with a statement per account; `version` is 02 or 08."""
    stamp = f"{day.isoformat()}T23:00:00+08:00"
    statements = "\n".join(_statement(version, day, stamp, one) for one in accounts)
    mark = accounts[0].mark if accounts else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{bank}-{day:%Y%m%d}{mark}</MsgId><CreDtTm>{stamp}</CreDtTm></GrpHdr>\n"
        f"{statements}</BkToCstmrStmt></Document>\n"
    ).encode()


def notice_document(bank: str, version: str, day: date, accounts: Sequence[AccountDay]) -> bytes:
    """Return one camt.054 with the day's booked entries of every account."""
    stamp = f"{day.isoformat()}T22:00:00+08:00"
    notices = "\n".join(
        f"<Ntfctn><Id>N{day:%Y%m%d}-{one.number}</Id><CreDtTm>{stamp}</CreDtTm>"
        f"{_account(one.account_no)}{_entries(version, day, one)}</Ntfctn>"
        for one in accounts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}">'
        "<BkToCstmrDbtCdtNtfctn>"
        f"<GrpHdr><MsgId>{bank}-N{day:%Y%m%d}</MsgId><CreDtTm>{stamp}</CreDtTm></GrpHdr>\n"
        f"{notices}</BkToCstmrDbtCdtNtfctn></Document>\n"
    ).encode()


def _statement(version: str, day: date, stamp: str, account: AccountDay) -> str:
    closing_fen = account.closing_fen + account.gap_fen + account.error_fen
    return (
        f"<Stmt><Id>{day:%Y%m%d}-{account.number}{account.mark}</Id>"
        f"<ElctrncSeqNb>{account.number}</ElctrncSeqNb><CreDtTm>{stamp}</CreDtTm>"
        f"{_account(account.account_no)}"
        f"{_balance('OPBD', account.opening_fen + account.gap_fen, day)}"
        f"{_balance('CLBD', closing_fen, day)}{_entries(version, day, account)}</Stmt>"
    )


def _account(account_no: str) -> str:
    return f"<Acct><Id><Othr><Id>{escape(account_no)}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"


def _entries(version: str, day: date, account: AccountDay) -> str:
    return "".join(
        f"\n{_entry(version, day, f'{account.number}-{place}', one)}"
        for place, one in enumerate(account.movements, start=1)
    )


def _balance(kind: str, amount_fen: int, day: date) -> str:
    side = "CRDT" if amount_fen >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{yuan(abs(amount_fen))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>"
    )


def _entry(version: str, day: date, reference: str, one: Movement) -> str:
    word = "BOOK" if one.booked else "PDNG"
    status = f"<Sts><Cd>{word}</Cd></Sts>" if version == "08" else f"<Sts>{word}</Sts>"
    family, sub_family = FAMILIES[one.kind]
    side = "CRDT" if one.credit else "DBIT"
    words = f"<AddtlNtryInf>{escape(one.words)}</AddtlNtryInf>" if one.words else ""
    return (
        f'<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy="CNY">{yuan(one.amount_fen)}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><RvslInd>false</RvslInd>{status}"
        f"<BookgDt><Dt>{day.isoformat()}</Dt></BookgDt><ValDt><Dt>{day.isoformat()}</Dt></ValDt>"
        f"<AcctSvcrRef>B{day:%Y%m%d}-{reference}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd>"
        f"</Fmly></Domn></BkTxCd>{_details(version, side, one)}{words}</Ntry>"
    )


def _details(version: str, side: str, one: Movement) -> str:
    if one.kind is Kind.BATCH:
        return (
            f"<NtryDtls><Btch><MsgId>{one.file_reference}</MsgId>"
            f"<PmtInfId>{one.file_reference}</PmtInfId><NbOfTxs>{one.count}</NbOfTxs>"
            f'<TtlAmt Ccy="CNY">{yuan(one.amount_fen)}</TtlAmt><CdtDbtInd>DBIT</CdtDbtInd>'
            "</Btch></NtryDtls>"
        )
    if one.listed:
        details = "".join(
            _detail(version, side, part.file_reference, part.reference, part.amount_fen, part.code)
            for part in one.listed
        )
        return f"<NtryDtls>{details}</NtryDtls>"
    if one.name and not one.reference:
        party = f"<RltdPties><Dbtr>{_party(version, one.name)}</Dbtr></RltdPties>"
        own = _own_amount(version, side, one.amount_fen)
        refs = "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        return f"<NtryDtls><TxDtls>{refs}{own}{party}</TxDtls></NtryDtls>"
    if not one.reference:
        return ""
    back = one.kind is not Kind.PAYMENT
    amount_fen = one.amount_fen + one.fee_fen
    code = (one.code or "NARR") if back else ""
    detail = _detail(version, side, one.file_reference, one.reference, amount_fen, code)
    return f"<NtryDtls>{detail}</NtryDtls>"


def _detail(
    version: str, side: str, file_reference: str, reference: str, amount_fen: int, code: str
) -> str:
    back = f"<RtrInf><Rsn><Cd>{escape(code)}</Cd></Rsn></RtrInf>" if code else ""
    return (
        f"<TxDtls><Refs><MsgId>{file_reference}</MsgId><PmtInfId>{file_reference}</PmtInfId>"
        f"<InstrId>{escape(reference)}</InstrId><EndToEndId>{escape(reference)}</EndToEndId></Refs>"
        f"{_own_amount(version, side, amount_fen)}{back}</TxDtls>"
    )


def _own_amount(version: str, side: str, amount_fen: int) -> str:
    if version == "08":
        return f'<Amt Ccy="CNY">{yuan(amount_fen)}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    return f'<AmtDtls><TxAmt><Amt Ccy="CNY">{yuan(amount_fen)}</Amt></TxAmt></AmtDtls>'


def _party(version: str, name: str) -> str:
    told = f"<Nm>{escape(name)}</Nm>"
    return f"<Pty>{told}</Pty>" if version == "08" else told
