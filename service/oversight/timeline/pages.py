"""The timelines' pages: of a payment, of a resident's month, of a list, of a bank file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit.readers import require_reader
from service.batches.pages import session_id
from service.foundation.problems import NotFound
from service.officers.signed_in import SignedInOfficer
from service.oversight.timeline import scope as scopes
from service.oversight.timeline.gather import gather
from service.oversight.timeline.scope import Scope
from service.oversight.timeline.views import shown
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Link

router = APIRouter()
PersonId = Annotated[int, Path(ge=1, le=2**63 - 1)]
Step = Annotated[str, Query(max_length=20)]


@router.get("/audit/payments/{reference}")
def show_payment(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    reference: str,
    part: Step = "",
) -> Response:
    """One payment from the law to the card, with those it replaces; looking is recorded."""
    require_reader()
    return _page(request, session, officer, scopes.of_payment(session, reference), part)


@router.get("/audit/persons/{person_id}/{month}")
def show_person_month(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    month: str,
    part: Step = "",
) -> Response:
    """Everything that a resident was to receive in a month; looking is recorded."""
    require_reader()
    return _page(request, session, officer, scopes.of_person(session, person_id, month), part)


@router.get("/audit/batches/{batch_no}")
def show_batch_way(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str, part: Step = ""
) -> Response:
    """One list from its rules to the banks' answers."""
    require_reader()
    return _page(request, session, officer, scopes.of_batch(session, batch_no), part)


@router.get("/audit/files/{file_id}")
def show_file_way(
    request: Request, session: Transaction, officer: SignedInOfficer, file_id: str, part: Step = ""
) -> Response:
    """One bank file from its making to the ledger."""
    require_reader()
    return _page(request, session, officer, scopes.of_file(session, as_uuid(file_id)), part)


def as_uuid(text: str) -> UUID:
    """Return a file's id; raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("file") from None


def _page(
    request: Request, session: Session, officer: SignedInOfficer, scope: Scope, part: str
) -> Response:
    timeline = gather(session, scope, by=officer.actor(session_id(request)))
    return page(
        "oversight/timeline.html",
        crumbs=[
            Link(gettext("Audit trail"), "/audit"),
            Link(gettext("Search the trail"), "/audit/entries"),
        ],
        view=shown(session, timeline, part),
        part=part,
    )
