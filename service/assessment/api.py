"""Decisions for programs: with a reason, the explanation and the letter with what is sensitive in them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from service.assessment.explain import Whole
from service.assessment.letter import write_letter
from service.assessment.pages import AskedFor, decision_seen, looked
from service.assessment.reveal import open_up
from service.assessment.told import tell
from service.assessment.view import Asked, about, place_of
from service.officers.acting import Act, Acting, Declared
from service.programmes.telling import Told, as_text
from service.residents.record.revealing import REASON_MAX
from service.web.here import visit

router = APIRouter(prefix="/api/months", tags=["decisions"])
Purpose = Annotated[
    str, Field(max_length=REASON_MAX, examples=["核对低保复核材料"], description="What it is needed for.")
]  # fmt: skip


class Needed(Declared):
    """What something is to be shown for; it is kept with the officer's name."""

    reason: Purpose


class ExplainedOut(Declared):
    """An explanation in the asked language, with every value written out."""

    programme: str = Field(examples=["MZ15"])
    period: str
    outcome: str
    lead: str
    text: str = Field(description="The whole explanation as lines of plain text.")


class LetterOut(Declared):
    """A letter about a decision, as it is printed."""

    title: str
    reference: str
    explained: ExplainedOut


@router.post("/{month}/decisions/{code}/{kind}/{subject_id}")
def reveal_decision(act: Act, asked: AskedFor, body: Needed) -> ExplainedOut:
    """Why one subject is, is not, or cannot yet be found due, with what the most sensitive feeds say.

    Problems: ``reveal_reason_missing``, ``not_found`` for whatever the officer may not see.
    """
    return explained(_opened(act, asked, body, "decision.page")[1])


@router.post("/{month}/decisions/{code}/{kind}/{subject_id}/letter")
def reveal_letter(act: Act, asked: AskedFor, body: Needed) -> LetterOut:
    """The whole letter about a decision. Problem: ``reveal_reason_missing``."""
    whole, told = _opened(act, asked, body, "decision.letter")
    letter = write_letter(whole, visit().language, name="", guarded=False)
    return LetterOut(title=letter.title, reference=letter.reference, explained=explained(told))


def _opened(act: Acting, asked: Asked, body: Needed, purpose: str) -> tuple[Whole, Told]:
    whole, person = decision_seen(act.session, act.officer, asked)
    open_up(
        act.session,
        act.officer,
        about(whole, person),
        division=place_of(whole, person),
        by=act.by,
        reason=body.reason,
    )
    code = whole.explanation.programme.code
    looked(act.session, act.request, act.officer, person, purpose, [code])
    return whole, tell(whole, visit().language, traced=True, guarded=False)


def explained(told: Told) -> ExplainedOut:
    """Return an explanation as programs read it."""
    return ExplainedOut(
        programme=told.code,
        period=told.period,
        outcome=told.outcome,
        lead=told.lead,
        text=as_text(told),
    )
