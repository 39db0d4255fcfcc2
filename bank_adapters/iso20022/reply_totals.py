"""Check that a status report's own counts and sums fit the transactions it lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.iso20022.records import Status, Transaction
from bank_adapters.totals import total_fault


@dataclass(frozen=True, slots=True)
class PerStatus:
    """How many transactions, and how many fen, the bank says it lists with one status."""

    status: str
    count: int | None
    amount_fen: int | None
    line: int | None


def check_totals(
    transactions: Sequence[Transaction],
    group_status: str,
    stated_count: int | None,
    stated_fen: int | None,
    per_status: Sequence[PerStatus],
) -> list[Fault]:
    """Return what does not fit; a report may name fewer payments than the file had, never more."""
    return [
        *_count(len(transactions), stated_count),
        *_sum(transactions, stated_count, stated_fen),
        *(
            found
            for stated in per_status
            for found in check_status(transactions, group_status, stated)
        ),
    ]


def _count(listed: int, stated: int | None) -> list[Fault]:
    if stated is None or listed == stated:
        return []
    if listed > stated:
        return [fault("count_differs", field="OrgnlNbOfTxs", detail=f"{stated} / {listed}")]
    return [fault("reply_incomplete", detail=f"{listed} / {stated}")] if listed else []


def _sum(
    transactions: Sequence[Transaction], stated_count: int | None, stated_fen: int | None
) -> list[Fault]:
    if stated_fen is None or not transactions:
        return []
    listed_fen = sum(one.amount_fen or 0 for one in transactions)
    all_listed = len(transactions) == stated_count and all(
        one.amount_fen is not None for one in transactions
    )
    wrong = listed_fen != stated_fen if all_listed else listed_fen > stated_fen
    return [total_fault(stated_fen, listed_fen)] if wrong else []


def check_status(
    transactions: Sequence[Transaction], group_status: str, stated: PerStatus
) -> list[Fault]:
    """Return what does not fit of one status, in the whole file or in one block."""
    group = Status(group_status)
    having = [one for one in transactions if one.effective(group)[0].status == stated.status]
    found = []
    # A bank that lists only exceptions states a count for the payments it does not list.
    if having and stated.count is not None and stated.count != len(having):
        detail = f"{stated.status[:4]} {stated.count} / {len(having)}"
        found.append(fault("count_differs", line=stated.line, field="NbOfTxsPerSts", detail=detail))
    complete = having and all(one.amount_fen is not None for one in having)
    if complete and stated.amount_fen is not None:
        listed_fen = sum(one.amount_fen or 0 for one in having)
        if listed_fen != stated.amount_fen:
            found.append(total_fault(stated.amount_fen, listed_fen, line=stated.line))
    return found
