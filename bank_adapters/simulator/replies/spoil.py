"""Spoil an answer in one arranged way: what it says, or the bytes it is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bank_adapters.simulator.customers import Customer
from bank_adapters.simulator.fates import Said
from bank_adapters.simulator.orders.order import OrderLine
from bank_adapters.simulator.replies.answer import Answer, Told, with_line
from bank_adapters.simulator.replies.standard import refusal_report, status_report
from bank_adapters.simulator.replies.table import return_sheet

Options = Mapping[str, Any]
MAINTENANCE = (
    "<!DOCTYPE html>\n<html><head><title>系统维护</title></head>"
    "<body><h1>503</h1><p>系统维护中，请稍后再试。</p></body></html>\n"
)
STRANGER = "6222600260009999993"
CUT_TO = 16


def render(customer: Customer, answer: Answer) -> bytes:
    """Return an answer in the customer's form."""
    if customer.table is None:
        return status_report(answer)
    return return_sheet(customer.table, answer)


def refusal(customer: Customer, number: int, file_reference: str, code: str) -> bytes:
    """Return a status report that refuses a whole file."""
    message = customer.profile if customer.profile.startswith("pain.001") else ""
    return refusal_report(f"ISO-{number}", file_reference, code, message)


def cut(reference: str, length: int) -> str:
    """Return the beginning of a reference."""
    return reference[:length]


def upper(reference: str) -> str:
    """Return a reference as an old core system shows it: capitals, in groups of four."""
    capital = reference.upper()
    return " ".join(capital[at : at + 4] for at in range(0, len(capital), 4))


def bare(reference: str) -> str:
    """Return a reference without leading zeros, as a number's column leaves it."""
    return reference.lstrip("0") or "0"


def _references(answer: Answer, change: Callable[[str], str]) -> Answer:
    lines = tuple(
        replace(one, line=replace(one.line, reference=change(one.line.reference)))
        for one in answer.lines
    )
    return replace(answer, lines=lines)


def _amounts(answer: Answer, change: Callable[[int], int]) -> Answer:
    def changed(line: OrderLine) -> OrderLine:
        return replace(line, amount_fen=change(line.amount_fen))

    order = replace(answer.order, lines=tuple(changed(line) for line in answer.order.lines))
    lines = tuple(replace(one, line=changed(one.line)) for one in answer.lines)
    return replace(answer, order=order, lines=lines)


def _first_amount(answer: Answer, _: Options) -> Answer:
    def more(line: OrderLine) -> OrderLine:
        return replace(line, amount_fen=line.amount_fen + 1)

    first = answer.lines[0]
    ordered = tuple(more(line) if line is first.line else line for line in answer.order.lines)
    answer = with_line(answer, 0, replace(first, line=more(first.line)))
    return replace(answer, order=replace(answer.order, lines=ordered))


def _extra_line(answer: Answer, _: Options) -> Answer:
    last = answer.lines[-1]
    stranger = replace(last.line, reference="NOBODY0001", amount_fen=88_800)
    told = Told(last.serial + 1, stranger, Said.PAID)
    order = replace(answer.order, lines=(*answer.order.lines, stranger))
    return replace(answer, order=order, lines=(*answer.lines, told))


def _under_way(answer: Answer) -> Answer:
    lines = tuple(replace(one, said=Said.PENDING, code="") for one in answer.lines)
    return replace(answer, lines=lines, mark="EARLIER")


def _unknown_status(customer: Customer) -> str:
    return "ZZZZ" if customer.table is None else "已挂账"


SAYINGS: Mapping[str, Callable[[Answer, Options], Answer]] = {
    "wrong_total_reply": lambda answer, _: replace(answer, wrong_fen=1),
    "backwards_reply": lambda answer, _: replace(answer, lines=answer.lines[::-1]),
    "group_only_reply": lambda answer, _: replace(answer, group_only=True),
    "fen_for_yuan_reply": lambda answer, _: _amounts(answer, lambda amount_fen: amount_fen * 100),
    "amount_reply": _first_amount,
    "line_twice_reply": lambda answer, _: replace(answer, lines=(*answer.lines, answer.lines[0])),
    "extra_line_reply": _extra_line,
    "reference_cut_reply": lambda answer, given: _references(
        answer, lambda reference: cut(reference, int(given.get("length", CUT_TO)))
    ),
    "reference_upper_reply": lambda answer, _: _references(answer, upper),
    "reference_bare_reply": lambda answer, _: _references(answer, bare),
}
BYTES: Mapping[str, Callable[[bytes], bytes]] = {
    "truncated_reply": lambda content: content[: len(content) * 2 // 3],
    "bom_reply": lambda content: b"\xef\xbb\xbf" + content,
    "html_reply": lambda _: MAINTENANCE.encode(),
    "empty_reply": lambda _: b"",
}


def unknown_status(customer: Customer, answer: Answer) -> Answer:
    """Return the answer with a status nobody agreed in its first line."""
    first = replace(answer.lines[0], status=_unknown_status(customer))
    return with_line(answer, 0, first)


def in_another_encoding(customer: Customer, content: bytes) -> bytes:
    """Return the same text in an encoding nobody agreed; a workbook becomes its own noise."""
    if customer.table is None:
        return content.decode().encode("utf-16-le")
    try:
        return content.decode(customer.table.file_encoding).encode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1").encode("utf-8")


def earlier(answer: Answer) -> Answer:
    """Return an older answer, in which nothing is decided yet."""
    return _under_way(answer)


def first_half(answer: Answer) -> Answer:
    """Return an answer that names only the first half of the payments, one at least."""
    half = max(1, len(answer.lines) // 2)
    return replace(answer, lines=answer.lines[:half], mark="PART")


def for_another_file(answer: Answer, file_reference: str) -> Answer:
    """Return the answer as if it spoke of another file."""
    return replace(answer, order=replace(answer.order, file_reference=file_reference))


def for_another_county(answer: Answer) -> Answer:
    """Return an answer that names another county's file and payees."""

    def stranger(line: OrderLine) -> OrderLine:
        written = tuple(
            STRANGER if text == line.account_no else "陌生人" if text == line.account_name else text
            for text in line.written
        )
        return replace(
            line,
            reference=f"Z{line.reference[1:]}" if line.reference else "",
            account_no=STRANGER,
            account_name="陌生人",
            written=written,
        )

    order = answer.order
    moved = replace(order, lines=tuple(stranger(line) for line in order.lines))
    lines = tuple(replace(one, line=stranger(one.line)) for one in answer.lines)
    return for_another_file(
        replace(answer, order=moved, lines=lines), f"QX99-{order.file_reference}"[:35]
    )
