"""Begin a round that keeps what was decided before a step: same lines, same people, same steps."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.approvals.models import ApprovalAct, ApprovalStep
from service.approvals.steps import laid, taken
from service.batches.models import Batch, BatchAct


def keep_until(session: Session, batch: Batch, position: int) -> None:
    """Open the next round with the acts of the steps before ``position``, each as it was made.

    Nobody of them can act again, because the new round has their acts; whoever decided from that
    position on can. The database checks every kept act as it checked it the first time.
    """
    steps = laid(session, batch)
    kept = [one for one in taken(session, batch) if one.position < position]
    people = [one.officer_id for one in kept]
    acts = session.scalars(
        select(BatchAct).where(
            BatchAct.batch_id == batch.id,
            BatchAct.round == batch.round,
            or_(BatchAct.act == "submitted", BatchAct.officer_id.in_(people)),
        )
    ).all()
    batch.round += 1
    session.flush()
    for table, rows in ((BatchAct, acts), (ApprovalStep, steps)):
        session.execute(insert(table), [_again(one, batch.round) for one in rows])
    # One after the other: each is refused unless the step before it is complete.
    for one in kept:
        session.execute(insert(ApprovalAct), _again(one, batch.round))
    session.flush()


def _again(row: BatchAct | ApprovalStep | ApprovalAct, number: int) -> dict[str, Any]:
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {**values, "round": number}
