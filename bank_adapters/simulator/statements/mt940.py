"""Write MT940 for a bank day: one message per account, our reference in :61: or behind EREF+."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bank_adapters.simulator.statements.movements import AccountDay, Kind, Movement

TYPES = {
    Kind.BATCH: "NTRF",
    Kind.PAYMENT: "NTRF",
    Kind.RETURN: "NRTI",
    Kind.RETURNS: "NRTI",
    Kind.UNDONE: "NRTI",
    Kind.INTEREST: "NINT",
    Kind.FEES: "NCHG",
    Kind.FOREIGN: "NTRF",
    Kind.LOOKALIKE: "NTRF",
}
REFERENCE_MAX = 16
LINE_MAX = 65


def statement_text(day: date, accounts: Sequence[AccountDay]) -> bytes:
    """Return the day's messages; what is only announced has no place in an MT940."""
    return "".join(_message(day, one) for one in accounts).encode("ascii")


def _message(day: date, account: AccountDay) -> str:
    opening_fen = account.opening_fen + account.gap_fen
    closing_fen = account.closing_fen + account.gap_fen + account.error_fen
    booked = [one for one in account.movements if one.booked]
    lines = [
        "{1:F01ANXINCNBJXXX0000000000}{2:O9400000000000ANXINCNBJXXX00000000000000000000N}{4:",
        f":20:{day:%y%m%d}{account.number}{account.mark}",
        f":25:{account.account_no}",
        f":28C:{account.number}/1",
        f":60F:{_balance(opening_fen, day)}",
        *(text for place, one in enumerate(booked, 1) for text in _line(day, account, place, one)),
        f":62F:{_balance(closing_fen, day)}",
        "-}",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _balance(amount_fen: int, day: date) -> str:
    return f"{'C' if amount_fen >= 0 else 'D'}{day:%y%m%d}CNY{_amount(abs(amount_fen))}"


def _amount(amount_fen: int) -> str:
    return f"{amount_fen // 100},{amount_fen % 100:02d}"


def _line(day: date, account: AccountDay, place: int, one: Movement) -> list[str]:
    mark = "C" if one.credit else "D"
    own = one.reference if one.reference and len(one.reference) <= REFERENCE_MAX else "NONREF"
    bank = f"{day:%y%m%d}-{account.number}-{place}"[:REFERENCE_MAX]
    # A reader takes what stands behind the strokes of a nameless credit for the payer's reference.
    tail = "" if one.credit and own == "NONREF" else f"//{bank}"
    moved = f"{day:%y%m%d}{day:%m%d}{mark}{_amount(one.amount_fen)}{TYPES[one.kind]}"
    head = f":61:{moved}{own}{tail}"
    said = _said(one)
    return [head, f":86:{said[:LINE_MAX]}"] if said else [head]


def _said(one: Movement) -> str:
    if one.kind is Kind.BATCH:
        return f"BATCH {one.file_reference} {one.count}"
    if one.kind is Kind.RETURNS:
        return f"RETURNED {len(one.listed) or one.count} PAYMENTS"
    if one.kind in {Kind.RETURN, Kind.UNDONE}:
        reference = f"EREF+{one.reference} " if one.reference else ""
        return f"{reference}RTRN {one.code}"
    if one.kind is Kind.PAYMENT:
        return f"EREF+{one.reference}" if one.reference else ""
    return one.kind.value.upper()
