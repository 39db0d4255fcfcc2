"""Read balances, dates and statement lines of MT940 and MT942 to the letter, or say what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bank_adapters.collected import Collected
from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.money import AmountRefused, fen_from_yuan
from bank_adapters.mt.messages import Field

BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})(.+)")
SUM = re.compile(r"([0-9]{1,5})([A-Z]{3})(.+)")
LINE = re.compile(
    r"([0-9]{6})([0-9]{4})?(R[DC]|E[DC]|[DC])([A-Z])?([0-9][0-9.,]*|,[0-9]+)([A-Z][A-Z0-9]{3})(.*)"
)
NUMBER = re.compile(r"([0-9]{1,5})(?:/([0-9]{1,5}))?")
YUAN = frozenset({"CNY", "RMB"})
REFERENCE_MAX = 16


@dataclass(frozen=True, slots=True)
class Balance:
    """What stood on the account; `signed_fen` None: not in yuan."""

    signed_fen: int | None
    day: date | None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One :61:. `mark` is C, D, RC, RD, EC or ED; `reference` is the account owner's.

    The first day written is the value date; `booked_on` is the entry date, or else the same.
    """

    booked_on: date | None
    value_on: date | None
    mark: str
    amount_fen: int
    kind: str
    reference: str
    bank_reference: str
    supplement: str
    line: int

    @property
    def credit(self) -> bool:
        """Whether money came to the account: a credit, or a debit undone."""
        return self.mark in {"C", "RD", "EC"}

    @property
    def expected(self) -> bool:
        """Whether the line only announces what is not booked."""
        return self.mark[0] == "E"

    @property
    def signed_fen(self) -> int:
        """Plus for money to the account; what is only expected moved nothing."""
        if self.expected:
            return 0
        return self.amount_fen if self.credit else -self.amount_fen


def read_balance(field: Field, faults: Collected) -> Balance | None:
    """Return a balance of :60a: or :62a:, None with a fault."""
    match = BALANCE.fullmatch(field.text)
    if match is None or len([one for one in field.lines if one]) > 1:
        faults.append(_malformed(field))
        return None
    day = _day(match[2])
    if day is None:
        faults.append(fault("date_wrong", line=field.line, field=f":{field.tag}:", value=match[2]))
    amount_fen = _fen(match[4], field, faults, zero_allowed=True)
    if amount_fen is None:
        return None
    if match[3] not in YUAN:
        faults.append(currency_fault(field, match[3]))
        return Balance(None, day)
    return Balance(-amount_fen if match[1] == "D" else amount_fen, day)


def read_line(field: Field, faults: Collected) -> StatementLine | None:
    """Return one :61:, None with a fault."""
    match = LINE.fullmatch(field.text)
    if match is None:
        faults.append(_malformed(field))
        return None
    value_day = _day(match[1])
    booked_on = value_day if not match[2] else _entry_day(match[2], value_day)
    if value_day is None or booked_on is None:
        value = match[1] + (match[2] or "")
        faults.append(fault("date_wrong", line=field.line, field=":61:", value=value))
    amount_fen = _fen(match[5], field, faults)
    if amount_fen is None:
        return None
    reference, _, bank_reference = match[7].partition("//")
    for one in (reference, bank_reference):
        if len(one) > REFERENCE_MAX:
            detail = f"{len(one)} > {REFERENCE_MAX}"
            faults.append(fault("schema_breach", line=field.line, field=":61:", detail=detail))
    return StatementLine(
        booked_on=booked_on,
        value_on=value_day,
        mark=match[3],
        amount_fen=amount_fen,
        kind=match[6],
        reference=reference.strip(),
        bank_reference=bank_reference.strip(),
        supplement=" ".join(one for one in field.lines[1:] if one),
        line=field.line,
    )


def read_number(field: Field, faults: Collected) -> tuple[int, int] | None:
    """Return statement and sequence number of :28C:, None with a fault."""
    match = NUMBER.fullmatch(field.text.strip())
    if match is None or len([one for one in field.lines if one]) > 1:
        faults.append(_malformed(field))
        return None
    return int(match[1]), int(match[2] or 1)


def read_sum(field: Field, faults: Collected) -> tuple[int, int] | None:
    """Return count and fen of :90C: or :90D:, None (with a fault) when unreadable or not yuan."""
    match = SUM.fullmatch(field.text)
    if match is None:
        faults.append(_malformed(field))
        return None
    if match[2] not in YUAN:
        faults.append(currency_fault(field, match[2]))
        return None
    amount_fen = _fen(match[3], field, faults, zero_allowed=True)
    return None if amount_fen is None else (int(match[1]), amount_fen)


def currency_fault(field: Field, currency: str) -> Fault:
    """Return the fault for another currency."""
    return fault("currency_wrong", line=field.line, field=f":{field.tag}:", value=currency)


def _malformed(field: Field) -> Fault:
    return fault("tag_malformed", line=field.line, field=f":{field.tag}:", value=field.text)


def _fen(
    written: str, field: Field, faults: Collected, *, zero_allowed: bool = False
) -> int | None:
    # SWIFT: digits and one comma, always; "100," is 100 yuan, "1.000,00" and "100.00" are wrong.
    yuan, comma, decimals = written.partition(",")
    code = ""
    if "." in written or "," in decimals:
        code = "amount_thousands_separator"
    elif not comma:
        code = "amount_without_decimals"
    else:
        try:
            fen = fen_from_yuan(
                f"{yuan or '0'}.{decimals.ljust(2, '0')}",
                two_decimals=True,
                zero_allowed=zero_allowed,
            )
        except AmountRefused as refused:
            code = refused.code
        else:
            return fen
    faults.append(fault(code, line=field.line, field=f":{field.tag}:", value=written))
    return None


def _day(digits: str) -> date | None:
    try:
        return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def _entry_day(digits: str, value_day: date | None) -> date | None:
    """The booking day has no year: take the one nearest to the value day, across New Year too."""
    if value_day is None:
        return None
    near = []
    for year in (value_day.year - 1, value_day.year, value_day.year + 1):
        try:
            near.append(date(year, int(digits[:2]), int(digits[2:4])))
        except ValueError:
            continue
    return min(near, key=lambda day: abs(day - value_day), default=None)
