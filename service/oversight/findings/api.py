"""Findings for programs: the list, one finding, opening and each act."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from service.batches.api import Strict
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.oversight.findings import queries
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.open import Proposed, open_finding
from service.oversight.findings.pages import READS, perform
from service.oversight.findings.problems import SAID_MAX
from service.oversight.findings.queries import Wanted
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/findings", tags=["findings"])
Said = Annotated[str, Field(max_length=SAID_MAX)]
Severity = Literal["high", "medium", "low"]
Choice = Annotated[str, Query(max_length=60)]


class FindingOut(BaseModel):
    """One finding."""

    model_config = ConfigDict(from_attributes=True)
    finding_no: str = Field(examples=["A000012"])
    state: str
    severity: Severity
    sentence: str
    origin: str
    organisation: str
    due_on: date
    opened_at: datetime
    closed_at: datetime | None
    amount_fen: int
    evidence: list[dict[str, Any]]
    escalated_to: str | None


class NoteOut(BaseModel):
    """One thing that was said about a finding."""

    model_config = ConfigDict(from_attributes=True)
    kind: str
    said: str
    links: list[dict[str, Any]]
    due_on: date | None
    at: datetime


class FindingsOut(BaseModel):
    """One page of findings, the newest first."""

    total: int
    page: int
    findings: list[FindingOut]


class FindingDetail(FindingOut):
    """A finding with everything that was said about it."""

    notes: list[NoteOut]


class NewFinding(Strict):
    """What is opened; ``hit`` is the number of a standing query's hit, ``line`` one that ``sample`` drew."""

    severity: Severity
    sentence: Said
    organisation: Annotated[str, Field(max_length=60)]
    due_on: date
    hit: int | None = None
    sample: Annotated[str, Field(max_length=20, examples=["S000012"])] = ""
    line: Annotated[str, Field(max_length=20)] = ""
    evidence: Annotated[str, Field(max_length=4000)] = ""
    amount_fen: Annotated[int, Field(ge=0, le=10**15)] = 0


class FindingAct(Strict):
    """What is said, and where the act needs it a day or numbers of what was done."""

    said: Said
    measures: Annotated[str, Field(max_length=4000)] = ""
    until: date | None = None


@router.get("")
def list_findings(
    session: Transaction,
    officer: SignedInOfficer,
    state: Choice = "",
    severity: Choice = "",
    office: Choice = "",
    month: Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> FindingsOut:
    """List findings: an auditor's all, an office's own."""
    require(officer, READS)
    wanted = Wanted(state, severity, office, month)
    found, total = queries.find(session, wanted, queries.seen_by(officer), page=page)
    listed = [FindingOut.model_validate(one) for one in found]
    return FindingsOut(total=total, page=page, findings=listed)


@router.post("", status_code=201)
@once_only
def open_new(
    request: Request, session: Transaction, officer: SignedInOfficer, body: NewFinding
) -> FindingOut:
    """Open a finding. Problems: ``finding_said_unusable``, ``finding_office_unknown``,
    ``finding_day_unusable``, ``finding_evidence_unknown``.
    """
    proposed = Proposed(
        severity=body.severity, sentence=body.sentence, organisation=body.organisation,
        due_on=body.due_on, hit_id=body.hit, evidence=body.evidence, amount_fen=body.amount_fen,
        sample=body.sample, line=body.line,
    )  # fmt: skip
    made = open_finding(session, proposed, by=officer, session_id=session_id(request))
    return FindingOut.model_validate(made)


@router.get("/{finding_no}")
def read_finding(session: Transaction, officer: SignedInOfficer, finding_no: str) -> FindingDetail:
    """One finding with everything that was said about it."""
    require(officer, READS)
    finding = queries.by_no(session, finding_no, officer)
    return _detail(session, finding)


@router.post("/{finding_no}/{act}")
@once_only
def act_on(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    finding_no: str,
    act: Literal["answer", "more-time", "give-time", "return", "accept", "close", "withdraw"],
    body: FindingAct,
) -> FindingDetail:
    """Do one act. Problems: ``finding_not_yours``, ``finding_another_closes``, ``illegal_move``."""
    finding = queries.by_no(session, finding_no, officer, locked=True)
    perform(
        session, finding, act, officer, session_id(request), said=body.said,
        measures=body.measures, until=body.until,
    )  # fmt: skip
    return _detail(session, finding)


def _detail(session: Transaction, finding: AuditFinding) -> FindingDetail:
    notes = [NoteOut.model_validate(one) for one in queries.notes_of(session, finding)]
    return FindingDetail(**FindingOut.model_validate(finding).model_dump(), notes=notes)
