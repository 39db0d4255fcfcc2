"""What waits for a reviewer, and what a programme's year has left."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.models import Batch
from service.ledger.models import Appropriation
from service.notices.models import Notice
from service.officers.models import Officer


@dataclass(frozen=True)
class InReview:
    """A batch that waits for a reviewer; ``ends_on`` is its notice's last day, if it has one."""

    batch: Batch
    since: datetime | None
    ends_on: date | None


def in_review(session: Session, officer: Officer | None = None) -> list[InReview]:
    """Return the frozen batches, those an officer has not acted on if one is given, oldest first."""
    submitted_at = queries.since("submitted")
    query = (
        select(Batch, submitted_at, Notice.ends_on)
        .outerjoin(Notice, (Notice.batch_id == Batch.id) & (Notice.lines_root == Batch.lines_root))
        .where(Batch.state.in_(("frozen", "noticed")))
        .order_by(submitted_at, Batch.batch_no)
    )
    if officer is not None:
        query = query.where(queries.not_acted_by(officer))
    return [InReview(batch, since, ends_on) for batch, since, ends_on in session.execute(query)]


def appropriation_of(session: Session, batch: Batch) -> Appropriation | None:
    """Return what the batch's programme may cost in its year."""
    return session.scalars(
        select(Appropriation).where(
            Appropriation.programme == batch.programme,
            Appropriation.year == int(batch.month[:4]),
        )
    ).first()
