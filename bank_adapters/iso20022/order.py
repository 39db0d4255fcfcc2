"""Point out where a document departs from its schema: order of elements, lengths of identifiers.

What banks send is judged by its meaning, so nothing found here refuses anything.
"""

from __future__ import annotations

from lxml import etree

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.iso20022.stream import line_of, text_of

IDENTIFIER_MAX = 35
# Children in the order of the schemas, all versions together.
ORDERS: dict[str, tuple[str, ...]] = {
    "OrgnlGrpInfAndSts": (
        "OrgnlMsgId", "OrgnlMsgNmId", "OrgnlCreDtTm", "OrgnlNbOfTxs", "OrgnlCtrlSum", "GrpSts",
        "StsRsnInf", "NbOfTxsPerSts",
    ),
    "TxInfAndSts": (
        "StsId", "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlUETR", "TxSts", "StsRsnInf", "ChrgsInf",
        "TrckrData", "AccptncDtTm", "PrcgDt", "AcctSvcrRef", "ClrSysRef", "OrgnlTxRef",
    ),
    "Ntry": (
        "NtryRef", "Amt", "CdtDbtInd", "RvslInd", "Sts", "BookgDt", "ValDt", "AcctSvcrRef",
        "Avlbty", "BkTxCd", "ComssnWvrInd", "AddtlInfInd", "AmtDtls", "Chrgs", "TechInptChanl",
        "Intrst", "CardTx", "NtryDtls", "AddtlNtryInf",
    ),
}  # fmt: skip
PLACES = {
    parent: {name: place for place, name in enumerate(names)} for parent, names in ORDERS.items()
}
IDENTIFIERS = frozenset({"OrgnlMsgId", "StsId", "OrgnlInstrId", "OrgnlEndToEndId", "NtryRef"})


def check_order(parent: str, parts: list[tuple[str, etree._Element]], faults: list[Fault]) -> None:
    """Add a warning for the first child out of order, and for identifiers that are too long."""
    places = PLACES[parent]
    last = 0
    for name, one in parts:
        place = places.get(name, last)
        if place < last:
            faults.append(fault("schema_breach", line=line_of(one), field=name, detail="order"))
            return
        last = place
        if name in IDENTIFIERS and len(text_of(one)) > IDENTIFIER_MAX:
            detail = f"{len(text_of(one))} > {IDENTIFIER_MAX}"
            faults.append(fault("schema_breach", line=line_of(one), field=name, detail=detail))
