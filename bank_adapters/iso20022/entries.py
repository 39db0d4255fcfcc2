"""Turn one booked entry and its details into lines: one movement each, with what kind it is.

An entry is what moved on our account. Its details say for whom; where they do not add up to it,
the reason must be charges or details left out, else the file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lxml import etree

from bank_adapters.contract import EntryKind, Fault
from bank_adapters.faults import fault
from bank_adapters.iso20022.amounts import amount_of, day_of
from bank_adapters.iso20022.details import SIGNS, Detail, charges_of, first_of, returns
from bank_adapters.iso20022.order import check_order
from bank_adapters.iso20022.stream import child, children, firsts, line_of, named, text_of
from bank_adapters.money import two_sums, yuan_text

BOOKED = "BOOK"


class Line(NamedTuple):
    """One movement; `signed_fen` plus for a credit to our account, None: no amount in yuan."""

    kind: EntryKind
    signed_fen: int | None
    credit: bool
    reference: str
    file_reference: str
    bank_reference: str
    reason_code: str
    reason: str
    line: int | None
    ordinal: str


@dataclass(slots=True)
class Entry:
    """One Ntry; `signed_fen` None: unreadable or not in yuan."""

    place: int
    line: int | None
    status: str
    sign: int
    signed_fen: int | None
    booked_on: date | None
    value_on: date | None
    reversal: bool
    returned: bool
    bank_reference: str
    batch_reference: str
    batch_count: int
    charges_fen: int
    details: list[Detail]


def read_entry(
    element: etree._Element, place: int, details: list[Detail], faults: list[Fault]
) -> Entry:
    """Return the entry around details that were read before it ended."""
    its_own = named(element)
    parts = firsts(its_own)
    line = line_of(element)
    check_order("Ntry", its_own, faults)
    status = parts.get("Sts")
    sign = SIGNS.get(text_of(parts.get("CdtDbtInd")), 0)
    amount_fen = amount_of(parts.get("Amt"), faults)
    booked_on = day_of(parts.get("BookgDt"))
    if sign == 0:
        faults.append(fault("direction_wrong", line=line, field="CdtDbtInd"))
    if "Amt" not in parts:
        faults.append(fault("amount_missing", line=line, field="Amt"))
    if booked_on is None and "BookgDt" in parts:
        faults.append(fault("date_wrong", line=line, field="BookgDt"))
    batch = child(parts.get("NtryDtls"), "Btch")
    told = children(batch) if batch is not None else {}
    count = text_of(told.get("NbOfTxs"))
    return Entry(
        place=place,
        line=line,
        status=_status(status),
        sign=sign,
        signed_fen=None if amount_fen is None else sign * amount_fen,
        booked_on=booked_on,
        value_on=day_of(element, "ValDt"),
        reversal=text_of(parts.get("RvslInd")) in {"true", "1"},
        returned=returns(parts.get("BkTxCd")),
        bank_reference=text_of(parts.get("AcctSvcrRef")),
        batch_reference=first_of(told, "PmtInfId", "MsgId"),
        batch_count=int(count) if count.isascii() and count.isdecimal() and len(count) < 10 else 0,
        charges_fen=charges_of(parts.get("Chrgs")),
        details=details,
    )


def lines_of(entry: Entry, faults: list[Fault]) -> Iterator[Line]:
    """Yield the movements of an entry; together they are what the entry moved."""
    details = entry.details
    if not details:
        yield _line(entry, None, entry.signed_fen, 1)
        return
    if len(details) == 1 and _is_all(entry, details[0]):
        yield _line(entry, details[0], entry.signed_fen, 1)
        return
    amounts = _amounts(entry, details)
    rest = _rest(entry, amounts, faults)
    for place, (detail, signed_fen) in enumerate(zip(details, amounts, strict=True), start=1):
        yield _line(entry, detail, signed_fen, place)
    if rest:
        yield Line(
            kind=EntryKind.OTHER,
            signed_fen=rest,
            credit=rest > 0,
            reference="",
            file_reference="",
            bank_reference=entry.bank_reference,
            reason_code="",
            reason="",
            line=entry.line,
            ordinal=f"{entry.place}.{len(details) + 1}",
        )


def _is_all(entry: Entry, detail: Detail) -> bool:
    """Return whether the only detail is the whole entry, as it nearly always is: nothing to weigh."""
    return (
        entry.signed_fen is not None
        and detail.amount_fen == abs(entry.signed_fen)
        and entry.batch_count <= 1
        and not detail.foreign
    )


def _status(element: etree._Element | None) -> str:
    return "" if element is None else text_of(child(element, "Cd")) or text_of(element)


def _amounts(entry: Entry, details: list[Detail]) -> list[int | None]:
    """Each detail's own amount with its sign; a single one never more than what was booked."""
    own = [
        None if one.amount_fen is None else (one.sign or entry.sign) * one.amount_fen
        for one in details
    ]
    if len(details) == 1 and entry.signed_fen is not None and not details[0].foreign:
        mine = own[0]
        less = mine is None or abs(entry.signed_fen) <= abs(mine)
        # A return less a fee is what really came; a detail of a larger batch is only itself.
        own[0] = entry.signed_fen if less or (mine or 0) * entry.signed_fen < 0 else mine
    return own


