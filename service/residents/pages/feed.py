"""One feed: what came and when, how complete it is, and bringing a file by hand."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import NotFound
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents import feeds, queries
from service.residents.feeds import Feed, UnknownFeed
from service.residents.importing import import_delivery
from service.residents.models import Delivery
from service.residents.pages import words
from service.residents.pages.completeness import completeness
from service.residents.tasks.quality import Quality, quality
from service.web.language import gettext
from service.web.limits import accept_uploads
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Cell, Column, Fault, Figure, Link, Row, Tone

router = APIRouter()
accept_uploads("/feeds/")
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


def known(code: str) -> Feed:
    """Return a feed, or answer that there is no such thing."""
    try:
        return feeds.feed(code)
    except UnknownFeed:
        raise NotFound("feed") from None


@router.get("/feeds/{code}")
def show_feed(
    session: Transaction, officer: SignedInOfficer, code: str, number: PageNumber = 1
) -> Response:
    """One feed: where it stands, its deliveries, how complete the last one was."""
    require(officer, "feeds.read")
    return _feed(session, officer, known(code), number)


@router.post("/feeds/{code}/deliveries")
def bring_delivery(
    session: Transaction,
    officer: SignedInOfficer,
    code: str,
    file: UploadFile | None = None,
    as_of: Annotated[date | None, Form()] = None,
) -> Response:
    """Import a department's file; a refused one is kept and shown with every reason."""
    require(officer, "feeds.import")
    feed = known(code)
    content = file.file.read() if file is not None else b""
    if file is None or not content:
        fault = Fault(gettext("Choose a file that is not empty."), "file")
        return _feed(session, officer, feed, 1, fault=fault)
    kept = import_delivery(
        session,
        code,
        content,
        file.filename or "file",
        by=officer.actor(),
        channel="page",
        as_of=as_of,
    )
    return RedirectResponse(f"/feeds/{code}/deliveries/{kept.id}", status_code=303)


def _feed(
    session: Session, officer: Officer, feed: Feed, number: int, *, fault: Fault | None = None
) -> Response:
    found, total = queries.deliveries(session, feed, page=number)
    state = next(one for one in queries.every_feed(session) if one.feed.code == feed.code)
    named = queries.names_of(session, {one.decided_by for one in found})
    return page(
        "residents/feed.html",
        status=422 if fault else 200,
        feed=feed,
        name=words.feed_name(feed),
        system=feed.system_zh if words.is_chinese() else feed.system_en,
        department=words.department(feed),
        mode=words.mode(feed.mode),
        crumbs=[Link(gettext("Feeds"), "/feeds")],
        tag=words.state_tag(state.state),
        figures=[*_figures(state), *_marks(quality(session, feed.code))],
        waiting=[
            Fault(
                words.refusal(one) or one.file_name, href=f"/feeds/{feed.code}/deliveries/{one.id}"
            )
            for one in state.waiting
        ],
        columns=_columns(),
        rows=[_row(feed, one, words.decider(one, named)) for one in found],
        whole=queries.last_whole(session, feed),
        bars=completeness(feed, queries.last_whole(session, feed)),
        number=number,
        pages=max(1, -(-total // queries.DELIVERIES_SHOWN)),
        total=total,
        may_bring=may(officer, "feeds.import"),
        expected="、".join(column.header for column in feed.columns if column.required),
        faults=[fault] if fault else [],
    )


def _figures(state: queries.FeedState) -> list[Figure]:
    feed, fresh, believed = state.feed, state.freshness, state.believed
    if believed is None:
        return []
    tone: Tone = "bad" if fresh.is_stale else "warn" if fresh.is_late else "ok"
    limit = gettext("at most %(limit)s; beyond %(gate)s nothing is approved") % {
        "limit": feed.freshness_days,
        "gate": feed.gate_days,
    }
    return [
        Figure(gettext("Days old"), str(fresh.age_days), gettext("days"), limit, tone=tone),
        Figure(gettext("Rows taken"), f"{believed.rows_accepted:,}"),
        Figure(
            gettext("Rows rejected"),
            f"{believed.rows_rejected:,}",
            href=f"/feeds/{feed.code}/deliveries/{believed.id}" if believed.rows_rejected else "",
            tone="warn" if believed.rows_rejected else "",
        ),
        Figure(gettext("Data of"), believed.as_of.isoformat()),
    ]


def _marks(found: Quality) -> list[Figure]:
    """Return what speaks against a feed's data; what does not is left out."""
    marks = (
        (gettext("Rejected rows never sent again"), found.rows_uncorrected, ""),
        (gettext("Open questions to the department"), found.tasks_open, "/tasks"),
        (gettext("Deaths reported in error"), found.reports_false, ""),
    )
    return [
        Figure(label, f"{count:,}", href=href, tone="warn") for label, count, href in marks if count
    ]


def _columns() -> list[Column]:
    return [
        Column(gettext("File")),
        Column(gettext("Received"), "moment"),
        Column(gettext("State")),
        Column(gettext("Came by")),
        Column(gettext("Data of")),
        Column(gettext("Taken"), "number"),
        Column(gettext("Unchanged"), "number"),
        Column(gettext("Late"), "number"),
        Column(gettext("Ended"), "number"),
        Column(gettext("Rejected"), "number"),
        Column(gettext("Decided by")),
    ]


def _row(feed: Feed, one: Delivery, decided_by: str | None) -> Row:
    tag = words.delivery_tag(one)
    came_by = words.channel(one)
    if one.encoding:
        came_by = f"{came_by} · {one.encoding}"
    is_believed = one.state == "imported"
    counts: list[Cell] = [
        one.rows_accepted,
        one.rows_unchanged,
        one.rows_late,
        one.rows_ended,
    ]
    return Row(
        [
            one.file_name,
            one.received_at,
            tag,
            came_by,
            one.as_of.isoformat(),
            *(counts if is_believed else [None] * len(counts)),
            one.rows_rejected,
            decided_by,
        ],
        f"/feeds/{feed.code}/deliveries/{one.id}",
        tone=tag.tone if tag.tone in ("bad", "warn") else "",
    )
