"""Standing sources: how each department's deliveries come by themselves, and looking at one now."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents.intake.ask_look import ask_look
from service.residents.intake.queries import every_source
from service.residents.models import FeedSource
from service.residents.pages import words
from service.web import navigation
from service.web.filters import moment
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Link, Row, Tag

router = APIRouter()
navigation.register("sources", translatable("Sources"), "/sources", act="sources.read")
_KINDS = {
    "folder": translatable("drop folder"),
    "sftp": translatable("SFTP"),
    "push": translatable("sent by the department's system"),
    "database": translatable("read from the department's database"),
}


@router.get("/sources")
def show_sources(session: Transaction, officer: SignedInOfficer, asked: str = "") -> Response:
    """Every source with when it was last looked at, and what that came to."""
    require(officer, "sources.read")
    found = every_source(session)
    known = {one.code for one in found}
    return page(
        "residents/sources.html",
        crumbs=[Link(gettext("Feeds"), "/feeds")] if may(officer, "feeds.read") else [],
        asked=asked if asked in known else "",
        columns=[
            Column(gettext("Source")),
            Column(gettext("Came by")),
            Column(gettext("Feeds")),
            Column(gettext("State")),
            Column(gettext("Last looked at")),
            Column(gettext("What it came to")),
        ],
        rows=[_row(one) for one in found],
        runnable=[one.code for one in found if _may_run(officer, one)],
    )


@router.post("/sources/{code}/run")
def run_source(
    request: Request, session: Transaction, officer: SignedInOfficer, code: str
) -> Response:
    """Ask for a look at one source now; the worker that reaches others' servers does it."""
    require(officer, "sources.run")
    by = officer.actor(str(request.state.officer_session.id))
    source = ask_look(session, code, by=by)
    return RedirectResponse(f"/sources?asked={source.code}", status_code=303)


def _may_run(officer: Officer, one: FeedSource) -> bool:
    return may(officer, "sources.run") and one.active and one.kind != "push"


def _row(one: FeedSource) -> Row:
    outcome = one.last_outcome or {}
    said = outcome.get("sentence_zh" if words.is_chinese() else "sentence")
    tag = Tag(gettext("active"), "ok") if one.active else Tag(gettext("given up"))
    kind = gettext(_KINDS.get(one.kind, one.kind))
    if one.division:
        kind = f"{kind} · {one.division}"
    looked_at = moment(one.last_run_at) if one.last_run_at else None
    failed = bool(outcome.get("faults"))
    return Row(
        [one.code, kind, ", ".join(one.feeds), tag, looked_at, said],
        tone="bad" if failed and one.active else "",
    )