def _rest(entry: Entry, amounts: list[int | None], faults: list[Fault]) -> int:
    """What the entry moved beyond its details: charges, or payments that it does not list."""
    known = [one for one in amounts if one is not None]
    if entry.signed_fen is None or len(known) < len(amounts):
        return _unknown_rest(entry, faults)
    rest = entry.signed_fen - sum(known)
    less = (entry.details[0].amount_fen or 0) - abs(known[0]) if len(known) == 1 else 0
    charges = entry.charges_fen or sum(one.charges_fen for one in entry.details) or less
    listed, line = len(amounts), entry.line
    if charges > 0 and (less > 0 or abs(rest) == charges):
        faults.append(fault("charges_taken", line=line, field="Chrgs", detail=yuan_text(charges)))
    elif entry.batch_count > listed and rest * entry.sign >= 0:
        detail = f"{listed} / {entry.batch_count}"
        faults.append(fault("details_incomplete", line=line, field="NtryDtls", detail=detail))
    elif rest:
        detail = two_sums(sum(known), entry.signed_fen)
        faults.append(fault("details_differ", line=line, field="NtryDtls", detail=detail))
    return rest


def _unknown_rest(entry: Entry, faults: list[Fault]) -> int:
    foreign = any(one.foreign for one in entry.details)
    if entry.signed_fen is not None and not foreign:
        detail = f"? / {yuan_text(entry.signed_fen)}"
        line = entry.line
        faults.append(fault("details_without_amount", line=line, field="NtryDtls", detail=detail))
    return 0


def _line(entry: Entry, detail: Detail | None, signed_fen: int | None, place: int) -> Line:
    reference = detail.reference if detail is not None else ""
    own_file = detail.file_reference if detail is not None else ""
    file_reference = own_file or entry.batch_reference
    credit = signed_fen > 0 if signed_fen else entry.sign > 0
    returned = entry.returned or (detail is not None and detail.returned)
    return Line(
        kind=_kind(entry, credit, returned, reference, file_reference),
        signed_fen=signed_fen,
        credit=credit,
        reference=reference,
        file_reference=file_reference,
        bank_reference=(detail.bank_reference if detail is not None else "")
        or entry.bank_reference,
        reason_code=detail.reason_code if detail is not None else "",
        reason=detail.reason if detail is not None else "",
        line=entry.line if detail is None else detail.line,
        ordinal=f"{entry.place}.{place}",
    )


def _kind(
    entry: Entry, credit: bool, returned: bool, reference: str, file_reference: str
) -> EntryKind:
    if entry.reversal:
        return EntryKind.REVERSAL
    if credit:
        return EntryKind.RETURN if returned else EntryKind.OTHER
    if returned:
        return EntryKind.OTHER  # A return of a return: nobody can say what stands now.
    if reference:
        return EntryKind.PAYMENT_DEBIT
    return EntryKind.BATCH_DEBIT if file_reference else EntryKind.OTHER
