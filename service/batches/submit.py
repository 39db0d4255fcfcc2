"""Submit a batch: its maker freezes the ready lines; from here on it is decided or returned."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.log.tree import Frontier, leaf_hash
from service.audit.moves import move
from service.batches.about import about_batch
from service.batches.acts import act
from service.batches.died_since import hold_the_dead
from service.batches.findings.look import look_at_whole
from service.batches.findings.queries import require_no_stop
from service.batches.leaf import LEAF_SQL
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.models import Officer


class NothingToPay(Problem):
    """Every line of the batch is held."""

    code = "nothing_to_pay"
    status = 409
    title = "There is nothing to submit"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} has no line that could be paid now; every line is held.",
            f"{batch.batch_no} 没有可发放的明细，全部处于暂缓状态。",
        )


def submit(session: Session, batch: Batch, *, by: Officer, session_id: str = "") -> None:
    """Freeze the ready lines of a draft or returned batch; held lines stay behind with their reasons.

    Who died since the list was made is held; the list is looked at whole once more, as it is now. Raises FindingsStop, NothingToPay,
    AlreadyActed, IllegalMove.
    """
    require(by, "batches.submit", about_batch(session, batch))
    actor = by.actor(session_id)
    if batch.state in ("draft", "returned"):
        hold_the_dead(session, batch, by=actor)
    look_at_whole(session, batch)
    require_no_stop(session, batch)
    count, total = move_lines(
        session,
        Payment.batch_id == batch.id,
        now="ready",
        then="frozen",
        by=actor,
        on=("batches", batch.id),
    )
    if not count:
        raise NothingToPay(batch)
    batch.frozen_count, batch.frozen_fen = count, total
    batch.lines_root = lines_root(session, batch)
    act(session, batch, by, "submitted", at=clock.now())
    move(
        session,
        batch,
        "frozen",
        by=actor,
        details={"count": count, "amount_fen": total, "lines_root": batch.lines_root.hex()},
        after_digest=f"rfc6962-sha256:{batch.lines_root.hex()}",
    )


def lines_root(session: Session, batch: Batch) -> bytes:
    """Return the Merkle root over the batch's lines that are past the freeze, in order of id."""
    frontier = Frontier()
    for leaf in leaves(session, batch):
        frontier.append(leaf_hash(leaf))
    return frontier.root()


def leaves(session: Session, batch: Batch) -> Iterator[bytes]:
    """Yield the canonical bytes of the lines that are past the freeze, in order of id."""
    written = session.scalars(
        text(
            f"SELECT {LEAF_SQL} FROM payments p "  # noqa: S608 - a constant of ours
            "WHERE p.batch_id = :batch AND p.state NOT IN ('held', 'ready') ORDER BY p.id"
        ),
        {"salt": batch.salt, "batch": batch.id},
        execution_options={"yield_per": 5_000},
    )
    for leaf in written:
        yield leaf.encode()
