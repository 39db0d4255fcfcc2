"""Who has acted in a batch's chain: one person, one act a round."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.batches.instalments.dividers import has_divided
from service.batches.models import Batch, BatchAct
from service.foundation.problems import Problem
from service.officers.models import Officer


class AlreadyActed(Problem):
    """The officer has already acted on this batch."""

    code = "already_acted"
    status = 409
    title = "Nobody acts twice on one batch"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"You have already acted on {batch.batch_no}; another officer must take the next step.",
            f"您已处理过 {batch.batch_no}，下一步须由其他人员办理。",
        )


def act(
    session: Session, batch: Batch, officer: Officer, what: str, *, at: datetime, reason: str = ""
) -> None:
    """Write down an officer's act; raises :class:`AlreadyActed` for the second in a round.

    Whoever divided the list into instalments does not approve or sign it. The table's primary key is (batch, round, officer), so it also holds against a race.
    """
    if what in ("approved", "signed") and has_divided(session, batch, officer.id):
        raise AlreadyActed(batch)
    done = session.scalar(
        insert(BatchAct)
        .values(
            batch_id=batch.id,
            round=batch.round,
            officer_id=officer.id,
            act=what,
            at=at,
            reason=reason,
        )
        .on_conflict_do_nothing()
        .returning(BatchAct.officer_id)
    )
    if done is None:
        raise AlreadyActed(batch)
