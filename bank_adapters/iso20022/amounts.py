"""Read counts, sums and amounts out of ISO 20022 elements, noting a fault instead of guessing."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from lxml import etree

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.iso20022.stream import line_of, local_name, text, text_of
from bank_adapters.money import AmountRefused, fen_from_yuan

STARTS_WITH_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TRAILING_NOUGHTS = re.compile(r"(\.[0-9]{2})0{1,15}\Z")


def amount_of(
    element: etree._Element | None, faults: list[Fault], *, zero_allowed: bool = False
) -> int | None:
    """Return an amount element's fen; None (and a fault) when it is not a CNY amount."""
    if element is None:
        return None
    if element.get("Ccy") != "CNY":
        line = _line(element)
        value = element.get("Ccy") or ""
        faults.append(fault("currency_wrong", line=line, field=local_name(element), value=value))
        return None
    return _fen(element, text_of(element), faults, zero_allowed=zero_allowed)


def sum_of(element: etree._Element | None, faults: list[Fault]) -> int | None:
    """Return a control sum's fen; None when absent, None and a fault when unreadable.

    Some banks state sums with three decimals, the last a nought; an amount never has them.
    """
    if element is None:
        return None
    written = text_of(element)
    return _fen(element, TRAILING_NOUGHTS.sub(r"\1", written), faults, zero_allowed=True)


def _fen(
    element: etree._Element, written: str, faults: list[Fault], *, zero_allowed: bool
) -> int | None:
    try:
        return fen_from_yuan(written, two_decimals=False, zero_allowed=zero_allowed)
    except AmountRefused as refused:
        field = local_name(element)
        faults.append(fault(refused.code, line=_line(element), field=field, value=written))
        return None


def count_of(element: etree._Element | None, name: str, faults: list[Fault]) -> int | None:
    """Return the number in a child called `name`; None when absent or (with a fault) unreadable."""
    written = text(element, name)
    if not written:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", written):
        line = _line(element)
        faults.append(fault("count_differs", line=line, field=name, value=written, detail="?"))
        return None
    return int(written)


def day_of(element: etree._Element | None, *path: str) -> date | None:
    """Return the day of a date, or of a date and time, below `path`; None when there is none."""
    for name in ("Dt", "DtTm"):
        written = text(element, *path, name)
        if STARTS_WITH_DAY.match(written):
            return _day(written[:10])
    return None


@lru_cache(maxsize=1024)
def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _line(element: etree._Element | None) -> int | None:
    return None if element is None else line_of(element)
