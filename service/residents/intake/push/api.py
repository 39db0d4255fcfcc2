"""The routes by which a department's own system pushes a feed in pages; each request is signed."""

from bisect import bisect_right
from datetime import date, datetime
from itertools import accumulate
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.residents.intake.push.authenticate import SignedBody, SignedSource
from service.residents.intake.push.complete import complete_push
from service.residents.intake.push.open import agreed_feed, open_push
from service.residents.intake.push.page import keep_page
from service.residents.intake.push.queries import pages_of, push_of
from service.residents.models import Delivery, FeedPush, FeedPushPage, RejectedRow
from service.web.limits import accept_uploads
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/feeds", tags=["pushes"])
# Pages are larger than forms; how large they may be is checked once their sender is known.
accept_uploads("/api/feeds/")
FeedCode = Annotated[str, Path(max_length=40, examples=["CL_CERT"])]
Number = Annotated[
    str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["2026-11-23-1"])
]
PageNo = Annotated[int, Path(ge=1, le=100_000)]
_FAULTS_SAID_MAX = 1000


class PageSaid(BaseModel):
    """One page that is here: its SHA-256 in hex and how many rows it has."""

    page: int
    sha256: str
    rows: int


class FaultSaid(BaseModel):
    """Why one row was not believed; no value of the row is repeated."""

    page: int
    row: int = Field(description="Within the page, from 1.")
    column: str
    code: str
    sentence: str
    sentence_zh: str


class DeliverySaid(BaseModel):
    """What became of the rows."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    state: str = Field(examples=["imported"], description="imported, waiting, refused or declined.")
    rows_total: int
    rows_accepted: int
    rows_rejected: int
    rows_unchanged: int
    refusal: dict[str, Any] | None = Field(description="Why it was refused or waits.")


class PushSaid(BaseModel):
    """A push: what was opened, and which pages are here."""

    number: str
    feed: str
    as_of: date
    columns: list[str]
    completed_at: datetime | None
    pages: list[PageSaid]
    delivery: DeliverySaid | None
    faults: list[FaultSaid]
    faults_total: int = Field(description=f"Of which at most {_FAULTS_SAID_MAX} are listed.")


@router.put("/{feed}/pushes/{number}")
def open_one(
    source: SignedSource,
    body: SignedBody,
    session: Transaction,
    response: Response,
    feed: FeedCode,
    number: Number,
) -> PushSaid:
    """Open a push: ``{"as_of": "2026-11-23", "columns": ["公民身份号码", …]}``.

    201 the first time, 200 for the same again. Problems: ``signature_wrong``, ``feed_not_agreed``,
    ``json_wrong``, ``push_fields_wrong``, ``push_differs``, ``too_many_pushes``.
    """
    push, is_new = open_push(session, source, feed, number, body)
    response.status_code = 201 if is_new else 200
    return _said(session, push)


@router.put("/{feed}/pushes/{number}/pages/{page}")
def keep_one(
    source: SignedSource,
    body: SignedBody,
    session: Transaction,
    response: Response,
    feed: FeedCode,
    number: Number,
    page: PageNo,
) -> PageSaid:
    """Send a page: a JSON array of rows, each an array or an object of texts.

    201 the first time, 200 for the same bytes again, 409 ``push_differs`` for others. Problems:
    ``push_unknown``, ``push_complete``, ``push_busy``, ``json_wrong``, ``push_fields_wrong``.
    """
    kept, is_new = keep_page(session, source, feed, number, page, body)
    response.status_code = 201 if is_new else 200
    return _page(kept)


@router.get("/{feed}/pushes/{number}")
def show_one(
    source: SignedSource,
    body: SignedBody,  # noqa: ARG001 - signed like any other, and empty
    session: Transaction,
    feed: FeedCode,
    number: Number,
) -> PushSaid:
    """Say which pages are here, to go on after an interruption. Problem: ``push_unknown``."""
    return _said(session, push_of(session, source, agreed_feed(source, feed).code, number))


@router.post("/{feed}/pushes/{number}/complete")
def complete_one(
    source: SignedSource, body: SignedBody, session: Transaction, feed: FeedCode, number: Number
) -> PushSaid:
    """Complete a push: ``{"pages": 3, "rows": 2500, "sha256": "…"}``, and learn what became of it.

    The digest is SHA-256 over the pages' digests in order. Problems: ``push_incomplete``,
    ``push_busy``, ``push_differs``.
    """
    push, _ = complete_push(session, source, feed, number, body)
    return _said(session, push)


def _said(session: Session, push: FeedPush) -> PushSaid:
    pages = pages_of(session, push)
    delivery = session.get(Delivery, push.delivery_id) if push.delivery_id else None
    return PushSaid(
        number=push.number,
        feed=push.feed,
        as_of=push.as_of,
        columns=push.columns,
        completed_at=push.completed_at,
        pages=[_page(one) for one in pages],
        delivery=DeliverySaid.model_validate(delivery) if delivery else None,
        faults=_faults(session, delivery, [one.rows for one in pages]) if delivery else [],
        faults_total=delivery.rows_rejected if delivery else 0,
    )


def _page(page: FeedPushPage) -> PageSaid:
    return PageSaid(page=page.page_no, sha256=bytes(page.sha256).hex(), rows=page.rows)


def _faults(session: Session, delivery: Delivery, rows: list[int]) -> list[FaultSaid]:
    """Return the rejected rows by page and row within it; row 1 of the whole is the header."""
    ends = list(accumulate(rows))
    rejected = session.scalars(
        select(RejectedRow)
        .where(RejectedRow.delivery_id == delivery.id)
        .order_by(RejectedRow.row_no)
        .limit(_FAULTS_SAID_MAX)
    )
    said = []
    for one in rejected:
        position = one.row_no - 2
        page = bisect_right(ends, position)
        within = position - (ends[page - 1] if page else 0) + 1
        said += [
            FaultSaid(
                page=page + 1,
                row=within,
                column=str(fault.get("column") or ""),
                code=str(fault["code"]),
                sentence=str(fault["sentence"]),
                sentence_zh=str(fault["sentence_zh"]),
            )
            for fault in one.faults
        ]
    return said[:_FAULTS_SAID_MAX]
