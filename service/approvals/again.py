"""Have a list signed anew without anybody's asking: its files name a day that is over.

What was approved stays approved; only the signature was for a day that no bank takes any more. The
files are made anew for the next banking day, and the signers see the list again.
"""

from datetime import date

from sqlalchemy.orm import Session

from service.approvals.back import to_position
from service.approvals.decide import finish
from service.approvals.recall import withdraw_files
from service.approvals.steps import laid
from service.audit.actor import Actor
from service.batches.models import Batch


def sign_again(session: Session, batch: Batch, *, by: Actor, reason: str, on: date) -> None:
    """Begin a round in which every approval stands and the files are made anew.

    The caller holds the batch's lock; it is prepared or signed. Raises OnItsWay once a file of it
    was given to a bank, and whatever keeps money from being committed.
    """
    if batch.state == "signed":
        withdraw_files(session, batch, by)
    target = next(step for step in laid(session, batch) if step.kind == "sign")
    to_position(session, batch, target, by=by, reason=reason, on=on)
    finish(session, batch, by=by, on=on, details={"step": target.code})
