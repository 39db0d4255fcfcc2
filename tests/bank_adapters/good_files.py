"""One good file for every format that reads, about the same three payments."""

from __future__ import annotations

from tests.bank_adapters.answers import answer
from tests.bank_adapters.makers import Told, pain002

SAID = [
    Told("PAY0000001", "100.01"),
    Told("PAY0000002", "100.02", "RJCT", "AC04", "账户已销户"),
    Told("PAY0000003", "100.03", "PDNG"),
]
CAMT = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def camt(name: str) -> bytes:
    """Return two payments debited and one that came back."""
    message, container = CAMT[name]
    entries = "".join(
        f'<Ntry><Amt Ccy="CNY">{one.amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
        "<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-25</Dt></BookgDt>"
        f"<AcctSvcrRef>B-{one.reference}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId>{one.reference}</EndToEndId></Refs>{back}</TxDtls></NtryDtls></Ntry>\n"
        for one, side, back in (
            (SAID[0], "DBIT", ""),
            (SAID[2], "DBIT", ""),
            (SAID[1], "CRDT", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"),
        )
    )
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-25</Dt></Dt></Bal>"
        for code, amount in (("OPBD", "1000.00"), ("CLBD", "899.98"))
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{name}.001.08">'
        f"<{message}><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-25T18:00:00</CreDtTm></GrpHdr>\n"
        f"<{container}><Id>S1</Id><ElctrncSeqNb>1</ElctrncSeqNb><Acct><Id><Othr><Id>4000021209014411111"
        f"</Id></Othr></Id></Acct>{balances}\n{entries}</{container}></{message}></Document>\n"
    ).encode()


CAMT_029 = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"><RsltnOfInvstgtn>\n<CxlDtls>'
    "<OrgnlPmtInfAndSts><OrgnlPmtInfId>OAA-1</OrgnlPmtInfId>"
    + "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{one.reference}</OrgnlEndToEndId><TxCxlSts>{status}</TxCxlSts>"
        f'<OrgnlInstdAmt Ccy="CNY">{one.amount}</OrgnlInstdAmt></TxInfAndSts>\n'
        for one, status in zip(SAID, ("ACCR", "RJCR", "PDCR"), strict=True)
    )
    + "</OrgnlPmtInfAndSts></CxlDtls></RsltnOfInvstgtn></Document>\n"
).encode()
LINES = (
    ":61:261125D100,01NMSCPAY0000001//B1\n:61:261125D100,03NMSCPAY0000003//B3\n"
    ":61:261125C100,02NRTIPAY0000002//B2\n:86:退汇 AC04\n"
)
MT940 = (
    ":20:S1\n:25:4000021209014411111\n:28C:1/1\n:60F:C261125CNY1000,00\n"
    f"{LINES}:62F:C261125CNY899,98\n-\n"
).encode()
MT942 = (
    f":20:R1\n:25:4000021209014411111\n:28C:1\n:34F:CNY0,\n{LINES}"
    ":90D:2CNY200,04\n:90C:1CNY100,02\n-\n"
).encode()
GOOD: dict[str, bytes] = {
    "pain.002": pain002(SAID),
    "iso20022": pain002(SAID),
    "ccb": answer("ccb", SAID),
    **{name: camt(name) for name in CAMT},
    "camt.029": CAMT_029,
    "mt940": MT940,
    "mt942": MT942,
}
