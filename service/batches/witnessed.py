"""Say on a batch's page that what was done last has no effect yet."""

from sqlalchemy.orm import Session

from service.audit.cosigning.published import is_witnessed
from service.batches.models import Batch
from service.web.language import gettext


def said_waiting(session: Session, batch: Batch) -> str:
    """Return that the batch waits for the witnesses, or nothing."""
    if is_witnessed(session, ("batches", batch.id)):
        return ""
    return gettext(
        "What was done last is recorded and waits for the witnesses; it has no effect until they have confirmed it."
    )
