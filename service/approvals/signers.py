"""Which officers a batch's chain wants signatures of, and how many; signing itself comes above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.approvals.absences import require_present
from service.approvals.conflicts import require_chain_clean, require_no_conflict
from service.approvals.holders import fits
from service.approvals.models import ApprovalStep
from service.approvals.problems import NotYourStep
from service.approvals.steps import laid
from service.batches.models import Batch
from service.batches.queries import acts_of
from service.officers.models import Officer


@dataclass(frozen=True)
class SignaturesAsked:
    """One signing step: whose it is, how many different people, how many have signed."""

    code: str
    duty: str
    organisation: str
    needed: int
    signed: int


def signatures_asked(session: Session, batch: Batch) -> list[SignaturesAsked]:
    """Return the signing steps of the batch's round in order; a batch without steps asks for one."""
    signed = _signed(session, batch)
    asked = []
    for step in _signing(session, batch):
        given = min(signed, step.needed)
        signed -= given
        asked.append(SignaturesAsked(step.code, step.duty, step.organisation, step.needed, given))
    return asked or [SignaturesAsked("sign", "signer", "", 1, min(signed, 1))]


def signatures_missing(session: Session, batch: Batch) -> int:
    """Return how many more signatures the batch needs before it may be sent."""
    return sum(one.needed - one.signed for one in signatures_asked(session, batch))


def require_signer(session: Session, batch: Batch, officer: Officer, *, on: date) -> None:
    """Raise unless the next signature is this officer's to give, present and without a conflict.

    Raises NotYourStep, AbsentNow, ConflictOfInterest, MakerExcluded.
    """
    require_present(session, officer, on=on)
    require_no_conflict(session, batch, officer)
    require_chain_clean(session, batch)
    step = next_signing(_signing(session, batch), _signed(session, batch))
    if step is not None and not fits(step, officer):
        raise NotYourStep(batch, step.name_en, step.name_zh)


def next_signing(steps: Sequence[ApprovalStep], signed: int) -> ApprovalStep | None:
    """Return the signing step that the next signature belongs to, after ``signed`` of them."""
    for step in steps:
        if signed < step.needed:
            return step
        signed -= step.needed
    return None


def _signing(session: Session, batch: Batch) -> list[ApprovalStep]:
    return [step for step in laid(session, batch) if step.kind == "sign"]


def _signed(session: Session, batch: Batch) -> int:
    return sum(one.round == batch.round and one.act == "signed" for one in acts_of(session, batch))
