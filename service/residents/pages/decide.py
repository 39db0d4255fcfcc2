"""The steward's word about a delivery that waits: take it over after all, or send it back."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from service.audit.moves import IllegalMove
from service.foundation.spreadsheets import FileRefused
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.importing.confirm import ReasonMissing, confirm, decline
from service.residents.importing.mapping import MappingUnfit
from service.residents.pages.decision import Sent, mapping_of
from service.residents.pages.delivery import delivery_page, found
from service.web.here import visit
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
_REFUSALS = (ReasonMissing, MappingUnfit, FileRefused, IllegalMove)


@router.post("/feeds/{code}/deliveries/{delivery_id}/decision")
def decide(
    session: Transaction,
    officer: SignedInOfficer,
    code: str,
    delivery_id: UUID,
    sent: Sent,
    answer: Annotated[Literal["confirm", "decline"], Form()],
) -> Response:
    """Take a delivery over after all, or send it back; either way with the steward's reason."""
    require(officer, "feeds.confirm")
    feed, one = found(session, code, delivery_id)
    mapping, by = mapping_of(one, sent), officer.actor()
    try:
        # What was refused half-way leaves nothing behind, and the page can still be drawn.
        with session.begin_nested():
            if answer == "confirm":
                confirm(session, delivery_id, by=by, reason=sent.reason, mapping=mapping)
            else:
                decline(session, delivery_id, by=by, reason=sent.reason)
    except _REFUSALS as problem:
        session.refresh(one)
        field = "reason" if isinstance(problem, ReasonMissing) else "columns"
        if one.state != "waiting" or (field == "columns" and mapping is None):
            field = ""
        fault = Fault(problem.say(visit().language), field)
        return delivery_page(
            session, officer, feed, one, status=problem.status, faults=(fault,), sent=sent
        )
    return RedirectResponse(f"/feeds/{code}/deliveries/{delivery_id}", status_code=303)
