"""One delivery: what became of its rows, why each rejected one was, and what was smoothed."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.foundation.problems import NotFound
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents import queries
from service.residents.feeds import Feed
from service.residents.models import Delivery, RejectedRow
from service.residents.pages import words
from service.residents.pages.completeness import completeness, smoothed
from service.residents.pages.decision import REASON_MAX, Answer, decision
from service.residents.pages.feed import known
from service.web.filters import moment, number
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Bar, Column, Fault, Figure, Link, Row, Tag

router = APIRouter()
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@dataclass(frozen=True)
class DeliveryPage:
    """Everything on a delivery's page, besides what a steward may decide."""

    feed: Feed
    delivery: Delivery
    name: str
    tag: Tag
    crumbs: list[Link]
    figures: list[Figure]
    pairs: list[tuple[str, str]]
    rejected_columns: list[Column]
    rejected: list[Row]
    rejected_sentence: str
    pages: int
    bars: list[Bar]
    smoothed: list[tuple[str, str]]


@router.get("/feeds/{code}/deliveries/{delivery_id}")
def show_delivery(
    session: Transaction,
    officer: SignedInOfficer,
    code: str,
    delivery_id: UUID,
    page_no: PageNumber = 1,
) -> Response:
    """One delivery; if it waits, what there is to decide."""
    require(officer, "feeds.read")
    feed, one = found(session, code, delivery_id)
    return delivery_page(session, officer, feed, one, number=page_no)


def found(session: Session, code: str, delivery_id: UUID) -> tuple[Feed, Delivery]:
    """Return a delivery with its feed, or answer that there is no such thing."""
    feed = known(code)
    one = queries.delivery(session, feed, delivery_id)
    if one is None:
        raise NotFound("delivery")
    return feed, one


def delivery_page(
    session: Session,
    officer: Officer,
    feed: Feed,
    one: Delivery,
    *,
    number: int = 1,
    status: int = 200,
    faults: tuple[Fault, ...] = (),
    sent: Answer | None = None,
) -> Response:
    """Draw the page of one delivery."""
    refused = words.refusal(one) if one.state == "refused" else ""
    return page(
        "residents/delivery.html",
        status=status,
        view=_view(session, feed, one, number),
        refusals=[Fault(refused)] if refused else [],
        page_no=number,
        faults=list(faults),
        decision=decision(officer, feed, one, sent),
        reason=sent.reason if sent else "",
        reason_max=REASON_MAX,
        may_download=may(officer, "feeds.import"),
    )


def _view(session: Session, feed: Feed, one: Delivery, page_no: int) -> DeliveryPage:
    return DeliveryPage(
        feed=feed,
        delivery=one,
        name=words.feed_name(feed),
        tag=words.delivery_tag(one),
        crumbs=[
            Link(gettext("Feeds"), "/feeds"),
            Link(f"{words.feed_name(feed)} {feed.code}", f"/feeds/{feed.code}"),
        ],
        figures=_figures(one),
        pairs=_pairs(session, one),
        rejected_columns=[
            Column(gettext("Row")),
            Column(gettext("Sheet")),
            Column(gettext("Column")),
            Column(gettext("Why")),
        ],
        rejected=_rejected(queries.rejected(session, one, page=page_no)),
        rejected_sentence=words.rejected_sentence(one.rows_rejected) if one.rows_rejected else "",
        pages=max(1, -(-one.rows_rejected // queries.ROWS_PER_PAGE)),
        bars=completeness(feed, one),
        smoothed=smoothed(one),
    )


def _figures(one: Delivery) -> list[Figure]:
    rejected = Figure(
        gettext("Rows rejected"),
        number(one.rows_rejected),
        tone="warn" if one.rows_rejected else "",
    )
    whole = Figure(gettext("Rows in the file"), number(one.rows_total))
    if one.state != "imported":
        return [whole, rejected]
    return [
        whole,
        Figure(gettext("Taken"), number(one.rows_accepted)),
        Figure(gettext("Unchanged"), number(one.rows_unchanged), note=gettext("of those taken")),
        Figure(gettext("Late"), number(one.rows_late), note=gettext("a later day was known")),
        Figure(gettext("Ended"), number(one.rows_ended), note=gettext("no longer named")),
        rejected,
    ]


def _pairs(session: Session, one: Delivery) -> list[tuple[str, str]]:
    named = queries.names_of(session, {one.received_by, one.decided_by})
    pairs = [
        (gettext("File"), one.file_name),
        (gettext("Received"), f"{moment(one.received_at)} · {words.receiver(one, named)}"),
        (gettext("Came by"), words.channel(one)),
        (gettext("Data of"), one.as_of.isoformat()),
        (gettext("Meaning"), words.mode(one.mode)),
    ]
    if one.encoding:
        pairs.append((gettext("Read as"), " · ".join(filter(None, (one.encoding, one.sheet)))))
    if one.confirmed_at > one.received_at and one.state == "imported":
        pairs.append((gettext("Said again"), moment(one.confirmed_at)))
    if one.decided_at is not None:
        who = words.decider(one, named) or ""
        decided = " · ".join(filter(None, (moment(one.decided_at), who, one.decision_reason)))
        pairs.append((gettext("Decided by"), decided))
    pairs.append((gettext("Digest of the file"), one.sha256.hex()[:16]))
    return pairs


def _rejected(rows: list[RejectedRow]) -> list[Row]:
    """Return a line for each fault: place and sentence, never what the cell said."""
    sentence = "sentence_zh" if words.is_chinese() else "sentence"
    return [
        Row(
            [str(row.row_no), row.sheet or None, fault["column"] or None, fault[sentence]],
            tone="" if row.corrected_by_id else "warn",
        )
        for row in rows
        for fault in row.faults
    ]
