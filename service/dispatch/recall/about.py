"""What the decision table asks about a recall: the programme that its bank file pays."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.dispatch.about import about_file
from service.dispatch.recall.models import Recall
from service.foundation.problems import NotFound
from service.officers.may import Matter


def about_recall(session: Session, recall_id: UUID) -> Matter:
    """Return the matter of an act on one recall; raises NotFound."""
    file_id = session.scalar(select(Recall.bank_file_id).where(Recall.id == recall_id))
    if file_id is None:
        raise NotFound("recall")
    return about_file(session, file_id)
