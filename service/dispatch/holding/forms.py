"""The forms about held lines: what they carry, what refuses them, and what each does for page and program alike."""

from collections.abc import Callable
from uuid import UUID

from fastapi import Request
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import queries as batch_queries
from service.batches.models import Payment
from service.batches.release import ReasonMissing
from service.dispatch.holding.hold import hold
from service.dispatch.holding.problems import (
    FileGone,
    HoldNeedsTwo,
    NothingLeft,
    NotHoldable,
    NotOfThisList,
    NotReleasable,
)
from service.dispatch.holding.release import release
from service.dispatch.models import BankFile
from service.dispatch.recall.forms import Together, together
from service.dispatch.recall.problems import ReferencesMissing
from service.foundation.ids import number_of
from service.foundation.problems import Problem
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.officers.passwords import Busy
from service.officers.sign_in import SignInRefused
from service.officers.throttle import TooManyAttempts
from service.signing.verify import NotSigned
from service.web.here import visit
from service.web.view_models import Fault

REFUSALS = (
    ReasonMissing,
    ReferencesMissing,
    SignInRefused,
    TooManyAttempts,
    Busy,
    NotAllowed,
    FileGone,
    HoldNeedsTwo,
    NotHoldable,
    NothingLeft,
    NotOfThisList,
    NotReleasable,
    NotSigned,
)
_FIELDS: dict[type[Problem], str] = {
    ReasonMissing: "reason",
    ReferencesMissing: "references",
    NotOfThisList: "references",
    SignInRefused: "username",
    TooManyAttempts: "username",
    HoldNeedsTwo: "username",
}


class Holding(Together):
    """The form of a hold."""

    reason: str = Field("", max_length=1024)


def said_of(problem: Problem | None) -> tuple[list[Fault], dict[str, str]]:
    """Return the faults of a form and the sentence of each field."""
    if problem is None:
        return [], {}
    said, field = problem.say(visit().language), _FIELDS.get(type(problem), "")
    return [Fault(said, field=field)], {field: said} if field else {}


def held_by_two(request: Request, officer: Officer, file_id: UUID, form: Holding) -> None:
    """Leave lines of one file out: the officer here, and a second one by password. Raises REFUSALS."""
    named = form.references.split()
    if not form.reason.strip():
        raise ReasonMissing
    if not named:
        raise ReferencesMissing
    together(request, officer.id, form, _holding(file_id, named, form.reason))


def signed_of(session: Session, file_id: UUID) -> UUID:
    """Return the signed file that a file goes in place of, or its own id."""
    return session.get_one(BankFile, file_id).stands_for_id or file_id


def _holding(
    file_id: UUID, named: list[str], reason: str
) -> Callable[[Session, Officer, Officer], UUID]:
    def act(session: Session, by: Officer, and_by: Officer) -> UUID:
        file = session.get_one(BankFile, file_id)
        batch = batch_queries.locked(session, file.batch_id)
        carried = set(
            session.scalars(
                select(Payment.id).where(
                    Payment.bank_file_id == file_id,
                    Payment.id.in_([number_of(one.upper()) or 0 for one in named]),
                )
            )
        )
        for one in named:
            if number_of(one.upper()) not in carried:
                raise NotOfThisList(one, batch)
        return hold(session, batch, named, by=by, and_by=and_by, reason=reason).id

    return act


def released(
    session: Session, officer: Officer, file_id: UUID, reference: str, reason: str, session_id: str
) -> None:
    """Release a line that was left out of one signed file. Raises REFUSALS."""
    payment = session.get(Payment, number_of(reference.strip().upper()) or 0)
    if payment is None or payment.bank_file_id != signed_of(session, file_id):
        raise NotReleasable(reference[:13])
    release(session, payment, by=officer, reason=reason, session_id=session_id)
