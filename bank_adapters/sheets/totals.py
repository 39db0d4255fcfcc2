"""Check what an answer states about itself against the lines it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bank_adapters.contract import Fault, ReplyRecord, State
from bank_adapters.faults import fault
from bank_adapters.sheets.answer import Answer
from bank_adapters.totals import total_fault


def check_sent(answer: Answer) -> Iterator[Fault]:
    """Yield what does not fit the original file: fewer lines are silence, more are a fault."""
    records, stated = answer.records, answer.stated
    count, total_fen = len(records), _sum(records)
    sent, sent_fen = answer.number("count"), answer.number("total")
    complete = sent is None or count == sent
    if sent is not None and count > sent:
        _, cell, line = stated["count"]
        yield fault("count_differs", line=line, field=cell.name, detail=f"{sent} / {count}")
    elif not complete:
        yield fault("reply_incomplete", detail=f"{count} / {sent}")
    if sent_fen is not None and (total_fen != sent_fen if complete else total_fen > sent_fen):
        _, cell, line = stated["total"]
        yield total_fault(sent_fen, total_fen, line=line, field=cell.name)


def check_counted(answer: Answer) -> Iterator[Fault]:
    """Yield what the answer counts otherwise than its lines show."""
    records = answer.records
    for what, having in (
        ("listed", records),
        ("paid", [one for one in records if one.state is State.PAID]),
        ("failed", [one for one in records if one.state is State.REJECTED]),
    ):
        count, total_fen = answer.number(f"{what}_count"), answer.number(f"{what}_total")
        if count is not None and count != len(having):
            _, cell, line = answer.stated[f"{what}_count"]
            yield fault(
                "count_differs", line=line, field=cell.name, detail=f"{count} / {len(having)}"
            )
        if total_fen is not None and total_fen != _sum(having):
            _, cell, line = answer.stated[f"{what}_total"]
            yield total_fault(total_fen, _sum(having), line=line, field=cell.name)


def _sum(records: Sequence[ReplyRecord]) -> int:
    return sum(record.amount_fen or 0 for record in records)
