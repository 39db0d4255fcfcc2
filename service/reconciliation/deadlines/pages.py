"""The page of the banks' deadlines: what should come by when, what came late, what is missing."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.foundation.problems import NotFound
from service.ledger.queries import channels
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.deadlines.expected import KINDS, STATES, Asked, Expected, expected
from service.reconciliation.queries import ROWS_PER_PAGE
from service.reconciliation.tabs import tabs
from service.web import filters
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Figure, Link, Option, Row, Tag, Tone

router = APIRouter()
_STATES: dict[str, tuple[str, Tone]] = {
    "missing": (translatable("has not come"), "bad"),
    "awaited": (translatable("awaited"), ""),
    "late": (translatable("came late"), "warn"),
    "in_time": (translatable("came in time"), "ok"),
}
_KINDS = {"reply": translatable("Reply"), "statement": translatable("Statement")}


@router.get("/reconciliation/deadlines")
def show_deadlines(
    session: Transaction,
    officer: SignedInOfficer,
    bank: Annotated[str, Query(max_length=40)] = "",
    kind: Annotated[str, Query(max_length=20)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    from_day: Annotated[str, Query(max_length=10)] = "",
    to_day: Annotated[str, Query(max_length=10)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Replies and statements of all banks, each with its hour, in the banks' own days."""
    require(officer, "reconciliation.read")
    banks = channels(session)
    known = kind in ("", *KINDS) and state in ("", *STATES)
    if not known or bank not in ("", *(one.code for one in banks)):
        raise NotFound("page")
    wanted = {"bank": bank, "kind": kind, "state": state, "from_day": from_day, "to_day": to_day}
    asked = Asked(bank=bank, kind=kind, from_day=_day(from_day), to_day=_day(to_day))
    every = expected(session, asked)
    shown = [one for one in every if state in ("", one.state)]
    return page(
        "reconciliation/deadlines.html",
        tabs=tabs(),
        wanted=wanted,
        chosen=_chosen(wanted, {one.code: one.name for one in banks}),
        figures=[_figure(name, every) for name in STATES],
        banks=[Option("", gettext("every bank")), *(Option(one.code, one.name) for one in banks)],
        kinds=[Option("", gettext("both")), *(Option(one, gettext(_KINDS[one])) for one in KINDS)],
        states=[
            Option("", gettext("every state")),
            *(Option(one, gettext(_STATES[one][0])) for one in STATES),
        ],
        columns=[
            Column(gettext("Day"), "day"),
            Column(gettext("Bank")),
            Column(gettext("What")),
            Column(gettext("State")),
            Column(gettext("Due by"), "moment"),
            Column(gettext("Came"), "moment"),
            Column(gettext("Alarm given"), "moment"),
        ],
        rows=[_row(one) for one in shown[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]],
        number=number,
        pages=max(1, -(-len(shown) // ROWS_PER_PAGE)),
        total=len(shown),
    )


def _chosen(wanted: dict[str, str], banks: dict[str, str]) -> list[tuple[str, str]]:
    """Return the filters in use, each to be taken away."""
    kind, state = wanted["kind"], wanted["state"]
    said = {
        "bank": banks.get(wanted["bank"], ""),
        "kind": gettext(_KINDS[kind]) if kind else "",
        "state": gettext(_STATES[state][0]) if state else "",
        "from_day": f"≥ {wanted['from_day']}" if wanted["from_day"] else "",
        "to_day": f"≤ {wanted['to_day']}" if wanted["to_day"] else "",
    }
    return [(text, name) for name, text in said.items() if text]


def _figure(state: str, every: list[Expected]) -> Figure:
    count = sum(one.state == state for one in every)
    text, tone = _STATES[state]
    bad = tone if tone == "bad" and count else ""
    href = f"/reconciliation/deadlines?state={state}"
    return Figure(gettext(text), filters.number(count), href=href, tone=bad)


def _row(one: Expected) -> Row:
    text, tone = _STATES[one.state]
    what: str | Link = gettext("Statement of the day")
    if one.file_id is not None:
        what = Link(gettext("Reply to %(file)s") % {"file": one.about}, f"/dispatch/{one.file_id}")
    cells = (
        one.day,
        one.channel.name,
        what,
        Tag(gettext(text), tone),
        one.due_at,
        one.came_at,
        one.alarm_at,
    )
    return Row(
        cells,
        href=f"/reconciliation/days/{one.channel.code}/{one.day}",
        tone="bad" if tone == "bad" else "",
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None
