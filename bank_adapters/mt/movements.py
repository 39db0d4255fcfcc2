"""What each line of an MT940 or MT942 is, and a customer statement put together for booking."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bank_adapters.contract import EntryKind, Statement, StatementEntry
from bank_adapters.faults import fault
from bank_adapters.formats import REVERSED, AccountDay
from bank_adapters.judged import Judged
from bank_adapters.mt.messages import Message
from bank_adapters.mt.references import (
    NO_REFERENCE,
    labelled_reference,
    reason_code,
    returned,
)
from bank_adapters.mt.values import StatementLine


class Movement(NamedTuple):
    """What one :61: is: whose, of what kind, why, and whether money comes back by it."""

    reference: str
    kind: EntryKind
    code: str
    said: str
    back: bool


def keep_statement(
    pages: list[Statement],
    message: Message,
    told: AccountDay,
    lines: list[tuple[tuple[StatementLine, str], Movement]],
) -> None:
    """Keep a statement for booking; a further page is one with the page before it."""
    if told.opening_fen is None or told.closing_fen is None or told.booked_on is None:
        return
    goes_on = bool(pages) and message.first("60M") is not None and pages[-1].account == told.account
    before = pages.pop() if goes_on else None
    taken = len(before.entries) if before is not None else 0
    entries = tuple(
        StatementEntry(
            account=told.account,
            booked_on=line.booked_on or told.booked_on,
            credit=line.credit,
            amount_fen=line.amount_fen,
            kind=movement.kind,
            reference=movement.reference,
            file_reference="",
            bank_reference="" if line.bank_reference in NO_REFERENCE else line.bank_reference,
            reason_code=movement.code if movement.back else "",
            ordinal=str(taken + place),
            value_on=line.value_on,
        )
        for place, ((line, _), movement) in enumerate(lines, start=1)
        if not line.expected
    )
    if before is not None:
        entries = (*before.entries, *entries)
        pages.append(
            replace(before, closing_fen=told.closing_fen, booked_on=told.booked_on, entries=entries)
        )
        return
    pages.append(
        Statement(
            account=told.account,
            number=told.number,
            statement_id=told.statement_id,
            opening_fen=told.opening_fen,
            closing_fen=told.closing_fen,
            booked_on=told.booked_on,
            entries=entries,
        )
    )


def movement_of(line: StatementLine, said: str, faults: Judged) -> Movement:
    """Return what a line is by its own marks and the text behind it."""
    reference = "" if line.reference in NO_REFERENCE else line.reference
    reference = reference or labelled_reference(said)
    told = returned(line.kind, said)
    # Behind the strokes stands the bank's own reference; some put ours there when a payment comes back.
    if not reference and line.credit and told and line.bank_reference not in NO_REFERENCE:
        reference = line.bank_reference
    kind = EntryKind.OTHER
    if line.mark in {"RD", "RC"}:
        kind = EntryKind.REVERSAL
    elif line.credit:
        if reference or told:
            kind = EntryKind.RETURN
        if reference and not told:
            faults.append(fault("return_assumed", line=line.line, value=reference))
    elif reference and not told:
        kind = EntryKind.PAYMENT_DEBIT
    back = kind in {EntryKind.RETURN, EntryKind.REVERSAL}
    code = (reason_code(said) if back else "") or (REVERSED if line.mark[0] == "R" else line.kind)
    return Movement(reference, kind, code, said[:200] if back else "", back)
