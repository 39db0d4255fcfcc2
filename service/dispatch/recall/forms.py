"""The two forms about recalls: what they carry, what refuses them, and two officers who decide."""

from collections.abc import Callable
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from service.audit.moves import IllegalMove
from service.batches.release import ReasonMissing
from service.dispatch.recall.problems import (
    AnswerMissing,
    EvidenceMissing,
    NothingOpen,
    NotOfThisFile,
    NotRecallable,
    ReasonCodeUnknown,
    RecallNeedsTwo,
    RecallUnwritable,
    ReferencesMissing,
)
from service.dispatch.second_officer import confirm
from service.foundation.problems import Problem
from service.officers import queries as officer_queries
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.officers.passwords import Busy
from service.officers.sign_in import SignInRefused
from service.officers.throttle import TooManyAttempts
from service.web.here import visit
from service.web.transactions import opener
from service.web.view_models import Fault

REFUSALS = (
    ReasonMissing,
    SignInRefused,
    TooManyAttempts,
    Busy,
    NotAllowed,
    IllegalMove,
    EvidenceMissing,
    NothingOpen,
    AnswerMissing,
    NotOfThisFile,
    NotRecallable,
    ReferencesMissing,
    ReasonCodeUnknown,
    RecallNeedsTwo,
    RecallUnwritable,
)


class Together(BaseModel):
    """What a decision of two says of the second officer, and which payments it is about."""

    references: str = Field("", max_length=20_000)
    username: str = Field("", max_length=1024)
    password: str = Field("", max_length=1024)


class Asked(Together):
    """The form of a recall."""

    which: str = Field("", max_length=10)
    reason_code: str = Field("", max_length=10)
    reason: str = Field("", max_length=1024)


class Answered(Together):
    """The form of an answer on paper."""

    said: str = Field("", max_length=20)
    evidence: str = Field("", max_length=1024)


FIELDS: dict[type[Problem], str] = {
    ReasonMissing: "reason",
    ReasonCodeUnknown: "reason_code",
    NotOfThisFile: "references",
    ReferencesMissing: "references",
    AnswerMissing: "said",
    NothingOpen: "references",
    EvidenceMissing: "evidence",
    SignInRefused: "username",
    TooManyAttempts: "username",
    RecallNeedsTwo: "username",
}


def said_of(problem: Problem | None) -> tuple[list[Fault], dict[str, str]]:
    """Return the faults of a form and the sentence of each field."""
    if problem is None:
        return [], {}
    said, field = problem.say(visit().language), FIELDS.get(type(problem), "")
    return [Fault(said, field=field)], {field: said} if field else {}


def together(
    request: Request,
    first: UUID,
    form: Together,
    act: Callable[[Session, Officer, Officer], UUID],
) -> UUID:
    """Do what two officers decide, the second by password, in a transaction of its own."""
    second = confirm(opener(request), form.username, form.password)
    with opener(request)() as deciding:
        # Both as they are now: the password took its time.
        by, and_by = (officer_queries.by_id(deciding, one) for one in (first, second))
        if by is None or and_by is None:
            raise SignInRefused
        return act(deciding, by, and_by)
