"""How the part of a list that an officer sees differs from last month: the townships' sums, added up."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.about import sees_whole
from service.batches.differences.models import BatchDifference
from service.batches.models import Batch
from service.officers.models import Officer
from service.officers.reach import in_places, places, reaches

_JOINS = {"moved_in": "joined", "moved_out": "left"}
"""Who moved between townships has, for one of them alone, joined or left."""


def own_townships(batch: Batch, officer: Officer) -> dict[str, dict[str, dict[str, int]]]:
    """Return {township: {part: {count, amount_fen}}} of the townships that an officer sees whole."""
    every: dict[str, dict[str, dict[str, int]]] = (batch.differences or {}).get("townships", {})
    if sees_whole(officer, batch):
        return every
    return {
        code: parts
        for code, parts in every.items()
        if code and reaches(officer, "batches.read", code)
    }


def own_comparison(batch: Batch, officer: Officer) -> dict[str, Any]:
    """Return {last, joined, left, changed, this} of what an officer sees; nothing where none is kept."""
    if sees_whole(officer, batch):
        return batch.comparison
    townships = own_townships(batch, officer)
    if not townships:
        return {}
    sums = {
        part: {"count": 0, "amount_fen": 0}
        for part in ("last", "joined", "left", "changed", "this")
    }
    for parts in townships.values():
        for part, figures in parts.items():
            for figure in ("count", "amount_fen"):
                sums[_JOINS.get(part, part)][figure] += figures[figure]
    return sums


def own_causes(session: Session, batch: Batch, officer: Officer) -> list[dict[str, Any]]:
    """Return {part, cause, count, amount_fen} of each kind of difference that an officer sees."""
    if sees_whole(officer, batch):
        kept: list[dict[str, Any]] = (batch.differences or {}).get("causes", [])
        return kept
    rows = session.execute(
        select(
            BatchDifference.part,
            BatchDifference.cause,
            func.count(),
            func.sum(BatchDifference.this_fen - BatchDifference.last_fen),
        )
        .where(
            BatchDifference.batch_id == batch.id,
            in_places(places(officer, "batches.read"), BatchDifference.township),
        )
        .group_by(BatchDifference.part, BatchDifference.cause)
        .order_by(BatchDifference.part, BatchDifference.cause)
    )
    return [
        {
            "part": part,
            "cause": cause,
            "count": count,
            "amount_fen": -int(fen) if part == "left" else int(fen),
        }
        for part, cause, count, fen in rows
    ]


def own_places(officer: Officer, batch: Batch) -> tuple[str, ...] | None:
    """Return the leading digits of the places whose differences an officer sees; None for all."""
    return None if sees_whole(officer, batch) else places(officer, "batches.read")
