"""Read one payment inside an entry (TxDtls): references, own amount, charges, and why it came back."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from bank_adapters.contract import Fault
from bank_adapters.iso20022.amounts import amount_of
from bank_adapters.iso20022.stream import all_children, child, children, line_of, text, text_of

NOT_PROVIDED = frozenset({"", "NOTPROVIDED"})
# Bank transaction sub-families of money that comes back: returned, or cancelled at our request.
RETURN_FAMILIES = frozenset({"RRTN", "RPCR"})
SIGNS = {"CRDT": 1, "DBIT": -1}


@dataclass(slots=True)
class Detail:
    """One TxDtls. `amount_fen` has no sign; None: it names none in yuan. `sign` 0: as the entry."""

    reference: str
    file_reference: str
    bank_reference: str
    amount_fen: int | None
    sign: int
    charges_fen: int
    returned: bool
    reason_code: str
    reason: str
    foreign: bool
    line: int | None


def read_detail(element: etree._Element, faults: list[Fault]) -> Detail:
    """Return what one TxDtls says."""
    parts = children(element)
    references = children(parts["Refs"]) if "Refs" in parts else {}
    amount = parts.get("Amt")
    if amount is None and "AmtDtls" in parts:
        amount = child(parts["AmtDtls"], "TxAmt", "Amt")
    back = parts.get("RtrInf")
    code = reason = ""
    if back is not None:
        code = text(back, "Rsn", "Cd") or text(back, "Rsn", "Prtry")
        reason = "; ".join(said for one in all_children(back, "AddtlInf") if (said := text_of(one)))
    return Detail(
        reference=first_of(references, "EndToEndId", "InstrId"),
        file_reference=first_of(references, "PmtInfId", "MsgId"),
        bank_reference=text_of(references.get("AcctSvcrRef")),
        amount_fen=amount_of(amount, faults),
        sign=SIGNS.get(text_of(parts.get("CdtDbtInd")), 0),
        charges_fen=charges_of(parts.get("Chrgs")),
        returned=back is not None or returns(parts.get("BkTxCd")),
        reason_code=code,
        reason=reason,
        foreign=amount is not None and amount.get("Ccy") != "CNY",
        line=line_of(element),
    )


def first_of(parts: dict[str, etree._Element], *names: str) -> str:
    """Return the first of these texts that says something."""
    for name in names:
        said = text_of(parts.get(name))
        if said not in NOT_PROVIDED:
            return said
    return ""


def returns(code: etree._Element | None) -> bool:
    """Return whether a bank transaction code says that money comes back."""
    return code is not None and text(code, "Domn", "Fmly", "SubFmlyCd") in RETURN_FAMILIES


def charges_of(charges: etree._Element | None) -> int:
    """Return the fen of charges, in the forms of all versions; what is unreadable counts nothing."""
    if charges is None:
        return 0
    ignored: list[Fault] = []
    told = [child(one, "Amt") for one in (charges, *all_children(charges, "Rcrd"))]
    return sum(amount_of(one, ignored, zero_allowed=True) or 0 for one in told)
