"""How many officers have to sign a batch: what its chain of sign-offs asks for."""

from sqlalchemy.orm import Session

from service.approvals.signers import signatures_asked
from service.batches.models import Batch


def signatures_required(session: Session, batch: Batch) -> int:
    """Return how many different signers a batch needs; at least one."""
    return sum(one.needed for one in signatures_asked(session, batch))
