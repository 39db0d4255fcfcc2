"""Evidence for programs: a line's pack written out, with the reason that is kept."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from service.assessment.api import Needed
from service.evidence.make import make_of_payment
from service.evidence.pages import given, line_for_pack
from service.evidence.payment.subject import subject_of
from service.foundation.problems import NotFound
from service.officers.acting import Act
from service.officers.reach import reaches

router = APIRouter(prefix="/api/batches", tags=["evidence"])
_PACK: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "The pack."}
}


@router.post("/{batch_no}/lines/{reference}/evidence.zip", response_class=Response, responses=_PACK)
def give_whole_evidence(act: Act, batch_no: str, reference: str, body: Needed) -> Response:
    """A line's pack written out, for who may see the resident whole there; each taking is recorded.

    Problems: ``reveal_reason_missing``, ``too_many_packs``, ``not_found`` for whoever may not.
    """
    _, payment = line_for_pack(act.session, act.officer, batch_no, reference)
    if not reaches(act.officer, "residents.reveal", payment.division):
        raise NotFound("line")
    about = subject_of(act.session, payment.reference, whole=True)
    made = make_of_payment(act.session, about, by=act.by, reason=body.reason)
    return given(payment.reference, made)
