"""Pages of months, batches and lines: read them, press the month's button, release a held line."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.assessment.reveal import Reason, Reveal, masked, reveal
from service.batches import figures, queries, words
from service.batches.about import about_line, batches_seen_by, require_seen
from service.batches.batch_view import batch_page
from service.batches.line_view import line_page
from service.batches.lines_asked import AskedOf
from service.batches.lines_view import lines_part
from service.batches.models import Batch, Payment
from service.batches.month import press
from service.batches.month_lists import waiting_columns, waiting_rows
from service.batches.month_view import month_page, months_table
from service.batches.offer import require_run
from service.batches.part import WHOLE
from service.batches.partial import said_of_parts
from service.batches.release import NeedsData, ReasonMissing, release
from service.batches.waits import waits_of
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.models import Officer
from service.officers.reach import is_unlimited
from service.officers.signed_in import SignedInOfficer
from service.programmes.catalogue import rules
from service.programmes.in_force import payable
from service.residents.reading import read_resident
from service.web import navigation
from service.web.filters import month_name
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Option

router = APIRouter()
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Choice = Annotated[str, Query(max_length=40)]
REASON_MAX = 500

navigation.register("assessment", translatable("Months"), "/months", act="assessment.read")
navigation.register("batches", translatable("Batches"), "/batches", act="batches.read")


@router.get("/months")
def show_months(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every month, the newest first."""
    require(officer, "assessment.read")
    limited = _limited(officer)
    columns, rows = months_table(session, limited)
    only = said_of_parts(limited) if limited else ""
    return page("batches/months.html", columns=columns, rows=rows, only=only)


@router.get("/months/{month}")
def show_month(session: Transaction, officer: SignedInOfficer, month: str) -> Response:
    """One month: the button, the run's progress, every programme's batch."""
    require(officer, "assessment.read")
    view = month_page(session, officer, Month.parse(month))
    finished = view.progress is None or not view.progress.is_going
    return page("batches/month.html", fragment="run", finished=finished, view=view)


@router.post("/months/{month}")
def press_button(
    request: Request, session: Transaction, officer: SignedInOfficer, month: str
) -> Response:
    """Freeze, assess and build a whole month."""
    require(officer, "assessment.run")
    require(officer, "batches.build")
    wanted = Month.parse(month)
    require_run(officer, WHOLE, payable(session, wanted))
    press(session, wanted, by=officer.actor(session_id(request)))
    return RedirectResponse(f"/months/{wanted}", status_code=303)


@router.get("/batches")
def show_batches(
    session: Transaction,
    officer: SignedInOfficer,
    month: Choice | None = None,
    programme: Choice = "",
    state: Choice = "",
    page_no: PageNumber = 1,
) -> Response:
    """The batches of a month, the newest unless another is asked for."""
    require(officer, "batches.read")
    months = queries.months(session)
    chosen = month if month is not None else (months[0] if months and not state else "")
    found, total = queries.find(
        session,
        month=chosen,
        programme=programme,
        state=state,
        page=page_no,
        seen=batches_seen_by(officer),
    )
    return page(
        "batches/list.html",
        columns=waiting_columns(with_month=True),
        rows=waiting_rows(
            found,
            waits_of(session, found),
            figures.totals_of(session, [batch.id for batch in found], officer),
            with_month=True,
        ),
        only=said_of_parts(officer),
        months=[Option("", gettext("all"))]
        + [Option(one, month_name(Month.parse(one))) for one in months],
        programmes=[Option("", gettext("all"))]
        + [Option(code, words.programme_name(code)) for code in rules().programmes],
        states=[Option("", gettext("all")), Option("waiting", gettext("waits for somebody"))]
        + [Option(one, words.batch_tag(one).text) for one in words.BATCH_STATES],
        month=chosen,
        programme=programme,
        state=state,
        page_no=page_no,
        pages=max(-(-total // queries.BATCHES_PER_PAGE), 1),
        total=total,
    )


@router.get("/batches/{batch_no}")
def show_batch(
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    asked_for: AskedOf,
    after: Choice = "",
    before: Choice = "",
) -> Response:
    """One batch: what needs a person first, then everything."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    lines = lines_part(session, batch, officer, asked_for, after=after, before=before)
    view = batch_page(session, batch, officer, lines.sums)
    given = urlencode(asked_for.given)
    return page("batches/batch.html", view=view, lines=lines, given=f"?{given}" if given else "")


@router.get("/batches/{batch_no}/lines/{reference}")
def show_line(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str, reference: str
) -> Response:
    """One line with its evidence."""
    batch, payment = line_seen(session, officer, batch_no, reference)
    if payment.payee_person_id is not None:
        by = officer.actor(session_id(request))
        fields = [payment.programme]
        read_resident(session, payment.payee_person_id, by=by, purpose="line.page", fields=fields)
    return _line_page(session, batch, payment, masked(officer, payment.division))


@router.post("/batches/{batch_no}/lines/{reference}/reveal")
def reveal_line(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    reference: str,
    purpose: Reason = "",
) -> Response:
    """The same line with what the most sensitive feeds say, once and with a reason."""
    batch, payment = line_seen(session, officer, batch_no, reference)
    on = whom_of(payment)
    by = officer.actor(session_id(request))
    shown = reveal(session, officer, on, division=payment.division, by=by, reason=purpose)
    return _line_page(session, batch, payment, shown)


@router.post("/batches/{batch_no}/lines/{reference}/release")
def release_line(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    reference: str,
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """Clear what holds a line, with the maker's reason."""
    batch, payment = line_seen(session, officer, batch_no, reference)
    try:
        with session.begin_nested():
            release(session, payment, by=officer, reason=reason, session_id=session_id(request))
    except (ReasonMissing, NeedsData) as problem:
        return _line_page(
            session, batch, payment, masked(officer, payment.division), problem, reason
        )
    return RedirectResponse(f"/batches/{batch.batch_no}/lines/{reference}", status_code=303)


def session_id(request: Request) -> str:
    """Return the signed-in session's id, which every act is recorded with."""
    return str(request.state.officer_session.id)


def whom_of(payment: Payment) -> tuple[str, int]:
    """Return whom a line is about: a table and its surrogate id."""
    if payment.payee_person_id is not None:
        return "persons", payment.payee_person_id
    return f"{payment.subject_kind}s", payment.subject_id


def line_seen(
    session: Session, officer: Officer, batch_no: str, reference: str
) -> tuple[Batch, Payment]:
    """Return a line with its batch if the officer may see both; raises NotAllowed, NotFound."""
    require(officer, "batches.read")
    require(officer, "assessment.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    payment = queries.by_reference(session, batch, reference)
    require(officer, "batches.read", about_line(session, payment))
    return batch, payment


def _line_page(
    session: Session,
    batch: Batch,
    payment: Payment,
    shown: Reveal,
    problem: Problem | None = None,
    reason: str = "",
) -> Response:
    faults = [Fault(problem.say(visit().language), field="reason")] if problem else []
    return page(
        "batches/line.html",
        status=problem.status if problem else shown.status,
        view=line_page(session, batch, payment, shown),
        shown=shown,
        faults=faults,
        reason=reason,
        reason_max=REASON_MAX,
    )


def _limited(officer: Officer) -> Officer | None:
    """Return whose places and programmes limit a month's page; None for who sees all of it."""
    return None if is_unlimited(officer, "assessment.read") else officer
