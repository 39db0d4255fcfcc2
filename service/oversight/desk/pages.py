"""The auditor's first page."""

from fastapi import APIRouter
from starlette.responses import Response

from service.officers.may import may
from service.officers.signed_in import SignedInOfficer
from service.oversight.desk.trail import trail_pairs
from service.oversight.desk.view import desk
from service.oversight.findings.open import ACT
from service.web import navigation
from service.web.language import translatable
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
navigation.register("oversight", translatable("Oversight"), "/oversight", act="audit.read")


@router.get("/oversight")
def show_desk(session: Transaction, officer: SignedInOfficer) -> Response:
    """Findings by their day, hits by how grave they are, samples, and the trail's last proofs."""
    shown = desk(session, officer, writes=may(officer, ACT))
    return page("oversight/home.html", **shown, trail=trail_pairs(session))
