"""Check a return sheet's stated counts and sums against the lines it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bank_adapters.contract import Fault, ReplyRecord, State
from bank_adapters.faults import fault
from bank_adapters.totals import total_fault


@dataclass(frozen=True, slots=True)
class Stated:
    """A count and a sum in fen as written in the sheet; None where it could not be read."""

    count: int | None = None
    amount_fen: int | None = None


def check_header(header: Stated, records: Sequence[ReplyRecord]) -> Iterator[Fault]:
    """Yield what does not fit the original file: fewer lines are silence, more are a fault."""
    count, total = len(records), _sum(records)
    complete = count == header.count
    if header.count is not None and count > header.count:
        yield fault("count_differs", line=1, field="总笔数", detail=f"{header.count} / {count}")
    elif header.count is not None and not complete:
        yield fault("reply_incomplete", detail=f"{count} / {header.count}")
    if header.amount_fen is not None and (
        total != header.amount_fen if complete else total > header.amount_fen
    ):
        yield total_fault(header.amount_fen, total, line=1, field="总金额")


def check_closing(
    listed: Stated, paid: Stated, records: Sequence[ReplyRecord], line: int
) -> Iterator[Fault]:
    """Yield what the closing line states otherwise than the lines show."""
    successful = [record for record in records if record.state is State.PAID]
    for stated, having, names in (
        (listed, records, ("笔数", "金额")),
        (paid, successful, ("成功笔数", "成功金额")),
    ):
        if stated.count is not None and stated.count != len(having):
            detail = f"{stated.count} / {len(having)}"
            yield fault("count_differs", line=line, field=names[0], detail=detail)
        if stated.amount_fen is not None and stated.amount_fen != _sum(having):
            yield total_fault(stated.amount_fen, _sum(having), line=line, field=names[1])


def _sum(records: Sequence[ReplyRecord]) -> int:
    return sum(record.amount_fen or 0 for record in records)
