"""Read camt.053, any version and envelope: what was booked on our accounts.

A statement whose balances and entries do not add up is refused whole. A payment that comes back is
a new credit with return information and our original reference, seldom a reversal flag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from bank_adapters.contract import Fault, Statement, StatementEntry, StatementFile
from bank_adapters.faults import fault, is_fatal
from bank_adapters.iso20022.amounts import amount_of, day_of
from bank_adapters.iso20022.entries import Entry, read_entry
from bank_adapters.iso20022.stream import Refused, child, elements, free, line_of, local_name, text

MESSAGE = "BkToCstmrStmt"
OPENING = ("OPBD", "PRCD")
CLOSING = ("CLBD",)
INTERIM = "ITBD"


@dataclass
class Reading:
    """Where we are in the document."""

    faults: list[Fault] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    open_entries: list[Entry] = field(default_factory=list)
    entry_count: int = 0
    message_count: int = 0
    statement_count: int = 0


def read(content: bytes, max_bytes: int) -> StatementFile:
    """Return every statement; with a fatal fault none. Never raises for its input."""
    reading = Reading()
    try:
        for starting, name, element in elements(content, max_bytes):
            if starting:
                reading.message_count += name == MESSAGE
            elif name == "Ntry":
                _take_entry(reading, element)
            elif name == "Stmt":
                _close_statement(reading, element)
    except Refused as refused:
        reading.faults.append(refused.fault)
    else:
        if reading.message_count == 0 or reading.statement_count == 0:
            reading.faults.append(fault("message_unexpected", detail=MESSAGE))
    believed = () if is_fatal(reading.faults) else tuple(reading.statements)
    return StatementFile(statements=believed, faults=tuple(reading.faults))


def _take_entry(reading: Reading, element: etree._Element) -> None:
    reading.entry_count += 1
    entry = read_entry(element, reading.entry_count, reading.faults)
    if entry is not None:
        reading.open_entries.append(entry)
    free(element)


def _close_statement(reading: Reading, element: etree._Element) -> None:
    reading.statement_count += 1
    entries, reading.open_entries, reading.entry_count = reading.open_entries, [], 0
    statement = _statement(element, entries, reading.faults)
    if statement is not None:
        reading.statements.append(statement)
    free(element)


def _statement(
    element: etree._Element, entries: list[Entry], faults: list[Fault]
) -> Statement | None:
    line = line_of(element)
    account = text(element, "Acct", "Id", "IBAN") or text(element, "Acct", "Id", "Othr", "Id")
    if not account:
        faults.append(fault("account_missing", line=line, field="Acct"))
    opening, closing, closing_day = _balances(element, faults)
    day = closing_day or day_of(element)
    if day is None:
        faults.append(fault("date_wrong", line=line, field="Bal"))
    if opening is None or closing is None or day is None or not account:
        return None
    booked = tuple(booked_entry for entry in entries for booked_entry in entry.booked(account, day))
    _check_balance(opening, booked, closing, line, faults)
    return Statement(
        account=account,
        number=_number(element, faults),
        statement_id=text(element, "Id"),
        opening_fen=opening,
        closing_fen=closing,
        booked_on=day,
        entries=booked,
    )


def _check_balance(
    opening: int,
    entries: tuple[StatementEntry, ...],
    closing: int,
    line: int | None,
    faults: list[Fault],
) -> None:
    reached = opening + sum(entry.signed_fen for entry in entries)
    if reached != closing:
        detail = f"{reached} / {closing}"
        faults.append(fault("balance_wrong", line=line, field="Bal", detail=detail))


def _balances(
    element: etree._Element, faults: list[Fault]
) -> tuple[int | None, int | None, date | None]:
    found: dict[str, list[tuple[int, date | None]]] = {}
    for balance in element:
        if local_name(balance) != "Bal":
            continue
        amount_fen = amount_of(child(balance, "Amt"), faults, zero_allowed=True)
        if amount_fen is not None:
            signed = -amount_fen if text(balance, "CdtDbtInd") == "DBIT" else amount_fen
            kind = text(balance, "Tp", "CdOrPrtry", "Cd")
            found.setdefault(kind, []).append((signed, day_of(balance, "Dt")))
    interim = found.get(INTERIM, [])
    opening = next((found[kind][0] for kind in OPENING if kind in found), None)
    closing = next((found[kind][-1] for kind in CLOSING if kind in found), None)
    opening = opening or (interim[0] if interim else None)
    closing = closing or (interim[-1] if interim else None)
    for side, name in ((opening, "OPBD"), (closing, "CLBD")):
        if side is None:
            faults.append(fault("balance_missing", line=line_of(element), detail=name))
    return (
        opening[0] if opening else None,
        closing[0] if closing else None,
        closing[1] if closing else None,
    )


def _number(element: etree._Element, faults: list[Fault]) -> int | None:
    written = text(element, "ElctrncSeqNb") or text(element, "LglSeqNb")
    if re.fullmatch(r"[0-9]{1,18}", written):
        return int(written)
    faults.append(fault("statement_number_missing", line=line_of(element), field="ElctrncSeqNb"))
    return None
