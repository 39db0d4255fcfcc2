"""Read MT940 and MT942 strictly: every field to the letter, every statement adding up, or nothing.

A return of our payment is normally a new credit (C) with our reference; RD is the bank undoing a
debit, RC undoing a credit. EC and ED only announce. Statements over several messages (60M, 62M)
must join without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from bank_adapters.contract import (
    ReplyRecord,
    ReplyTotals,
    State,
    Statement,
    StatementFile,
)
from bank_adapters.faults import fault, is_fatal
from bank_adapters.formats import AccountDay, ReadFile, movement_state
from bank_adapters.judged import Judged, Rules
from bank_adapters.money import two_sums
from bank_adapters.mt.messages import Field, Message, messages_of
from bank_adapters.mt.movements import Movement, keep_statement, movement_of
from bank_adapters.mt.references import NO_REFERENCE, narrative
from bank_adapters.mt.values import (
    Balance,
    StatementLine,
    read_balance,
    read_line,
    read_number,
    read_sum,
)

MAX_BYTES = 256 * 1024 * 1024
RULES = Rules(strict=False, pointed_out=frozenset({"currency_wrong"}))
STATEMENT = {
    "20",
    "21",
    "25",
    "25P",
    "28",
    "28C",
    "60F",
    "60M",
    "61",
    "86",
    "62F",
    "62M",
    "64",
    "65",
}
INTERIM = {"20", "21", "25", "25P", "28", "28C", "34F", "13", "13D", "61", "86", "90C", "90D"}
DEMANDED = {
    True: (("25", "25P"), ("28", "28C"), ("60F", "60M"), ("62F", "62M")),
    False: (("25", "25P"), ("28", "28C")),
}


# :86: may stand behind any of them.
ORDER = {
    "20": 0,
    "21": 1,
    "25": 2,
    "28": 3,
    "60": 4,
    "34": 4,
    "13": 5,
    "61": 6,
    "62": 7,
    "90": 7,
    "64": 8,
    "65": 9,
}


@dataclass
class _Reading:
    faults: Judged = field(default_factory=lambda: Judged(RULES))
    records: list[ReplyRecord] = field(default_factory=list)
    accounts: list[AccountDay] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    # Account → statement number, next page and balance that a further page has to open with.
    open_pages: dict[str, tuple[int, int, int | None]] = field(default_factory=dict)


def read_940(source: BinaryIO) -> ReadFile:
    """Read customer statements. Never raises for its input."""
    return _read(source, statement=True)


def read_statements(content: bytes) -> StatementFile:
    """Read MT940 for a channel that books money: every statement of the file, or none."""
    reading = _taken(content, statement=True)
    believed = not is_fatal(reading.faults)
    return StatementFile(
        statements=tuple(reading.statements) if believed else (), faults=reading.faults.told()
    )


def read_942(source: BinaryIO) -> ReadFile:
    """Read interim reports. Never raises for its input."""
    return _read(source, statement=False)


def _taken(content: bytes, *, statement: bool) -> _Reading:
    reading = _Reading()
    if len(content) > MAX_BYTES:
        reading.faults.append(fault("file_too_large", detail=f"> {MAX_BYTES}"))
    else:
        found = messages_of(content, reading.faults)
        closes = any(one.ended for one in found)
        for message in found:
            if closes and not message.ended:
                reading.faults.append(fault("message_cut_off", line=message.line))
            _message(reading, message, statement=statement)
        for account in reading.open_pages:
            reading.faults.append(
                fault("page_of_several", field=":62M:", value=account, detail="62M")
            )
    return reading


def _read(source: BinaryIO, *, statement: bool) -> ReadFile:
    reading = _taken(source.read(MAX_BYTES + 1), statement=statement)
    believed = not is_fatal(reading.faults)
    records = tuple(reading.records) if believed else ()
    return ReadFile(
        records=records,
        faults=reading.faults.told(),
        totals=ReplyTotals(
            len(reading.records), sum(one.amount_fen or 0 for one in reading.records), None, None
        ),
        accounts=tuple(reading.accounts) if believed else (),
    )


def _message(reading: _Reading, message: Message, *, statement: bool) -> None:
    faults = reading.faults
    _check_tags(message, faults, statement=statement)
    account = message.first("25", "25P")
    number_field = message.first("28C", "28")
    number = read_number(number_field, faults) if number_field is not None else None
    opening = _balance(message, faults, "60F", "60M")
    closing = _balance(message, faults, "62F", "62M")
    foreign = any(one is not None and one.signed_fen is None for one in (opening, closing))
    lines = _lines(message, faults)
    if not statement:
        foreign = _check_interim(message, [one for one, _ in lines], faults)
    moved = sum(one.signed_fen for one, _ in lines)
    if opening is not None and closing is not None and not foreign:
        reached = (opening.signed_fen or 0) + moved
        if reached != closing.signed_fen:
            detail = two_sums(reached, closing.signed_fen or 0)
            faults.append(fault("balance_wrong", line=message.line, field=":62:", detail=detail))
    if account is not None and number is not None and statement:
        _join_pages(reading, message, account.text.strip(), number, opening, closing)
    said_of = [movement_of(one, said, faults) for one, said in lines]
    reading.records += [
        _record(one, movement, foreign) for (one, _), movement in zip(lines, said_of, strict=True)
    ]
    booked = [one for one, _ in lines if not one.expected]
    told = AccountDay(
        account=account.text.strip() if account is not None else "",
        number=number[0] if number is not None else None,
        statement_id=(message.first("20") or Field("20", ("",), 0)).text.strip(),
        booked_on=_day(closing, booked),
        opening_fen=opening.signed_fen if opening is not None else None,
        closing_fen=closing.signed_fen if closing is not None else None,
        entry_count=len(lines),
        credit_fen=sum(one.amount_fen for one in booked if one.credit),
        debit_fen=sum(one.amount_fen for one in booked if not one.credit),
    )
    reading.accounts.append(told)
    if statement:
        keep_statement(reading.statements, message, told, list(zip(lines, said_of, strict=True)))


def _day(closing: Balance | None, booked: list[StatementLine]) -> date | None:
    if closing is not None:
        return closing.day
    return booked[-1].booked_on if booked else None


def _check_tags(message: Message, faults: Judged, *, statement: bool) -> None:
    known = STATEMENT if statement else INTERIM
    last = 0
    for one in message.fields:
        place = ORDER.get(one.tag[:2], last)
        if one.tag not in known or place < last:
            faults.append(fault("tag_unexpected", line=one.line, field=f":{one.tag}:"))
        last = max(last, place)
    for tags in DEMANDED[statement]:
        having = [one for one in message.fields if one.tag in tags]
        if not having:
            faults.append(fault("tag_missing", line=message.line, field=f":{tags[-1]}:"))
        elif len(having) > 1:
            faults.append(fault("tag_twice", line=having[1].line, field=f":{having[1].tag}:"))
    if not (message.first("20") or Field("20", ("",), 0)).text.strip():
        faults.append(fault("tag_malformed", line=message.line, field=":20:"))
    account = message.first("25", "25P")
    if account is not None and not account.text.strip():
        faults.append(fault("account_missing", line=account.line, field=":25:"))


def _balance(message: Message, faults: Judged, *tags: str) -> Balance | None:
    found = message.first(*tags)
    return read_balance(found, faults) if found is not None else None


def _lines(message: Message, faults: Judged) -> list[tuple[StatementLine, str]]:
    """Every :61: with the text of the :86: behind it."""
    found: list[tuple[StatementLine, str]] = []
    after_line = False
    for one in message.fields:
        if one.tag == "61":
            line = read_line(one, faults)
            after_line = line is not None
            if line is not None:
                found.append((line, line.supplement))
        elif one.tag == "86" and after_line:
            line, supplement = found[-1]
            found[-1] = (line, f"{supplement} {narrative(one.lines)}".strip())
            after_line = False
        else:
            after_line = False
    return found


def _check_interim(message: Message, lines: list[StatementLine], faults: Judged) -> bool:
    """Hold the sums of an MT942 against its lines; return whether it is not in yuan."""
    foreign = False
    # Without its closing mark a report ends well when it sums up both sides that it has.
    whole = message.ended or message.first("90C", "90D") is not None
    for tag, credit in (("90C", True), ("90D", False)):
        found = message.first(tag)
        if found is None:
            whole = whole and (message.ended or all(one.credit is not credit for one in lines))
            continue
        stated = read_sum(found, faults)
        if stated is None:
            foreign = True
            continue
        mine = [one for one in lines if one.credit is credit and not one.expected]
        every = [one for one in lines if one.credit is credit]
        told = {(len(some), sum(one.amount_fen for one in some)) for some in (mine, every)}
        if stated not in told:
            detail = f"{stated[0]} {stated[1]} / {len(mine)} {sum(one.amount_fen for one in mine)}"
            faults.append(fault("count_differs", line=found.line, field=f":{tag}:", detail=detail))
    if not whole:
        faults.append(fault("message_cut_off", line=message.line))
    floor = message.first("34F")
    if floor is not None and floor.text[:3] not in {"CNY", "RMB"}:
        faults.append(fault("currency_wrong", line=floor.line, field=":34F:", value=floor.text[:3]))
        foreign = True
    return foreign


def _join_pages(
    reading: _Reading,
    message: Message,
    account: str,
    number: tuple[int, int],
    opening: Balance | None,
    closing: Balance | None,
) -> None:
    """A statement over several messages goes on where the page before it stopped."""
    before = reading.open_pages.pop(account, None)
    first = message.first("60F") is not None
    if before is not None and not first:
        statement_number, page, balance = before
        starts = opening.signed_fen if opening is not None else None
        if (statement_number, page + 1) != number or balance != starts:
            detail = f"{statement_number}/{page + 1} {balance} / {number[0]}/{number[1]} {starts}"
            reading.faults.append(
                fault("page_gap", line=message.line, field=":60M:", detail=detail)
            )
    elif before is not None or not first:
        reading.faults.append(
            fault(
                "page_of_several",
                line=message.line,
                field=":60M:",
                detail=f"{number[0]}/{number[1]}",
            )
        )
    if message.first("62M") is not None:
        ends = closing.signed_fen if closing is not None else None
        reading.open_pages[account] = (*number, ends)


def _record(line: StatementLine, movement: Movement, foreign: bool) -> ReplyRecord:
    state = movement_state(movement.kind, credit=line.credit, reference=movement.reference)
    if line.expected and state is not State.UNKNOWN:
        state = State.IN_TRANSIT
    if foreign and state in {State.PAID, State.RETURNED}:
        state = State.UNKNOWN
    return ReplyRecord(
        reference=movement.reference,
        state=state,
        amount_fen=None if foreign else line.amount_fen,
        code=movement.code,
        reason=movement.said,
        line=line.line,
        bank_reference="" if line.bank_reference in NO_REFERENCE else line.bank_reference,
    )
