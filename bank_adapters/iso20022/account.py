"""Read what a statement says about its account: balances, summary, number; and hold them together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from lxml import etree

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.iso20022.amounts import amount_of, count_of, day_of, sum_of
from bank_adapters.iso20022.stream import all_children, child, line_of, text
from bank_adapters.judged import Judged
from bank_adapters.money import two_sums
from bank_adapters.totals import total_fault

OPENING = ("OPBD", "PRCD")
CLOSING = ("CLBD",)
INTERIM = "ITBD"
PAGES = ("StmtPgntn", "RptPgntn", "NtfctnPgntn")


class Sums(Protocol):
    """The entries of the account, counted and summed in fen."""

    count: int
    credit_fen: int
    debit_fen: int
    booked_credit_fen: int
    booked_debit_fen: int
    known: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One account's part of a file; balances None: not stated, or not in yuan."""

    account: str
    number: int | None
    statement_id: str
    booked_on: date | None
    opening_fen: int | None
    closing_fen: int | None
    entry_count: int
    credit_fen: int
    debit_fen: int
    line: int | None


def read_account(
    element: etree._Element, sums: Sums, with_balances: bool, faults: Judged
) -> Account:
    """Return the account; faults say what does not fit its entries."""
    line = line_of(element)
    account = text(element, "Acct", "Id", "IBAN") or text(element, "Acct", "Id", "Othr", "Id")
    account = account or text(element, "Acct", "Id", "PrtryAcct", "Id")
    if not account:
        faults.append(fault("account_missing", line=line, field="Acct"))
    paged = _paged(element)
    opening, closing, day = _balances(element, faults, demanded=with_balances and not paged)
    day = day or day_of(element) or day_of(element, "FrToDt", "To")
    if day is None and with_balances and faults.rules.strict:
        faults.append(fault("date_wrong", line=line, field="Bal"))
    if with_balances and opening is not None and closing is not None and sums.known:
        reached = opening + sums.booked_credit_fen - sums.booked_debit_fen
        if reached != closing:
            detail = two_sums(reached, closing)
            faults.append(fault("balance_wrong", line=line, field="Bal", detail=detail))
    if not paged:
        _check_summary(element, sums, faults)
    return Account(
        account=account,
        number=_number(element, faults) if with_balances else None,
        statement_id=text(element, "Id"),
        booked_on=day,
        opening_fen=opening,
        closing_fen=closing,
        entry_count=sums.count,
        credit_fen=sums.booked_credit_fen,
        debit_fen=sums.booked_debit_fen,
        line=line,
    )


def _paged(element: etree._Element) -> bool:
    pages = [child(element, name) for name in PAGES]
    header = element.getparent()
    pages.append(child(header, "GrpHdr", "MsgPgntn"))
    return any(
        one is not None and (text(one, "PgNb") not in {"", "1"} or text(one, "LastPgInd") in NO)
        for one in pages
    )


NO = frozenset({"false", "0"})


def _balances(
    element: etree._Element, faults: list[Fault], *, demanded: bool
) -> tuple[int | None, int | None, date | None]:
    found: dict[str, list[tuple[int, date | None]]] = {}
    for balance in all_children(element, "Bal"):
        amount_fen = amount_of(child(balance, "Amt"), faults, zero_allowed=True)
        if amount_fen is not None:
            signed = -amount_fen if text(balance, "CdtDbtInd") == "DBIT" else amount_fen
            kind = text(balance, "Tp", "CdOrPrtry", "Cd") or text(balance, "Tp", "Cd")
            found.setdefault(kind, []).append((signed, day_of(balance, "Dt")))
    interim = found.get(INTERIM, [])
    opening = next((found[kind][0] for kind in OPENING if kind in found), None)
    closing = next((found[kind][-1] for kind in CLOSING if kind in found), None)
    opening = opening or (interim[0] if interim else None)
    closing = closing or (interim[-1] if interim else None)
    for side, name in ((opening, "OPBD"), (closing, "CLBD")):
        if side is None and demanded:
            faults.append(fault("balance_missing", line=line_of(element), field="Bal", detail=name))
    return (
        opening[0] if opening else None,
        closing[0] if closing else None,
        closing[1] if closing else None,
    )


def _check_summary(element: etree._Element, sums: Sums, faults: list[Fault]) -> None:
    summary = child(element, "TxsSummry")
    if summary is None:
        return
    line = line_of(summary)
    stated = count_of(child(summary, "TtlNtries"), "NbOfNtries", faults)
    if stated is not None and stated != sums.count:
        detail = f"{stated} / {sums.count}"
        faults.append(fault("count_differs", line=line, field="NbOfNtries", detail=detail))
    for name, all_fen, booked_fen in (
        ("TtlCdtNtries", sums.credit_fen, sums.booked_credit_fen),
        ("TtlDbtNtries", sums.debit_fen, sums.booked_debit_fen),
    ):
        if sums.known:
            stated_fen = sum_of(child(summary, name, "Sum"), faults)
            if stated_fen is not None and stated_fen not in {all_fen, booked_fen}:
                faults.append(total_fault(stated_fen, all_fen, line=line, field=name))


def _number(element: etree._Element, faults: list[Fault]) -> int | None:
    written = text(element, "ElctrncSeqNb") or text(element, "LglSeqNb")
    if re.fullmatch(r"[0-9]{1,18}", written):
        return int(written)
    faults.append(fault("statement_number_missing", line=line_of(element), field="ElctrncSeqNb"))
    return None
