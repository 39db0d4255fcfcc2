"""Lines for programs: clear what holds one, and read why it is paid with what is sensitive written out."""

from fastapi import APIRouter
from pydantic import Field

from service.assessment.api import ExplainedOut, Needed, explained
from service.assessment.reveal import open_up
from service.batches.api import Strict
from service.batches.line_view import told_of_line
from service.batches.models import Batch, Payment
from service.batches.pages import REASON_MAX, line_seen, whom_of
from service.batches.queries import holds_of_line
from service.batches.release import release
from service.officers.acting import Act, Acting

router = APIRouter(prefix="/api/batches", tags=["batches"])


class Release(Strict):
    """Why what holds a line is cleared; it is kept with the act."""

    reason: str = Field(max_length=REASON_MAX, examples=["已电话核实，本人健在"])


class LineState(Strict):
    """A line and what still holds it."""

    batch_no: str = Field(examples=["MZ15-2026-10-01"])
    reference: str
    state: str = Field(examples=["ready"])
    holds: list[str] = Field(examples=[[]], description="Codes of the controls that hold it.")


@router.post("/{batch_no}/lines/{reference}/release")
def release_line(act: Act, batch_no: str, reference: str, body: Release) -> LineState:
    """Clear what holds a line. Problems: ``reason_missing``, ``needs_data``, ``not_found``."""
    batch, payment = line_seen(act.session, act.officer, batch_no, reference)

    def do() -> LineState:
        release(act.session, payment, by=act.officer, reason=body.reason, session_id=act.session_id)
        return _out(act, batch, payment)

    return act.once(body, do, LineState)


@router.post("/{batch_no}/lines/{reference}/reveal")
def reveal_line(act: Act, batch_no: str, reference: str, body: Needed) -> ExplainedOut:
    """Why a line is paid, with what the most sensitive feeds say. Problem: ``reveal_reason_missing``."""
    _, payment = line_seen(act.session, act.officer, batch_no, reference)
    place, about = payment.division, whom_of(payment)
    open_up(act.session, act.officer, about, division=place, by=act.by, reason=body.reason)
    return explained(told_of_line(act.session, payment))


def _out(act: Acting, batch: Batch, payment: Payment) -> LineState:
    act.session.refresh(payment)
    holds = holds_of_line(act.session, payment)
    return LineState(
        batch_no=batch.batch_no,
        reference=payment.reference,
        state=payment.state,
        holds=sorted(one.control for one in holds if one.cleared_at is None),
    )
