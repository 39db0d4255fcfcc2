"""One file of a bank: what it did or why it was not believed, what differs, and the acts that end it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.readers import officer_names
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import links, queries, views, words
from service.reconciliation.faulty import views as faulty_views
from service.reconciliation.faulty.sheet import sheet_of
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine import queries as quarantine
from service.reconciliation.quarantine import views as quarantine_views
from service.reconciliation.quarantine.act import ACTS, act_on
from service.reconciliation.quarantine.compare import compare
from service.reconciliation.quarantine.take import may_be_taken
from service.reconciliation.quarantine.totals import controls, totals
from service.reconciliation.queries import Inbound
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Option, Row

router = APIRouter()
Reason = Annotated[str, Form(max_length=400)]
Act = Annotated[str, Form(max_length=20)]


@router.get("/reconciliation/files/{file_id}")
def show_file(
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """One file of a bank: its faults in their rows, what its lines did, what differs from the one before."""
    require(officer, "reconciliation.read")
    return _page(session, officer, _file(session, file_id), number=number)


@router.post("/reconciliation/files/{file_id}")
def decide_file(
    session: Transaction, officer: SignedInOfficer, file_id: UUID,
    act: Act = "", reason: Reason = "",
) -> Response:  # fmt: skip
    """Ask another officer to take a file after all, reject it, or write down that the bank was asked."""
    one = _file(session, file_id)
    given = {"act": act, "reason": reason}
    require(officer, ACTS.get(act, "reconciliation.resolve"))
    try:
        with session.begin_nested():
            act_on(session, one.file, act, reason=reason, by=officer)
    except Problem as problem:
        return _page(session, officer, one, problem, given)
    return RedirectResponse(f"/reconciliation/files/{file_id}", status_code=303)


def _file(session: Session, file_id: UUID) -> Inbound:
    found = queries.one_inbound(session, file_id)
    if found is None:
        raise NotFound("file")
    return found


def _page(
    session: Session,
    officer: Officer,
    one: Inbound,
    problem: Problem | None = None,
    given: dict[str, str] | None = None,
    *,
    number: int = 1,
) -> Response:
    file = one.file
    is_quarantined = file.state == "quarantined"
    done = quarantine.decisions(session, file)
    asked = quarantine.waiting_ask(session, file)
    names = officer_names(
        session, [str(it.officer_id) for it in done] + ([str(asked.asked_by)] if asked else [])
    )
    comparison = compare(session, file)
    sheet = sheet_of(session, file, number=number) if file.faults else None
    return page(
        "reconciliation/file.html",
        status=problem.status if problem else 200,
        one=one,
        tag=words.file_tag("rejected" if quarantine.rests(session, file) else file.state),
        kind=gettext(words.KINDS[file.kind]),
        crumbs=[Link(gettext("Banks' files"), "/reconciliation/files")],
        links=links.of_inbound(session, file),
        problems=[Fault(problem.say(visit().language))] if problem else [],
        count=len(file.faults),
        faults=faulty_views.first_faults(file, here=sheet.number) if sheet else [],
        sheet=faulty_views.shown(sheet) if sheet else None,
        outcomes=[
            Row((words.outcome(name), count))
            for name, count in queries.outcomes(session, file).items()
        ],
        outcome_columns=[Column(gettext("What was done")), Column(gettext("Lines"), "number")],
        line_columns=views.line_columns(),
        lines=[views.line_row(line) for line in queries.lying(session, file=file)],
        matched=queries.matched(session, file),
        total_columns=quarantine_views.total_columns(),
        totals=quarantine_views.total_rows(totals(session, file)),
        control_columns=quarantine_views.control_columns(),
        controls=quarantine_views.control_rows(controls(session, file)),
        comparison=comparison,
        sides=quarantine_views.sides(comparison),
        side_columns=quarantine_views.side_columns(),
        differences=quarantine_views.differences(comparison),
        difference_columns=quarantine_views.difference_columns(),
        decisions=quarantine_views.decision_rows(done, names),
        decision_columns=quarantine_views.decision_columns(),
        asked=asked,
        asked_by=names.get(str(asked.asked_by), "") if asked else "",
        breaks=quarantine_views.breaks(asked),
        replaced_by=quarantine.replaced_by(session, file),
        acts=_acts(officer, file, is_asked=asked is not None) if is_quarantined else [],
        is_closed="day_closed" in {fault["code"] for fault in file.faults if fault["fatal"]},
        given=given or {"act": "", "reason": ""},
    )


def _acts(officer: Officer, file: InboundFile, *, is_asked: bool) -> list[Option]:
    options = {
        "take": Option(
            "take",
            gettext("Take it after all"),
            gettext(
                "Another officer has to confirm it. It is read anew; a booked statement in its place "
                "is kept as replaced, what that one posted is taken back and this one is posted."
            ),
        ),
        "ask-bank": Option(
            "ask-bank",
            gettext("The bank was asked"),
            gettext("Say whom and for what. The file goes on waiting."),
        ),
        "reject": Option(
            "reject",
            gettext("Reject it"),
            gettext(
                "It moves nothing and stays kept whole; a booked statement in its place stays as it "
                "is. It waits again if the bank sends it once more."
            ),
        ),
    }
    if is_asked or not may_be_taken(file):
        del options["take"]
    return [one for name, one in options.items() if may(officer, ACTS[name])]
