"""No file keeps a reader busy or fills the memory: what is too deep, too long or too many is refused.

Every profile that is registered and reads is tried, also one that somebody adds tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bank_adapters import adapter_for, profiles
from bank_adapters.contract import ReplyRecord
from bank_adapters.formats import read_bytes
from bank_adapters.registry import format_for, formats
from bank_adapters.sheets import workbook_in
from tests.bank_adapters.answers import answer, answer_name
from tests.bank_adapters.good_files import GOOD, SAID

BANKS = {one.name for one in profiles()}
READERS = sorted(one.profile.name for one in formats() if one.profile.reads)
AMOUNTS = (b"100.01", b"100,01", b"10001")
DAYS = (b"2026-11-25", b"20261125", b"261125")


def hostile(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield what a good file becomes when somebody wants its reader to break; none of it is one."""
    middle = len(good) // 2
    for amount in AMOUNTS:
        for kind, number in (
            ("digits", b"9" * 5000),
            ("digits and fen", b"9" * 5000 + amount[-3:]),
            ("exponent", b"1e999999999"),
        ):
            yield f"amount {kind}", good.replace(amount, number)
    for day in DAYS:
        for written in (b"9" * len(day), b"9" * 5000, day.replace(b"11", b"13")):
            yield "day", good.replace(day, written)
    yield "count", good.replace(b">3<", b">" + b"9" * 5000 + b"<")
    yield "reference", good.replace(b"PAY0000001", b"P" * 100_000)
    yield "elements in elements", good[:middle] + b"<a>" * 50_000
    yield "lists in lists", b"[" * 50_000
    yield "objects in objects", b'{"a":' * 50_000
    yield "one long value", good[:middle] + b"A" * 1_000_000 + good[middle:]
    yield "lines", good[:middle] + b"\n" * 400_000 + good[middle:]
    attributes = b" ".join(b'a%d="x"' % number for number in range(5_000))
    yield "attributes", good.replace(b"<Document", b"<Document " + attributes, 1)


@pytest.mark.parametrize("name", READERS)
def test_a_hostile_file_ends_in_a_fault_or_in_what_stands_there(name: str) -> None:
    good = GOOD[name] if name in GOOD else answer(name, SAID)
    reader = format_for(name)
    assert read_bytes(reader, good).records or name in BANKS
    for kind, content in hostile(good):
        if content == good:
            continue
        found = read_bytes(reader, content)
        assert all(one.amount_fen is None or one.amount_fen < 10**15 for one in found.records), kind
        assert found.believable or not found.records, kind
        assert len(found.faults) < 1_100, kind
        if name in BANKS:
            adapter = adapter_for(name)
            adapter.read_reply(answer_name(adapter.profile), content)
            adapter.read_statement(content)


def test_more_lines_than_an_order_can_have_are_counted_and_not_read() -> None:
    """Blank lines cost a reader as much as any: a hundred million of them are a few megabytes packed."""
    for name in ("icbc-bxt", "cmbc-csv", "lanzhou"):
        adapter = adapter_for(name)
        good = answer(name, SAID)
        many = good + b"\n" * 2 * adapter.profile.max_lines
        assert {one.code for one in adapter.read_reply("x", many).faults} <= {"file_not_named"}
        for blank in (b"\n", b"\r\n", b" \n", b"|\n"):
            content = b"1|2" + blank * (adapter.profile.max_lines + 200) + good
            (told,) = adapter.read_reply("x", content).faults
            assert told.code == "too_many_lines"
    sheet = answer("ccb-sheet", SAID)
    assert len(workbook_in.rows_of(sheet, 10).rows) > 3
    assert [one.code for one in workbook_in.rows_of(sheet, 2).faults] == ["too_many_lines"]


@pytest.mark.parametrize("name", sorted(BANKS))
def test_a_reason_cut_in_the_middle_of_a_character_takes_no_delimiter_with_it(name: str) -> None:
    """In GB18030 half a character and the delimiter behind it are a whole one: a column is gone."""
    adapter = adapter_for(name)
    good, words = answer(name, SAID), SAID[1].words.encode(adapter.profile.file_encoding)
    right = {(one.account_no, one.amount_fen, one.state) for one in _records(name, good)}
    for kept in range(len(words)):
        found = _records(name, good.replace(words, words[:kept]))
        assert {(one.account_no, one.amount_fen, one.state) for one in found} <= right
        assert len(found) in (0, len(right))


def _records(name: str, content: bytes) -> tuple[ReplyRecord, ...]:
    adapter = adapter_for(name)
    return tuple(adapter.read_reply(answer_name(adapter.profile), content).records)
