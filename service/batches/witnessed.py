"""Say on a batch's page that what was done last has no effect yet."""

from sqlalchemy.orm import Session

from service.audit.cosigning.published import is_witnessed, witnesses_of_last
from service.batches.models import Batch
from service.web.language import gettext


def said_waiting(session: Session, batch: Batch) -> str:
    """Return that the batch waits for the witnesses, or nothing."""
    if is_witnessed(session, ("batches", batch.id)):
        return ""
    return gettext(
        "What was done last is recorded and waits for the witnesses; it has no effect until they have confirmed it."
    )


def said_witnessed(session: Session, batch: Batch) -> str:
    """Return by how many of the witnesses the record is confirmed; nothing where none is asked, or it waits."""
    counted = witnesses_of_last(session)
    if counted is None or not is_witnessed(session, ("batches", batch.id)):
        return ""
    said = gettext("Recorded, and witnessed by %(given)s of %(asked)s.")
    return said % {"given": counted[0], "asked": counted[1]}
