"""Submit a batch and post its notice at once, so that no list waits for review without its notice."""

from datetime import date

from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.submit import submit
from service.notices.post import post
from service.officers.models import Officer


def submit_and_post(
    session: Session, batch: Batch, *, by: Officer, on: date, session_id: str = ""
) -> None:
    """Freeze a batch for review and, where its programme asks for a notice, post it on that day.

    The caller holds the batch's lock. Raises NothingToPay, AlreadyActed, IllegalMove.
    """
    submit(session, batch, by=by, session_id=session_id)
    post(session, batch, on=on, by=by.actor(session_id))
