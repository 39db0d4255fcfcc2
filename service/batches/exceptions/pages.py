"""Pages of exceptions: the work list and its CSV, the preview of an act on many, and its confirmation."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import ImmutableMultiDict
from starlette.responses import RedirectResponse, Response

from service.batches import queries
from service.batches.exceptions import find, words
from service.batches.exceptions.assign import EACH, To, assign, preview_assign
from service.batches.exceptions.choose import Share
from service.batches.exceptions.clear import clear, preview_clear
from service.batches.exceptions.find import Found, Wanted
from service.batches.exceptions.problems import (
    DaysUnusable,
    NothingToDo,
    OfficeUnknown,
    SelectionChanged,
)
from service.batches.exceptions.rules import SEVERITY_OF
from service.batches.exceptions.totals import Totals, totals
from service.batches.findings.words import severity_tag
from service.batches.release import ReasonMissing
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.ids import reference_of
from service.foundation.money import yuan
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.officers.may import may, require
from service.officers.models import Officer, Organisation
from service.officers.signed_in import SignedInOfficer
from service.programmes.catalogue import rules
from service.residents.models import Division
from service.residents.places.tree import names_of
from service.web import navigation
from service.web.filters import masked_name, month_name, number
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Figure, Option, Row, Tone

router = APIRouter()
Choice = Annotated[str, Query(max_length=60)]
REASON_MAX = 500
VALUE_MAX = 60
FIELDS = (
    "month",
    "batch",
    "control",
    "programme",
    "place",
    "severity",
    "organisation",
    "standing",
)

navigation.register("exceptions", translatable("Exceptions"), "/exceptions", act="exceptions.read")


def wanted_of(given: ImmutableMultiDict[str, Any]) -> Wanted:
    """Return what an address or a form asks for; what is too long to be one of ours is not there."""
    asked = {name: str(given.get(name, "")) for name in FIELDS}
    keys = [str(one) for one in given.getlist("keys")][: find.ROWS_A_PAGE]
    return Wanted(
        **{name: value if len(value) <= VALUE_MAX else "?" for name, value in asked.items()},
        keys=tuple(one for one in keys if len(one) < 21),
    )


def _asked(request: Request) -> Wanted:
    return wanted_of(request.query_params)


async def _confirmed(request: Request) -> Wanted:
    return wanted_of(await request.form())


Asked = Annotated[Wanted, Depends(_asked)]
Confirmed = Annotated[Wanted, Depends(_confirmed)]


@router.get("/exceptions")
def show_exceptions(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: Asked,
    after: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """The work list of a month, the newest unless another is asked for."""
    require(officer, "exceptions.read")
    months = queries.months(session)
    if "month" not in request.query_params and not asked.batch:
        asked = replace(asked, month=months[0] if months else "")
    asked = replace(asked, keys=())
    seen = find.seen_by(officer)
    rows, following = find.page(session, asked, seen, after=after)
    names = names_of(session, {f"{one.division[:9]}000" for one in rows if one.division})
    options = _options(session, months)
    return page(
        "batches/exceptions.html",
        lead=_lead(asked, months),
        wanted=asked,
        chosen=_chosen(asked, options),
        pairs=pairs_of(asked),
        address=urlencode(pairs_of(asked)),
        figures=_figures(totals(session, asked, seen)),
        columns=_columns(),
        rows=[_row(one, names) for one in rows],
        after=after,
        following=following,
        options=options,
        offices=_offices(session),
        may_clear=may(officer, "batches.resolve"),
        may_assign=may(officer, "exceptions.assign"),
    )


@router.get("/exceptions.csv")
def download(session: Transaction, officer: SignedInOfficer, asked: Asked) -> Response:
    """The same list as a file; names are masked, and nobody's numbers are in it."""
    require(officer, "exceptions.read")
    content = "".join(csv_lines(session, asked, officer))
    headers = {"content-disposition": 'attachment; filename="exceptions.csv"'}
    return Response("﻿" + content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/exceptions/preview")
def show_preview(
    session: Transaction,
    officer: SignedInOfficer,
    asked: Asked,
    act: Choice = "clear",
    to: Choice = EACH[0],
    days: Annotated[int, Query(ge=0, le=999)] = 0,
) -> Response:
    """What clearing or assigning the chosen would do, before it is done."""
    return _preview(session, officer, asked, act, To(to, days))


@router.post("/exceptions/clear")
def confirm_clear(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: Confirmed,
    mark: Annotated[str, Form(max_length=64)] = "",
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """Clear what the preview showed."""
    try:
        with session.begin_nested():
            made = clear(
                session,
                asked,
                mark=mark,
                reason=reason,
                by=officer,
                session_id=_session_id(request),
            )
    except (ReasonMissing, SelectionChanged, NothingToDo) as problem:
        return _preview(session, officer, asked, "clear", To(""), problem, reason)
    return RedirectResponse(f"/exceptions/decisions/{made.decision_no}", status_code=303)


@router.post("/exceptions/assign")
def confirm_assign(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: Confirmed,
    to: Annotated[str, Form(max_length=60)] = "",
    days: Annotated[int, Form(ge=0, le=999)] = 0,
    mark: Annotated[str, Form(max_length=64)] = "",
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """Give what the preview showed to its offices."""
    try:
        with session.begin_nested():
            assign(
                session, asked, To(to, days), mark=mark, note=reason, by=officer,
                session_id=_session_id(request),
            )  # fmt: skip
    except (ReasonMissing, SelectionChanged, NothingToDo) as problem:
        return _preview(session, officer, asked, "assign", To(to, days), problem, reason)
    return RedirectResponse("/exceptions/progress", status_code=303)


def pairs_of(asked: Wanted) -> list[tuple[str, str]]:
    """Return what is asked for as it stands in an address."""
    pairs = [(name, getattr(asked, name)) for name in FIELDS if getattr(asked, name)]
    return pairs + [("keys", key) for key in asked.keys]


def csv_lines(session: Session, asked: Wanted, officer: Officer) -> Iterator[str]:
    """Yield the list as lines of CSV, its header first."""
    yield _csv(
        "exception", "severity", "control", "found_at", "batch", "line", "programme", "division",
        "payee", "lines", "amount_yuan", "state", "office", "due_on",
    )  # fmt: skip
    for one in find.every(session, asked, find.seen_by(officer)):
        line = reference_of(one.payment_id) if one.payment_id else ""
        name = masked_name(one.payee_name) if one.payee_name else ""
        yield _csv(
            one.key, one.severity, one.control, one.found_at.isoformat(), one.batch_no, line,
            one.programme, one.division or "", name, one.lines, yuan(one.amount_fen).replace(",", ""),
            one.task_state or "unassigned", one.organisation or "", one.due_on or "",
        )  # fmt: skip


def _csv(*cells: Any) -> str:
    written = io.StringIO()
    # A cell that a spreadsheet would take for a formula is given as text.
    safe = [f"'{one}" if str(one)[:1] in ("=", "+", "-", "@") else one for one in cells]
    csv.writer(written).writerow(safe)
    return written.getvalue()


def _session_id(request: Request) -> str:
    return str(request.state.officer_session.id)


def _preview(
    session: Session,
    officer: Officer,
    asked: Wanted,
    act: str,
    to: To,
    problem: Problem | None = None,
    reason: str = "",
) -> Response:
    try:
        view: Any = (
            preview_assign(session, asked, to, by=officer)
            if act == "assign"
            else preview_clear(session, asked, by=officer)
        )
    except (OfficeUnknown, DaysUnusable) as wrong:
        view, problem = None, wrong
    pairs = pairs_of(asked)
    fields = [*pairs]
    if act == "assign":
        fields += [("to", to.office), ("days", str(to.days))]
    townships = view.townships if view else []
    names = names_of(session, {f"{one.name}000" for one in townships if one.name})
    return page(
        "batches/exceptions_preview.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="reason")] if problem else [],
        is_assigning=act == "assign",
        action=f"/exceptions/{'assign' if act == 'assign' else 'clear'}",
        fields=fields,
        back=f"/exceptions?{urlencode([pair for pair in pairs if pair[0] != 'keys'])}",
        view=view,
        reason=reason,
        reason_max=REASON_MAX,
        columns=_share_columns,
        offices=_shares(view.offices, str) if view and act == "assign" else [],
        programmes=_shares(view.programmes, programme_name) if view else [],
        townships=_shares(townships, lambda code: names.get(f"{code}000", "—")),
        refused=_shares(view.refused, words.refused) if view else [],
    )


def _share_columns(first: str) -> list[Column]:
    return [
        Column(first),
        Column(gettext("Items"), "number"),
        Column(gettext("Lines"), "number"),
        Column(gettext("Amount"), "money", gettext("yuan")),
    ]


def _shares(shares: list[Share], name: Any) -> list[Row]:
    return [Row([name(one.name), one.count, one.lines, one.amount_fen]) for one in shares]


def _columns() -> list[Column]:
    return [
        Column(gettext("Reason")),
        Column(gettext("Severity")),
        Column(gettext("Found"), "day"),
        Column(gettext("Programme")),
        Column(gettext("Township")),
        Column(gettext("Payee")),
        Column(gettext("Amount"), "money", gettext("yuan")),
        Column(gettext("State")),
        Column(gettext("Office")),
        Column(gettext("To be answered by"), "day"),
    ]


def _row(one: Found, names: dict[str, str]) -> Row:
    place = names.get(f"{one.division[:9]}000", "—") if one.division else gettext("whole list")
    return Row(
        [
            words.label(one.control),
            severity_tag(one.severity),
            one.found_at,
            programme_name(one.programme),
            place,
            masked_name(one.payee_name) if one.payment_id else "—",
            one.amount_fen,
            words.standing_tag(one),
            one.organisation or "—",
            one.due_on,
        ],
        href=f"/exceptions/{one.key}",
        key=one.key,
        tone="bad" if one.is_overdue(clock.today()) else "",
    )


def _figures(totals: Totals) -> list[Figure]:
    lines = ngettext("%(lines)s line", "%(lines)s lines", totals.lines) % {
        "lines": number(totals.lines)
    }
    found = [
        Figure(gettext("Items"), number(totals.count), note=lines),
        Figure(gettext("Amount"), yuan(totals.amount_fen), gettext("yuan")),
    ]
    # Noughts would push the rows off a telephone's first screen.
    counted: tuple[tuple[str, int, Tone], ...] = (
        (gettext("stops the list"), totals.stop, ""),
        (words.standing_word("unassigned"), totals.unassigned, ""),
        (words.standing_word("answered"), totals.answered, ""),
        (words.standing_word("overdue"), totals.overdue, "bad"),
    )
    return found + [
        Figure(label, number(count), tone=tone) for label, count, tone in counted if count
    ]


def _lead(asked: Wanted, months: list[str]) -> str:
    """Return what the list is of; its month is read here, for the filters are folded away."""
    if asked.month in months:
        return gettext("What needs a person in %(month)s, the gravest and oldest first.") % {
            "month": month_name(Month.parse(asked.month))
        }
    return gettext("Everything that needs a person, the gravest and oldest first.")


def _chosen(asked: Wanted, options: dict[str, list[Option]]) -> list[tuple[str, str]]:
    """Return the filters in use, each to be taken away; the month stands in the sentence above."""
    labels = {
        name: {one.value: one.label for one in offered if one.value}
        for name, offered in options.items()
    }
    used = [(name, getattr(asked, name)) for name in FIELDS if name != "month"]
    return [(labels.get(name, {}).get(value, value), name) for name, value in used if value]


def _options(session: Session, months: list[str]) -> dict[str, list[Option]]:
    every = Option("", gettext("all"))
    towns = session.execute(
        select(Division.code, Division.name)
        .where(Division.level == "township")
        .order_by(Division.code)
    )
    offices = session.scalars(select(Organisation.name).order_by(Organisation.name))
    return {
        "month": [every, *(Option(one, one) for one in months)],
        "control": [every, *(Option(one, words.label(one)) for one in SEVERITY_OF)],
        "programme": [every, *(Option(one, programme_name(one)) for one in rules().programmes)],
        "place": [every, *(Option(code[:9], name) for code, name in towns)],
        "severity": [every, *(Option(one, severity_tag(one).text) for one in ("stop", "check"))],
        "organisation": [every, *(Option(one, one) for one in offices)],
        "standing": [every, *(Option(one, words.standing_word(one)) for one in find.STANDINGS)],
    }


def _offices(session: Session) -> list[Option]:
    named = session.scalars(select(Organisation.name).order_by(Organisation.name))
    each = (gettext("each to its own township"), gettext("each to its own village"))
    return [Option(code, said) for code, said in zip(EACH, each, strict=True)] + [
        Option(one, one) for one in named
    ]
