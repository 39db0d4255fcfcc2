"""Samples for an auditor's own programs: plan, draw, say what was seen, read the conclusion."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from service.batches.api import Strict
from service.batches.pages import session_id
from service.foundation.ids import number_of, reference_of
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.oversight.samples import queries, work
from service.oversight.samples.models import AuditSample
from service.oversight.samples.queries import DrawnLine
from service.oversight.samples.say import say
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/oversight/samples", tags=["oversight"])
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Nonce = Annotated[
    str, Field(max_length=200, description="16 characters and more that only you know.")
]


class SampleOut(BaseModel):
    """One sample and how far it is."""

    sample_no: str = Field(examples=["S000012"])
    programme: str = Field(examples=["MZ15"])
    month: str = Field(examples=["2026-10"])
    township: str = Field(description="Nine digits; empty: the whole county.")
    method: Literal["simple", "stratified", "money_unit"]
    size: int
    planned_at: datetime
    drawn_at: datetime | None
    drawn: int
    judged: int
    wrong: int
    asked: int = Field(description="Lines of which only the evidence was asked for.")


class SamplesOut(BaseModel):
    """One page of samples, the newest first."""

    total: int
    page: int
    samples: list[SampleOut]


class ConclusionOut(BaseModel):
    """What the judged lines say about all of them, with 95 % confidence; rates in parts per million."""

    looked: int
    wrong: int
    rate_low_ppm: int
    rate_high_ppm: int
    found_fen: int
    likely_fen: int
    at_most_fen: int | None = Field(description="Of samples drawn by money alone.")


class SampleDetail(SampleOut):
    """A sample with everything that somebody needs to draw it again, and its conclusion."""

    population: int
    population_fen: int
    population_sha256: str
    nonce_sha256: str
    nonce: str | None
    checkpoint_size: int | None
    seed: str | None
    conclusion: ConclusionOut


class DrawnLineOut(BaseModel):
    """One drawn line and what was said of it."""

    line: str
    fen: int
    is_certain: bool
    state: Literal["open", "asked", "agrees", "error", "missing"]
    error_fen: int
    note: str


class DrawnLinesOut(BaseModel):
    """One page of a sample's lines, in order of reference."""

    total: int
    page: int
    lines: list[DrawnLineOut]


class NewSample(Strict):
    """What is drawn from, and how."""

    programme: Annotated[str, Field(max_length=10)]
    month: Annotated[str, Field(max_length=10)]
    township: Annotated[str, Field(pattern=r"^([0-9]{9})?$")] = ""
    method: Literal["simple", "stratified", "money_unit"]
    size: Annotated[int, Field(ge=1, le=work.SIZE_MAX)]
    nonce: Nonce


class SampleDraw(Strict):
    """The nonce that was committed."""

    nonce: Nonce


class LineSaid(Strict):
    """What was seen in a line; ``error_fen`` is what was paid too much, negative: too little."""

    outcome: Literal["agrees", "error", "missing", "asked"]
    error_fen: Annotated[int, Field(ge=-(10**15), le=10**15)] = 0
    note: Annotated[str, Field(max_length=1000)]


@router.get("")
def list_samples(
    session: Transaction, officer: SignedInOfficer, page: PageNumber = 1
) -> SamplesOut:
    """List samples."""
    require(officer, work.ACT)
    total, _ = queries.count(session)
    found = queries.listed(session, page=page)
    return SamplesOut(
        total=total, page=page, samples=[SampleOut.model_validate(_said(one)) for one in found]
    )


@router.post("", status_code=201)
@once_only
def plan_sample(
    request: Request, session: Transaction, officer: SignedInOfficer, body: NewSample
) -> SampleDetail:
    """Freeze what is drawn from and commit to how. Problems: ``sample_empty``, ``sample_nonce_unusable``."""
    wanted = work.Plan(
        body.programme, body.month, body.method, body.size, body.nonce, body.township
    )
    made = work.plan(session, wanted, by=officer, session_id=session_id(request))
    return _detail(session, made)


@router.get("/{sample_no}")
def read_sample(session: Transaction, officer: SignedInOfficer, sample_no: str) -> SampleDetail:
    """One sample, its seed and its conclusion."""
    require(officer, work.ACT)
    return _detail(session, work.by_no(session, sample_no))


@router.post("/{sample_no}/draw")
@once_only
def draw_sample(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sample_no: str,
    body: SampleDraw,
) -> SampleDetail:
    """Draw from the first checkpoint that covers the commitment. Problems: ``sample_not_yet``, ``sample_done``."""
    sample = work.by_no(session, sample_no, locked=True)
    work.draw(session, sample, nonce=body.nonce, by=officer, session_id=session_id(request))
    return _detail(session, sample)


@router.get("/{sample_no}/population")
def read_population(session: Transaction, officer: SignedInOfficer, sample_no: str) -> Response:
    """What was frozen, one ``number fen township`` a line: anybody draws the same from it."""
    require(officer, work.ACT)
    return PlainTextResponse(work.population_of(work.by_no(session, sample_no)))


@router.get("/{sample_no}/lines")
def list_lines(
    session: Transaction,
    officer: SignedInOfficer,
    sample_no: str,
    state: Literal["", "open", "asked", "agrees", "error", "missing"] = "",
    page: PageNumber = 1,
) -> DrawnLinesOut:
    """List a sample's lines with what was said of each."""
    require(officer, work.ACT)
    sample = work.by_no(session, sample_no)
    found, total = queries.lines_of(session, sample, state, page=page)
    return DrawnLinesOut(total=total, page=page, lines=[_line(one) for one in found])


@router.post("/{sample_no}/lines/{drawn}")
@once_only
def say_of_line(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    sample_no: str,
    drawn: str,
    body: LineSaid,
) -> DrawnLineOut:
    """Say what was seen in a line, once. Problems: ``sample_done``, ``sample_look_unusable``."""
    sample = work.by_no(session, sample_no, locked=True)
    number = number_of(drawn.upper())
    if number is None:
        raise NotFound("line")
    say(
        session, sample, number, outcome=body.outcome, error_fen=body.error_fen, note=body.note,
        by=officer, session_id=session_id(request),
    )  # fmt: skip
    found = queries.one_line(session, sample, number)
    if found is None:
        raise NotFound("line")
    return _line(found)


def _said(one: queries.Progress) -> dict[str, object]:
    sample = one.sample
    return {
        "sample_no": sample.sample_no, "programme": sample.programme, "month": sample.month,
        "township": sample.township, "method": sample.method, "size": sample.size,
        "planned_at": sample.planned_at, "drawn_at": sample.drawn_at, "drawn": one.drawn,
        "judged": one.judged, "wrong": one.wrong, "asked": one.asked,
    }  # fmt: skip


def _detail(session: Session, sample: AuditSample) -> SampleDetail:
    (progress,) = queries.progress_of(session, [sample])
    return SampleDetail.model_validate(
        _said(progress)
        | {
            "population": sample.population_count, "population_fen": sample.population_fen,
            "population_sha256": sample.population_digest, "nonce_sha256": sample.commitment,
            "nonce": sample.nonce, "checkpoint_size": sample.checkpoint_size, "seed": sample.seed,
            "conclusion": vars(work.estimate(session, sample)),
        }
    )  # fmt: skip


def _line(one: DrawnLine) -> DrawnLineOut:
    return DrawnLineOut(
        line=reference_of(one.payment_id), fen=one.fen, is_certain=one.is_certain,
        state=one.state, error_fen=one.error_fen, note=one.note,
    )  # fmt: skip
