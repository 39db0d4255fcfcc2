"""Every payment of a batch, one line of JSON each, as it goes by; of a county's longest list too."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import rfc8785
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.log.tree import leaf_hash
from service.batches.leaf import LEAF_SQL
from service.batches.models import Batch
from service.foundation.ids import reference_of
from service.web.filters import masked_name

NAME = "payments.jsonl"
_ROWS = f"""
    SELECT p.id, p.state, p.period, p.line_type, p.attempt, p.amount_fen, p.payee_name, p.division,
           p.settled_on, p.result_code, p.replaces_id, f.file_reference,
           CASE WHEN p.state IN ('held', 'ready') THEN NULL ELSE {LEAF_SQL} END AS leaf
    FROM payments p LEFT JOIN bank_files f ON f.id = p.bank_file_id
    WHERE p.batch_id = :batch ORDER BY p.id
"""  # noqa: S608 - constants of ours


@dataclass
class Totals:
    """Lines and fen by state, counted as the lines go by."""

    states: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    def count(self, state: str, fen: int) -> None:
        """Take one line."""
        self.states[state][0] += 1
        self.states[state][1] += fen

    def said(self) -> dict[str, dict[str, int]]:
        """Return {state: {count, fen}}."""
        return {
            state: {"count": count, "fen": fen}
            for state, (count, fen) in sorted(self.states.items())
        }


def lines_of(session: Session, batch: Batch, totals: Totals, *, whole: bool) -> Iterator[bytes]:
    """Yield a batch's payments by id; names are masked unless whole, leaves are hashes in any case."""
    rows = session.execute(
        text(_ROWS),
        {"salt": batch.salt, "batch": batch.id},
        execution_options={"yield_per": 5_000},
    )
    for row in rows:
        totals.count(row.state, row.amount_fen)
        said = {
            "reference": reference_of(row.id),
            "state": row.state,
            "period": row.period,
            "line_type": row.line_type,
            "attempt": row.attempt,
            "amount_fen": row.amount_fen,
            "payee": row.payee_name if whole else masked_name(row.payee_name),
            "division": row.division,
            "settled_on": row.settled_on.isoformat() if row.settled_on else None,
            "result_code": row.result_code,
            "pays_again": reference_of(row.replaces_id) if row.replaces_id else None,
            "file": row.file_reference,
            "leaf": leaf_hash(row.leaf.encode()).hex() if row.leaf else None,
        }
        yield rfc8785.dumps(said) + b"\n"
