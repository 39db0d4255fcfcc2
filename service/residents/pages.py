"""The departments' feeds: how fresh each is, which rows were rejected and why, and bringing a file."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import NotFound
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents import feeds, queries
from service.residents.feeds import Feed, UnknownFeed
from service.residents.importing import import_delivery
from service.residents.models import Delivery, RejectedRow
from service.residents.queries import FeedState
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.limits import accept_uploads
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Cell, Column, Fault, Link, Row, Tag, Tone

router = APIRouter()
navigation.register("residents", translatable("Feeds"), "/feeds", act="feeds.read")
accept_uploads("/feeds/")
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


def late_feeds(session: Session, officer: Officer) -> list[WaitingItem]:
    """Feeds that are late or whose last file was refused, for the steward."""
    if not may(officer, "feeds.import"):
        return []
    late = queries.late_feeds(session)
    return [
        WaitingItem(
            ngettext(
                "Feed that is late or was refused: ask its department",
                "Feeds that are late or were refused: ask their departments",
                len(late),
            ),
            len(late),
            "/feeds",
            min((one.imported_at for one in late if one.imported_at), default=None),
        )
    ]


@router.get("/feeds")
def show_feeds(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every feed, those first that somebody has to ask about."""
    require(officer, "feeds.read")
    states = sorted(queries.every_feed(session), key=_attention)
    return page("residents/feeds.html", columns=_columns(), rows=[_row(one) for one in states])


@router.get("/feeds/{code}")
def show_feed(
    session: Transaction,
    officer: SignedInOfficer,
    code: str,
    delivery: UUID | None = None,
    number: PageNumber = 1,
) -> Response:
    """One feed: its deliveries, and the rejected rows of the newest or the chosen one."""
    require(officer, "feeds.read")
    return _feed(session, officer, _known(code), delivery, number)


@router.post("/feeds/{code}/deliveries")
def bring_delivery(
    session: Transaction,
    officer: SignedInOfficer,
    code: str,
    file: UploadFile | None = None,
) -> Response:
    """Import a department's file; a refused one is kept and shown with every reason."""
    require(officer, "feeds.import")
    feed = _known(code)
    content = file.file.read() if file is not None else b""
    if file is None or not content:
        fault = Fault(gettext("Choose a file that is not empty."), "file")
        return _feed(session, officer, feed, None, 1, fault=fault)
    kept = import_delivery(session, code, content, file.filename or "file", by=officer.actor())
    return RedirectResponse(f"/feeds/{code}?delivery={kept.id}", status_code=303)


def _known(code: str) -> Feed:
    try:
        return feeds.feed(code)
    except UnknownFeed:
        raise NotFound("feed") from None


def _attention(one: FeedState) -> tuple[int, str]:
    """Order feeds: refused, late, with rejected rows, fresh, never delivered."""
    if one.last is None:
        return 4, one.feed.code
    if one.last.state == "refused":
        return 0, one.feed.code
    if one.is_late:
        return 1, one.feed.code
    return (2 if one.last.rows_rejected else 3), one.feed.code


def _words(feed: Feed) -> tuple[str, str]:
    """Return a feed's name and department."""
    if visit().language == "zh":
        return feed.zh, feed.department_zh
    return feed.en, feed.department_en


def _tag(one: FeedState) -> Tag:
    if one.last is None:
        return Tag(gettext("never delivered"))
    if one.last.state == "refused":
        return Tag(gettext("last file refused"), "bad")
    return Tag(gettext("late"), "warn") if one.is_late else Tag(gettext("fresh"), "ok")


def _columns() -> list[Column]:
    return [
        Column(gettext("Feed")),
        Column(gettext("Department")),
        Column(gettext("State")),
        Column(gettext("Last delivery"), "moment"),
        Column(gettext("Age"), "number", unit=gettext("days")),
        Column(gettext("May be"), "number", unit=gettext("days")),
        Column(gettext("Rows taken"), "number"),
        Column(gettext("Rows rejected"), "number"),
        Column(gettext("Records now"), "number"),
    ]


def _row(one: FeedState) -> Row:
    name, department = _words(one.feed)
    last = one.last
    tag = _tag(one)
    cells = (
        f"{name} {one.feed.code}",
        department,
        tag,
        last.received_at if last else None,
        one.age_days,
        one.feed.freshness_days,
        last.rows_accepted if last else None,
        _rejected_link(one.feed, last),
        one.records,
    )
    tone: Tone = tag.tone if tag.tone in ("bad", "warn") else ""
    return Row(cells, f"/feeds/{one.feed.code}", tone=tone)


def _rejected_link(feed: Feed, last: Delivery | None) -> Cell:
    if last is None or not last.rows_rejected:
        return 0 if last else None
    return Link(f"{last.rows_rejected:,}", f"/feeds/{feed.code}#rejected")


def _feed(
    session: Session,
    officer: Officer,
    feed: Feed,
    delivery_id: UUID | None,
    number: int,
    *,
    fault: Fault | None = None,
) -> Response:
    found = queries.deliveries(session, feed)
    chosen = found[0] if found else None
    if delivery_id is not None:
        chosen = queries.delivery(session, feed, delivery_id)
        if chosen is None:
            raise NotFound("delivery")
    name, department = _words(feed)
    total = chosen.rows_rejected if chosen else 0
    return page(
        "residents/feed.html",
        status=422 if fault else 200,
        feed=feed,
        name=name,
        department=department,
        crumbs=[Link(gettext("Feeds"), "/feeds")],
        chosen=chosen,
        refusals=_refusals(chosen),
        columns=_delivery_columns(),
        rows=[_delivery_row(feed, one) for one in found],
        rejected_columns=[
            Column(gettext("Row")),
            Column(gettext("Sheet")),
            Column(gettext("Column")),
            Column(gettext("Why")),
        ],
        rejected=_rejected(queries.rejected(session, chosen, page=number)) if chosen else [],
        number=number,
        pages=max(1, -(-total // queries.ROWS_PER_PAGE)),
        total=total,
        may_bring=may(officer, "feeds.import"),
        expected="、".join(column.header for column in feed.columns if column.required),
        faults=[fault] if fault else [],
    )


def _refusals(one: Delivery | None) -> list[Fault]:
    """Return why a file was refused as a whole, if it was."""
    if one is None or not one.refusal:
        return []
    return [Fault(str(one.refusal["sentence_zh" if visit().language == "zh" else "sentence"]))]


def _delivery_columns() -> list[Column]:
    return [
        Column(gettext("Received"), "moment"),
        Column(gettext("File")),
        Column(gettext("State")),
        Column(gettext("Rows"), "number"),
        Column(gettext("Rows taken"), "number"),
        Column(gettext("Unchanged"), "number"),
        Column(gettext("Rows rejected"), "number"),
    ]


def _delivery_row(feed: Feed, one: Delivery) -> Row:
    is_refused = one.state == "refused"
    cells = (
        one.received_at,
        one.file_name,
        Tag(gettext("refused"), "bad") if is_refused else Tag(gettext("taken over"), "ok"),
        one.rows_total,
        one.rows_accepted,
        one.rows_unchanged,
        one.rows_rejected,
    )
    return Row(cells, f"/feeds/{feed.code}?delivery={one.id}", tone="bad" if is_refused else "")


def _rejected(rows: list[RejectedRow]) -> list[Row]:
    """Return a line for each fault: place and sentence, never what the cell said."""
    sentence = "sentence_zh" if visit().language == "zh" else "sentence"
    return [
        Row((str(row.row_no), row.sheet or "—", fault["column"] or "—", fault[sentence]))
        for row in rows
        for fault in row.faults
    ]
