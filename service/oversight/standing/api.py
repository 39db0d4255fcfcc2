"""Standing queries for an auditor's own programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from service.batches.api import Strict
from service.batches.pages import session_id
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.oversight.standing import queries
from service.oversight.standing.aside import REASON_MAX, set_aside
from service.oversight.standing.catalogue import QUERIES, by_code
from service.oversight.standing.jobs import KIND
from service.oversight.standing.words import says
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/oversight", tags=["oversight"])
StandingName = Literal["", "new", "changed", "still", "gone", "aside", "open"]


class QueryOut(BaseModel):
    """One standing query and where it stands."""

    code: str = Field(examples=["paid_after_death"])
    version: int
    severity: Literal["high", "medium", "low"]
    title: str
    title_zh: str
    sentence: str
    sentence_zh: str
    query_sha256: str = Field(description="Of what is asked today; a run keeps what it asked.")
    last_run: int = Field(description="0: it never ran.")
    open: int = Field(description="Hits that are there and nobody set aside.")
    open_fen: int


class QueriesOut(BaseModel):
    """Every standing query."""

    queries: list[QueryOut]


class RunOut(BaseModel):
    """One run; never changed."""

    model_config = ConfigDict(from_attributes=True)
    query: str
    number: int
    version: int
    query_digest: str
    hits_digest: str
    as_of: datetime
    found: int
    new: int
    changed: int
    still: int
    gone: int
    amount_fen: int


class HitOut(BaseModel):
    """One hit: what, why, and how it stands against the run before."""

    id: int
    subject: str = Field(examples=["payment:412"])
    standing: str
    severity: str
    amount_fen: int
    says: str
    says_zh: str
    evidence: dict[str, Any]
    evidence_sha256: str
    set_aside: str


class HitsOut(BaseModel):
    """One page of a run's hits, the largest first."""

    run: RunOut
    total: int
    page: int
    hits: list[HitOut]


class Why(Strict):
    """The reason that is kept."""

    reason: Annotated[str, Field(max_length=REASON_MAX)]


@router.get("/queries")
def list_queries(session: Transaction, officer: SignedInOfficer) -> QueriesOut:  # noqa: ARG001 - the door asked
    """List the standing queries."""
    known = queries.standings(session)
    listed = []
    for query in QUERIES:
        one = known.get(query.code)
        listed.append(
            QueryOut(
                code=query.code, version=query.version, severity=query.severity,
                title=query.title_en, title_zh=query.title_zh, sentence=query.sentence_en,
                sentence_zh=query.sentence_zh, query_sha256=query.digest,
                last_run=one.run.number if one and one.run else 0,
                open=one.open if one else 0, open_fen=one.open_fen if one else 0,
            )
        )  # fmt: skip
    return QueriesOut(queries=listed)


@router.get("/queries/{code}/hits")
def list_hits(
    session: Transaction,
    officer: SignedInOfficer,  # noqa: ARG001 - the door asked
    code: str,
    run: Annotated[int, Query(ge=0, le=10**9)] = 0,
    standing: StandingName = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HitsOut:
    """List what a run found; `run` 0 is the last one. Problems: ``not_found`` before the first run."""
    query = by_code(code)
    found = queries.run_no(session, code, run or None)
    hits, total = queries.hits_of(session, found, standing=standing, page=page)
    return HitsOut(
        run=RunOut.model_validate(found),
        total=total,
        page=page,
        hits=[
            HitOut(
                id=one.hit.id, subject=one.hit.subject, standing=one.standing,
                severity=one.hit.severity, amount_fen=one.hit.amount_fen,
                says=says(query, one.hit.evidence, "en"),
                says_zh=says(query, one.hit.evidence, "zh"), evidence=one.hit.evidence,
                evidence_sha256=one.hit.evidence_digest.hex(), set_aside=one.aside,
            )
            for one in hits
        ],
    )  # fmt: skip


@router.post("/queries/{code}/run", status_code=202)
@once_only
def ask_for_run(session: Transaction, officer: SignedInOfficer, code: str) -> dict[str, str]:
    """Ask a worker to run a query now; asked again within the minute it is the same run."""
    query = by_code(code)
    minute = f"{clock.now():%Y%m%d%H%M}"
    enqueue(session, KIND, f"by-hand:{minute}:{query.code}", query=query.code, officer=officer.id)
    return {"query": query.code}


@router.post("/hits/{hit_id}/aside")
@once_only
def set_hit_aside(
    request: Request, session: Transaction, officer: SignedInOfficer, hit_id: int, body: Why
) -> dict[str, int]:
    """Call a hit a false alarm, for this evidence only.

    Problems: ``aside_reason_missing``, ``hit_not_there``.
    """
    set_aside(session, hit_id, reason=body.reason, by=officer, session_id=session_id(request))
    return {"hit": hit_id}
