"""Write camt.053 for a bank day: version 08 for one bank, version 02 for the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from bank_adapters.simulator.replies import yuan

VERSIONS = {"iso": "08", "ccb": "02"}


@dataclass(frozen=True, slots=True)
class Debit:
    """One file booked as a whole."""

    file_reference: str
    count: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Return:
    """One payment that came back."""

    file_reference: str
    reference: str
    amount_fen: int
    code: str


@dataclass(frozen=True, slots=True)
class AccountDay:
    """One account's day, ready to be written."""

    account_no: str
    number: int
    opening_fen: int
    debits: Sequence[Debit]
    returns: Sequence[Return]

    @property
    def closing_fen(self) -> int:
        """Opening balance, less debits, plus returns."""
        debited = sum(one.amount_fen for one in self.debits)
        return self.opening_fen - debited + sum(one.amount_fen for one in self.returns)


def statement_document(bank: str, day: date, accounts: Sequence[AccountDay]) -> bytes:
    """Return one camt.053 with a statement per account."""
    version = VERSIONS[bank]
    stamp = f"{day.isoformat()}T23:00:00+08:00"
    statements = "\n".join(_statement(version, day, stamp, one) for one in accounts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>{bank}-{day:%Y%m%d}</MsgId><CreDtTm>{stamp}</CreDtTm></GrpHdr>\n"
        f"{statements}</BkToCstmrStmt></Document>\n"
    ).encode()


def _statement(version: str, day: date, stamp: str, account: AccountDay) -> str:
    entries = [
        *(
            _debit(version, day, account.number, place, one)
            for place, one in enumerate(account.debits, start=1)
        ),
        *(
            _return(version, day, account.number, place, one)
            for place, one in enumerate(account.returns, start=len(account.debits) + 1)
        ),
    ]
    return (
        f"<Stmt><Id>{day:%Y%m%d}-{account.number}</Id><ElctrncSeqNb>{account.number}"
        f"</ElctrncSeqNb><CreDtTm>{stamp}</CreDtTm>"
        f"<Acct><Id><Othr><Id>{escape(account.account_no)}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
        f"{_balance('OPBD', account.opening_fen, day)}{_balance('CLBD', account.closing_fen, day)}"
        + "".join(f"\n{entry}" for entry in entries)
        + "</Stmt>"
    )


def _balance(kind: str, amount_fen: int, day: date) -> str:
    side = "CRDT" if amount_fen >= 0 else "DBIT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CNY">{yuan(abs(amount_fen))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        f"<Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>"
    )


def _debit(version: str, day: date, number: int, place: int, one: Debit) -> str:
    batch = (
        f"<NtryDtls><Btch><MsgId>{one.file_reference}</MsgId>"
        f"<PmtInfId>{one.file_reference}</PmtInfId><NbOfTxs>{one.count}</NbOfTxs>"
        f'<TtlAmt Ccy="CNY">{yuan(one.amount_fen)}</TtlAmt><CdtDbtInd>DBIT</CdtDbtInd>'
        "</Btch></NtryDtls>"
    )
    return _entry(version, day, f"{number}-{place}", one.amount_fen, "DBIT", "ICDT", "SALA", batch)


def _return(version: str, day: date, number: int, place: int, one: Return) -> str:
    own_amount = f'<Amt Ccy="CNY">{yuan(one.amount_fen)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    details = (
        f"<NtryDtls><TxDtls><Refs><MsgId>{one.file_reference}</MsgId>"
        f"<PmtInfId>{one.file_reference}</PmtInfId><InstrId>{escape(one.reference)}</InstrId>"
        f"<EndToEndId>{escape(one.reference)}</EndToEndId></Refs>"
        f"{own_amount if version == '08' else ''}"
        f"<RtrInf><Rsn><Cd>{escape(one.code)}</Cd></Rsn></RtrInf></TxDtls></NtryDtls>"
    )
    return _entry(
        version, day, f"{number}-{place}", one.amount_fen, "CRDT", "ICDT", "RRTN", details
    )


def _entry(
    version: str,
    day: date,
    reference: str,
    amount_fen: int,
    side: str,
    family: str,
    sub_family: str,
    details: str,
) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version == "08" else "<Sts>BOOK</Sts>"
    return (
        f'<Ntry><NtryRef>{reference}</NtryRef><Amt Ccy="CNY">{yuan(amount_fen)}</Amt>'
        f"<CdtDbtInd>{side}</CdtDbtInd><RvslInd>false</RvslInd>{status}"
        f"<BookgDt><Dt>{day.isoformat()}</Dt></BookgDt><ValDt><Dt>{day.isoformat()}</Dt></ValDt>"
        f"<AcctSvcrRef>B{day:%Y%m%d}-{reference}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub_family}</SubFmlyCd>"
        f"</Fmly></Domn></BkTxCd>{details}</Ntry>"
    )
