"""The page of one finding on a list: what it says, its evidence, and clearing it with a reason."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches import queries
from service.batches.about import require_seen, sees_whole
from service.batches.findings import words
from service.batches.findings.catalogue import BY_CODE
from service.batches.findings.clear import FindingIsAboutYou, FindingNeedsData, clear_finding
from service.batches.findings.models import BatchFinding
from service.batches.findings.queries import of_batch
from service.batches.history import officer_names
from service.batches.models import Batch
from service.batches.release import ReasonMissing
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.filters import moment, number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Row

router = APIRouter()
REASON_MAX = 500


@router.get("/batches/{batch_no}/findings/{control}")
def show_finding(
    session: Transaction, officer: SignedInOfficer, batch_no: str, control: str
) -> Response:
    """One finding with its evidence."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_whole(session, officer, batch)
    return _page(session, officer, batch, control)


@router.post("/batches/{batch_no}/findings/{control}")
def clear(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    control: str,
    reason: Annotated[str, Form(max_length=5_000)] = "",
) -> Response:
    """Clear a finding with a reason."""
    require(officer, "batches.submit")
    batch = queries.locked_by_no(session, batch_no)
    require_whole(session, officer, batch)
    session_id = str(request.state.officer_session.id)
    try:
        with session.begin_nested():
            clear_finding(session, batch, control, by=officer, reason=reason, session_id=session_id)
    except (ReasonMissing, FindingNeedsData, FindingIsAboutYou) as problem:
        return _page(session, officer, batch, control, problem, reason)
    return RedirectResponse(f"/batches/{batch.batch_no}#findings", status_code=303)


def require_whole(session: Session, officer: Officer, batch: Batch) -> None:
    """Answer as if it were not there to whom only a part of the list is shown: it is about all of it."""
    require_seen(session, officer, batch)
    if not sees_whole(officer, batch):
        raise NotFound("finding")


def finding_columns() -> list[Column]:
    """Return the columns of a batch's table of findings."""
    return [
        Column(gettext("Finding")),
        Column(gettext("What it means")),
        Column(gettext("Severity")),
        Column(gettext("What ends it")),
        Column(gettext("Recipients"), "number"),
        Column(gettext("Amount"), "money", gettext("yuan")),
    ]


def finding_rows(session: Session, batch: Batch) -> list[Row]:
    """Return one row for each finding of a batch, open ones first."""
    return [
        Row(
            [
                words.label(one.control),
                words.sentence(one.control),
                gettext("cleared") if one.cleared_at else words.severity_tag(one.severity),
                one.cleared_reason or words.ends(one.control),
                one.lines,
                one.amount_fen,
            ],
            href=f"/batches/{batch.batch_no}/findings/{one.control}",
            tone="" if one.cleared_at else ("bad" if one.severity == "stop" else "warn"),
        )
        for one in of_batch(session, batch)
        if one.control in BY_CODE
    ]


def _page(
    session: Session,
    officer: Officer,
    batch: Batch,
    control: str,
    problem: Problem | None = None,
    reason: str = "",
) -> Response:
    found = next((one for one in of_batch(session, batch) if one.control == control), None)
    if found is None or control not in BY_CODE:
        raise NotFound("finding")
    is_open = found.cleared_at is None
    return page(
        "batches/finding.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="reason")] if problem else [],
        batch=batch,
        control=control,
        title=words.label(control),
        sentence=words.sentence(control),
        tag=words.severity_tag(found.severity),
        pairs=_pairs(session, found),
        may_clear=is_open and BY_CODE[control].clears == "maker" and may(officer, "batches.submit"),
        reason=reason,
        reason_max=REASON_MAX,
    )


def _pairs(session: Session, found: BatchFinding) -> list[tuple[str, str]]:
    pairs = [
        (gettext("Recipients"), number(found.lines)),
        (gettext("Amount"), f"{yuan(found.amount_fen)} {gettext('yuan')}"),
        (gettext("Control"), f"{found.control} v{found.version}"),
        (gettext("Found"), moment(found.found_at)),
        (gettext("What ends it"), words.ends(found.control)),
        *words.evidence(found.evidence),
    ]
    if found.cleared_at is not None:
        who = ""
        if found.cleared_by and found.cleared_by != "data":
            named = officer_names(session, [UUID(found.cleared_by)])
            who = named.get(found.cleared_by, "")
        said = " · ".join(filter(None, (moment(found.cleared_at), who, found.cleared_reason)))
        pairs.append((gettext("Cleared"), said))
    return pairs
