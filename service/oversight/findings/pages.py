"""Pages of findings: the list and its file, one finding with its acts, and the report of a month."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.pages import session_id
from service.foundation.money import fen_from_yuan
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.oversight.findings import decide, queries, view
from service.oversight.findings.answer import answer, ask_more_time
from service.oversight.findings.form_view import form
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import ACT, Proposed, open_finding
from service.oversight.findings.queries import Wanted
from service.oversight.search.exported import safe
from service.web import navigation
from service.web.language import translatable
from service.web.render import page
from service.web.transactions import Transaction

router = APIRouter()
READS = "findings.read"
navigation.register("findings", translatable("Findings"), "/findings", act=READS)
Choice = Annotated[str, Query(max_length=60)]
Numbered = Annotated[str, Query(max_length=20)]
Monthly = Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")]
Text = Annotated[str, Form(max_length=4000)]
Short = Annotated[str, Form(max_length=60)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Day = Annotated[date | None, Form()]
_ACTS: dict[str, Callable[..., None]] = {
    "accept": decide.accept,
    "close": decide.close,
    "withdraw": decide.withdraw,
}
_DATED: dict[str, Callable[..., None]] = {
    "more-time": ask_more_time,
    "give-time": decide.give_time,
    "return": decide.send_back,
}


@router.get("/findings")
def show_findings(
    session: Transaction,
    officer: SignedInOfficer,
    state: Choice = "",
    severity: Choice = "",
    office: Choice = "",
    month: Monthly = "",
    number: PageNumber = 1,
) -> Response:
    """What an auditor found, or what was put to the officer's own office."""
    require(officer, READS)
    wanted = Wanted(state, severity, office, month)
    seen = queries.seen_by(officer)
    found, total = queries.find(session, wanted, seen, page=number)
    return page(
        "oversight/findings.html",
        wanted=wanted,
        figures=view.figures(queries.tally(session, wanted, seen)),
        columns=view.columns(),
        rows=[view.row(one) for one in found],
        options=view.options(session, officer),
        number=number,
        pages=max(1, -(-total // queries.FINDINGS_PER_PAGE)),
        total=total,
        may_open=may(officer, ACT),
    )


@router.get("/findings.csv")
def download(
    session: Transaction,
    officer: SignedInOfficer,
    state: Choice = "",
    severity: Choice = "",
    office: Choice = "",
    month: Monthly = "",
) -> Response:
    """The same list as a file."""
    require(officer, READS)
    wanted = Wanted(state, severity, office, month)
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(view.HEADER)
    for one in queries.every(session, wanted, queries.seen_by(officer)):
        rows.writerow([safe(cell) for cell in view.cells(one)])
    headers = {"content-disposition": 'attachment; filename="findings.csv"'}
    content = "\ufeff" + written.getvalue()
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/findings/report")
def show_report(session: Transaction, officer: SignedInOfficer, month: Monthly = "") -> Response:
    """A month's findings on one page to print: what was opened, and where each stands."""
    require(officer, READS)
    return page("oversight/report.html", **view.report(session, officer, month))


@router.get("/findings/new")
def show_form(
    session: Transaction,
    officer: SignedInOfficer,
    hit: Annotated[str, Query(pattern=r"^[0-9]{0,18}$")] = "",
    evidence: Choice = "",
    sample: Numbered = "",
    line: Numbered = "",
) -> Response:
    """The form of a new finding, from a hit, from a drawn line, or by hand."""
    require(officer, ACT)
    shown = form(session, hit=hit, evidence=evidence, drawn=(sample, line))
    return page("oversight/finding_form.html", **shown)


class FindingForm(BaseModel):
    """What the form of a new finding sends."""

    sentence: Annotated[str, Field(max_length=4000)] = ""
    severity: Literal["high", "medium", "low"] = "medium"
    organisation: Annotated[str, Field(max_length=60)] = ""
    due_on: Annotated[str, Field(max_length=10)] = ""
    evidence: Annotated[str, Field(max_length=4000)] = ""
    amount: Annotated[str, Field(max_length=20)] = ""
    hit: Annotated[str, Field(pattern=r"^[0-9]{0,18}$")] = ""
    sample: Annotated[str, Field(max_length=20)] = ""
    line: Annotated[str, Field(max_length=20)] = ""

    def proposed(self) -> Proposed:
        """Return what is to be opened; a day that is none is one that is gone."""
        return Proposed(
            severity=self.severity,
            sentence=self.sentence,
            organisation=self.organisation,
            due_on=_day(self.due_on),
            hit_id=int(self.hit) if self.hit else None,
            evidence=self.evidence,
            amount_fen=fen_from_yuan(self.amount) if self.amount.strip() else 0,
            sample=self.sample,
            line=self.line,
        )


@router.post("/findings/new")
def open_new(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sent: Annotated[FindingForm, Form()],
) -> Response:
    """Open a finding."""
    try:
        with session.begin_nested():
            made = open_finding(
                session, sent.proposed(), by=officer, session_id=session_id(request)
            )
    except Problem as problem:
        if problem.status != 422:
            raise
        given = sent.model_dump(exclude={"hit", "evidence", "sample", "line"})
        shown = form(
            session, hit=sent.hit, evidence=sent.evidence, drawn=(sent.sample, sent.line),
            given=given, problem=problem,
        )  # fmt: skip
        return page("oversight/finding_form.html", status=422, **shown)
    return RedirectResponse(f"/findings/{made.finding_no}", status_code=303)


@router.get("/findings/{finding_no}")
def show_finding(session: Transaction, officer: SignedInOfficer, finding_no: str) -> Response:
    """One finding, everything said about it, and what the officer may do now."""
    require(officer, READS)
    finding = queries.by_no(session, finding_no, officer)
    return page("oversight/finding.html", **view.finding_page(session, finding, officer))


@router.post("/findings/{finding_no}/{act}")
def act_on(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    finding_no: str,
    act: str,
    said: Text = "",
    measures: Text = "",
    until: Day = None,
) -> Response:
    """Answer, ask for or give time, return, accept, close or withdraw."""
    finding = queries.by_no(session, finding_no, officer, locked=True)
    try:
        with session.begin_nested():
            perform(
                session, finding, act, officer, session_id(request), said=said, measures=measures,
                until=until,
            )  # fmt: skip
    except Problem as problem:
        if problem.status not in (403, 409, 422):
            raise
        session.refresh(finding)
        given = {"said": said, "measures": measures, "until": until.isoformat() if until else ""}
        refused = view.Refused(act, problem, given)
        shown = view.finding_page(session, finding, officer, refused)
        return page("oversight/finding.html", status=problem.status, **shown)
    return RedirectResponse(f"/findings/{finding.finding_no}", status_code=303)


def perform(
    session: Session,
    finding: AuditFinding,
    act: str,
    by: Officer,
    sid: str,
    *,
    said: str,
    measures: str = "",
    until: date | None = None,
) -> None:
    """Do one act on a finding under lock; raises NotFound for an act that there is not."""
    if act == "answer":
        answer(session, finding, text=said, measures=measures, by=by, session_id=sid)
    elif act in _ACTS:
        _ACTS[act](session, finding, text=said, by=by, session_id=sid)
    elif act in _DATED:
        day = until or date.min
        _DATED[act](session, finding, text=said, until=day, by=by, session_id=sid)
    else:
        raise NotFound("page")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min
