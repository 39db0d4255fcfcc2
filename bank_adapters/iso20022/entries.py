"""Read one camt.053 entry: the booking, its details, and what kind of movement it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lxml import etree

from bank_adapters.contract import EntryKind, Fault, StatementEntry
from bank_adapters.faults import fault
from bank_adapters.iso20022.amounts import amount_of, day_of
from bank_adapters.iso20022.stream import child, line_of, local_name, text

NOT_PROVIDED = frozenset({"", "NOTPROVIDED"})


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment inside an entry; `amount_fen` is signed, plus for a credit to our account."""

    amount_fen: int
    reference: str
    file_reference: str
    bank_reference: str
    reason_code: str
    returned: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One booked entry with its place in the statement; details add up to the entry."""

    place: int
    booked_on: date | None
    reversal: bool
    details: tuple[Detail, ...]

    def booked(self, account: str, day: date) -> Iterator[StatementEntry]:
        """Yield a statement entry per detail; an entry without its own date takes `day`."""
        for place, detail in enumerate(self.details, start=1):
            yield StatementEntry(
                account=account,
                booked_on=self.booked_on or day,
                credit=detail.amount_fen > 0,
                amount_fen=abs(detail.amount_fen),
                kind=self._kind(detail),
                reference=detail.reference,
                file_reference=detail.file_reference,
                bank_reference=detail.bank_reference,
                reason_code=detail.reason_code,
                ordinal=f"{self.place}.{place}",
            )

    def _kind(self, detail: Detail) -> EntryKind:
        if self.reversal:
            return EntryKind.REVERSAL
        if detail.amount_fen > 0:
            return EntryKind.RETURN if detail.returned else EntryKind.OTHER
        if detail.reference:
            return EntryKind.PAYMENT_DEBIT
        return EntryKind.BATCH_DEBIT if detail.file_reference else EntryKind.OTHER


def read_entry(element: etree._Element, place: int, faults: list[Fault]) -> Entry | None:
    """Return the entry; None when it is not booked or (with a fault) cannot be read."""
    line = line_of(element)
    status = text(element, "Sts", "Cd") or text(element, "Sts")
    if status != "BOOK":
        detail = status[:8] if status.isascii() and status else "-"
        faults.append(fault("entry_not_booked", line=line, field="Ntry", detail=detail))
        return None
    amount_fen = amount_of(child(element, "Amt"), faults)
    sign = _sign(text(element, "CdtDbtInd"))
    booked_on = day_of(element, "BookgDt")
    if sign == 0:
        faults.append(fault("direction_wrong", line=line, field="CdtDbtInd"))
    if booked_on is None and child(element, "BookgDt") is not None:
        faults.append(fault("date_wrong", line=line, field="BookgDt"))
    if amount_fen is None or sign == 0:
        if child(element, "Amt") is None:
            faults.append(fault("amount_missing", line=line, field="Amt"))
        return None
    return Entry(
        place=place,
        booked_on=booked_on,
        reversal=text(element, "RvslInd") in {"true", "1"},
        details=_details(element, sign * amount_fen, faults),
    )


def _details(element: etree._Element, signed_fen: int, faults: list[Fault]) -> tuple[Detail, ...]:
    groups = [one for one in element if local_name(one) == "NtryDtls"]
    transactions = [one for group in groups for one in group if local_name(one) == "TxDtls"]
    batch = next((found for group in groups if (found := child(group, "Btch")) is not None), None)
    if len(transactions) < 2:
        # One booking, one payment or one whole file: what moved is the entry's own amount.
        return (_detail(element, transactions[0] if transactions else None, batch, signed_fen),)
    direction = 1 if signed_fen > 0 else -1
    details = tuple(
        _detail(element, one, batch, _own_amount(one, direction, faults)) for one in transactions
    )
    reached = sum(detail.amount_fen for detail in details)
    if reached != signed_fen:
        line, detail = line_of(element), f"{reached} / {signed_fen}"
        faults.append(fault("details_differ", line=line, field="NtryDtls", detail=detail))
    return details


def _own_amount(transaction: etree._Element, direction: int, faults: list[Fault]) -> int:
    amount = child(transaction, "Amt")
    if amount is None:
        amount = child(transaction, "AmtDtls", "TxAmt", "Amt")
    sign = _sign(text(transaction, "CdtDbtInd")) or direction
    return sign * (amount_of(amount, faults) or 0)


def _detail(
    entry: etree._Element,
    transaction: etree._Element | None,
    batch: etree._Element | None,
    signed_fen: int,
) -> Detail:
    references = child(transaction, "Refs") if transaction is not None else None
    reference = text(references, "EndToEndId")
    if reference in NOT_PROVIDED:
        reference = text(references, "InstrId")
    return_info = child(transaction, "RtrInf") if transaction is not None else None
    reason = text(return_info, "Rsn", "Cd") or text(return_info, "Rsn", "Prtry")
    return Detail(
        amount_fen=signed_fen,
        reference="" if reference in NOT_PROVIDED else reference,
        file_reference=_first(references, "PmtInfId", "MsgId")
        or _first(batch, "PmtInfId", "MsgId"),
        bank_reference=text(references, "AcctSvcrRef") or text(entry, "AcctSvcrRef"),
        reason_code=reason,
        returned=return_info is not None or "RRTN" in {_family(entry), _family(transaction)},
    )


def _first(element: etree._Element | None, *names: str) -> str:
    found = (text(element, name) for name in names)
    return next((one for one in found if one not in NOT_PROVIDED), "")


def _family(element: etree._Element | None) -> str:
    return text(element, "BkTxCd", "Domn", "Fmly", "SubFmlyCd")


def _sign(direction: str) -> int:
    return {"CRDT": 1, "DBIT": -1}.get(direction, 0)
