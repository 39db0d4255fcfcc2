"""Who may divide a list: a maker or finance, who takes no later step of it, nor took one before."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.batches.about import about_batch
from service.batches.instalments.models import InstalmentSplit
from service.batches.instalments.problems import NotBeforeReview, NotYoursToDivide
from service.batches.models import Batch, BatchAct
from service.foundation.problems import Problem
from service.officers.may import Matter, NotAllowed, Verdict, decide, may
from service.officers.models import Officer
from service.officers.queries import everyone

ACT = "batches.divide"


def about_division(session: Session, batch: Batch) -> Matter:
    """Return the matter of dividing a list; whoever approved or signed it in any round is apart."""
    about = about_batch(session, batch)
    deciders = select(BatchAct.officer_id).where(
        BatchAct.batch_id == batch.id, BatchAct.act.in_(("approved", "signed"))
    )
    return Matter(
        kind=about.kind,
        programme=about.programme,
        state=batch.state,
        done_by=frozenset(session.scalars(deciders)),
        conflicted=about.conflicted,
    )


def require_may_divide(session: Session, batch: Batch, officer: Officer) -> None:
    """Raises NotBeforeReview for a list past its maker, and NotYoursToDivide with who may."""
    problem = why_not(session, batch, officer)
    if problem is not None:
        raise problem


def why_not(session: Session, batch: Batch, officer: Officer) -> Problem | None:
    """Return why an officer who sees a list may not divide it now, with who may; None if he may."""
    about = about_division(session, batch)
    verdict = decide(officer, ACT, about)
    if verdict is Verdict.YES:
        return None
    if verdict is Verdict.NOT_NOW:
        return NotBeforeReview(batch)
    own = NotAllowed(ACT, verdict if verdict is not Verdict.UNSEEN else Verdict.NO_DUTY)
    able = [one for one in everyone(session) if one.id != officer.id and may(one, ACT, about)]
    return NotYoursToDivide(batch, own, [(one.name, one.organisation) for one in able])


def has_divided(session: Session, batch: Batch, officer_id: UUID) -> bool:
    """Return whether an officer divided a list: he does not approve or sign it then."""
    found = exists().where(
        InstalmentSplit.batch_id == batch.id, InstalmentSplit.made_by == str(officer_id)
    )
    return bool(session.scalar(select(found)))
