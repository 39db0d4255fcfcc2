"""Walk through camt.052, camt.053 or camt.054: entries as they end, then the account they belong to.

What is done with them is the taker's: a channel keeps statements, a look keeps records. A
statement whose balances, summary and entries do not fit is refused whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, NamedTuple, Protocol

from lxml import etree

from bank_adapters.faults import fault
from bank_adapters.iso20022.account import Account, read_account
from bank_adapters.iso20022.details import Detail, read_detail
from bank_adapters.iso20022.entries import BOOKED, Entry, read_entry
from bank_adapters.iso20022.stream import Refused, child, elements, free, line_of, text
from bank_adapters.judged import Judged, Rules


class Message(NamedTuple):
    """One kind of message: its element, the element of one account in it, and its own rules."""

    name: str
    element: str
    container: str
    balances: bool


INTRADAY = Message("camt.052", "BkToCstmrAcctRpt", "Rpt", balances=False)
STATEMENT = Message("camt.053", "BkToCstmrStmt", "Stmt", balances=True)
NOTICE = Message("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn", balances=False)


class Taker(Protocol):
    """What is done with what is read."""

    def entry(self, entry: Entry) -> None:
        """Take one entry, booked or not."""

    def account(self, account: Account) -> None:
        """Take the account of the entries taken since the last one."""

    def message(self, message_id: str) -> None:
        """Take the bank's id of the message, "" when it has none."""


@dataclass
class Sums:
    """Entries of one account counted and summed; `known`: every amount is in yuan."""

    count: int = 0
    credit_fen: int = 0
    debit_fen: int = 0
    booked_credit_fen: int = 0
    booked_debit_fen: int = 0
    known: bool = True

    def add(self, entry: Entry) -> None:
        """Count one entry in."""
        if entry.signed_fen is None:
            self.known = False
            return
        booked = entry.status == BOOKED
        if entry.sign > 0:
            self.credit_fen += entry.signed_fen
            self.booked_credit_fen += entry.signed_fen if booked else 0
        else:
            self.debit_fen -= entry.signed_fen
            self.booked_debit_fen -= entry.signed_fen if booked else 0


@dataclass
class Reading:
    """Where we are in the document."""

    faults: Judged
    details: list[Detail] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    message_count: int = 0
    account_count: int = 0
    first_day: date | None = None


def walk(source: bytes | BinaryIO, rules: Rules, message: Message, taker: Taker) -> Judged:
    """Hand entries and accounts to the taker and return the faults. Never raises for its input."""
    reading = Reading(faults=Judged(rules))
    names = (message.element, f"{message.element}V01", message.container, "Ntry", "TxDtls")
    try:
        for name, element in elements(source, rules.max_bytes, names):
            if name == "TxDtls":
                reading.details.append(read_detail(element, reading.faults))
                free(element)
            elif name == "Ntry":
                _entry(reading, element, taker)
            elif name == message.container:
                _account(reading, element, message, taker)
            else:
                reading.message_count += 1
                taker.message(text(element, "GrpHdr", "MsgId"))
                _header(element, reading.faults)
    except Refused as refused:
        reading.faults.append(refused.fault)
    else:
        if reading.message_count == 0 or reading.account_count == 0:
            reading.faults.append(fault("message_unexpected", detail=message.element))
    return reading.faults


def _entry(reading: Reading, element: etree._Element, taker: Taker) -> None:
    reading.sums.count += 1
    details, reading.details = reading.details, []
    entry = read_entry(element, reading.sums.count, details, reading.faults)
    if entry.status != BOOKED:
        status = entry.status
        detail = status[:8] if status.isascii() and status else "-"
        reading.faults.append(
            fault("entry_not_booked", line=entry.line, field="Ntry", detail=detail)
        )
    reading.sums.add(entry)
    taker.entry(entry)
    free(element)


def _account(reading: Reading, element: etree._Element, message: Message, taker: Taker) -> None:
    reading.account_count += 1
    sums, reading.sums = reading.sums, Sums()
    account = read_account(element, sums, message.balances, reading.faults)
    taker.account(account)
    free(element)


def _header(element: etree._Element, faults: Judged) -> None:
    line = line_of(element)
    header = child(element, "GrpHdr")
    # A channel knows whom it hears; whoever looks at an unknown file is told.
    if not faults.rules.strict and not text(header, "MsgId"):
        faults.append(fault("schema_breach", line=line, field="GrpHdr", detail="MsgId"))
    pages = child(header, "MsgPgntn")
    number, last = text(pages, "PgNb"), text(pages, "LastPgInd")
    if pages is not None and (number not in {"", "1"} or last in {"false", "0"}):
        detail = f"{number[:5] if number.isascii() else '?'} {last[:5] if last.isascii() else ''}"
        faults.append(fault("page_of_several", line=line, field="MsgPgntn", detail=detail))
