"""Deliveries for programs: bring a department's file, decide about one that waits, take the rejected rows."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, UploadFile
from pydantic import Field
from starlette.responses import Response

from service.foundation.spreadsheets.refusals import FileEmpty
from service.officers.acting import Act, Declared, NoMore
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.residents import queries
from service.residents.importing import import_delivery, rejected_workbook
from service.residents.importing.confirm import confirm, decline
from service.residents.models import Delivery
from service.residents.pages.decision import REASON_MAX
from service.residents.pages.delivery import found
from service.residents.pages.downloads import XLSX, workbook
from service.residents.pages.feed import known
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/feeds", tags=["feeds"])
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {}}, "description": "A workbook of the rejected rows."}
}


class DeliveryDecided(Declared):
    """The steward's word about a delivery that waits."""

    answer: Literal["confirm", "decline"]
    reason: str = Field(max_length=REASON_MAX, examples=["已与公安核对，人数减少属实"])
    mapping: dict[str, str] | None = Field(
        default=None,
        max_length=200,
        examples=[{"罪犯身份证号": "id_number"}],
        description="Header → field, where the headers of the file were unknown.",
    )


class FeedDeliveryOut(Declared):
    """A delivery and what became of its rows."""

    id: UUID
    feed: str = Field(examples=["GA_HUKOU"])
    state: str = Field(examples=["imported"], description="imported, waiting, refused or declined.")
    mode: str
    file_name: str
    as_of: date
    received_at: datetime
    rows_total: int
    rows_accepted: int
    rows_rejected: int
    rows_unchanged: int
    rows_ended: int
    refusal: str = Field(description="The code of why it waits or was refused, or empty.")
    sentence: str
    sentence_zh: str


@router.get("/{code}/deliveries")
def list_deliveries(
    session: Transaction, officer: SignedInOfficer, code: str, page: int = 1
) -> list[FeedDeliveryOut]:
    """A feed's deliveries, the newest first."""
    require(officer, "feeds.read")
    kept, _ = queries.deliveries(session, known(code), page=max(1, min(page, 100_000)))
    return [_out(one) for one in kept]


@router.post("/{code}/deliveries", status_code=201)
@once_only
def bring_delivery(
    session: Transaction,
    officer: SignedInOfficer,
    code: str,
    file: UploadFile,
    as_of: Annotated[date | None, Form()] = None,
) -> FeedDeliveryOut:
    """Import a department's file; a refused one is kept with every reason, the same again changes nothing.

    Problem: ``file_empty``.
    """
    require(officer, "feeds.import")
    known(code)
    content = file.file.read()
    if not content:
        raise FileEmpty
    kept = import_delivery(
        session, code, content, (file.filename or "file")[:200], by=officer.actor(),
        channel="page", as_of=as_of,
    )  # fmt: skip
    return _out(kept)


@router.post("/{code}/deliveries/{delivery_id}/decision")
def decide_delivery(
    act: Act, code: str, delivery_id: UUID, body: DeliveryDecided
) -> FeedDeliveryOut:
    """Take a delivery that waits over after all, or send it back.

    Problems: ``reason_missing``, ``mapping_unfit``, ``illegal_move``.
    """
    require(act.officer, "feeds.confirm")
    _, one = found(act.session, code, delivery_id)

    def do() -> FeedDeliveryOut:
        by = act.by
        if body.answer == "confirm":
            mapping = body.mapping if one.suggestion else None
            confirm(act.session, delivery_id, by=by, reason=body.reason, mapping=mapping)
        else:
            decline(act.session, delivery_id, by=by, reason=body.reason)
        act.session.refresh(one)
        return _out(one)

    return act.once(body, do, FeedDeliveryOut)


@router.post("/{code}/deliveries/{delivery_id}/rejected", response_class=Response, responses=_FILE)
def give_rejected(act: Act, code: str, delivery_id: UUID, body: NoMore) -> Response:  # noqa: ARG001 - says that nothing more is sent
    """Give a delivery's rejected rows out as a workbook; that is recorded."""
    require(act.officer, "feeds.import")
    feed, one = found(act.session, code, delivery_id)
    content = rejected_workbook(act.session, one, by=act.by)
    return workbook(content, f"{feed.code}-rejected-{one.as_of.isoformat()}.xlsx")


def _out(one: Delivery) -> FeedDeliveryOut:
    refusal = one.refusal or {}
    names = ("id", "feed", "state", "mode", "file_name", "as_of", "received_at", "rows_total",
             "rows_accepted", "rows_rejected", "rows_unchanged", "rows_ended")  # fmt: skip
    return FeedDeliveryOut(
        **{name: getattr(one, name) for name in names},
        refusal=refusal.get("code", ""),
        sentence=refusal.get("sentence", ""),
        sentence_zh=refusal.get("sentence_zh", ""),
    )
