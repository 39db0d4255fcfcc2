"""The web door: every stage's pages and API, in the order in which the money flows."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import UUID

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from service.approvals import api as approvals_api
from service.approvals import pages as approvals_pages
from service.approvals import waiting as approvals_waiting
from service.approvals.stepper import chain_steps
from service.assessment import pages as assessment_pages
from service.audit import health as audit_health
from service.audit import pages as audit_pages
from service.audit.cosigning.in_force import in_force
from service.audit.keeping import api as keeping_api
from service.audit.keeping import pages as keeping_pages
from service.audit.log import health as log_health
from service.audit.log.start import log_continues
from service.audit.proof import pages as audit_proof
from service.audit.readers import name_officers_by
from service.batches import api as batches_api
from service.batches import pages as batches_pages
from service.batches import run_pages
from service.batches import waiting as batches_waiting
from service.batches.batch_view import show_chain_by
from service.batches.differences import pages as differences_pages
from service.batches.exceptions import api as exceptions_api
from service.batches.exceptions import many_api as exceptions_many_api
from service.batches.exceptions import pages as exceptions_pages
from service.batches.exceptions import task_pages as exception_task_pages
from service.batches.exceptions import waiting as exceptions_waiting
from service.batches.findings import pages as findings_pages
from service.batches.heirs import api as heirs_api
from service.batches.heirs import pages as heirs_pages
from service.batches.instalments import api as instalments_api
from service.batches.instalments import pages as instalments_pages
from service.batches.linked import link_by
from service.batches.recoveries import pages as recoveries_pages
from service.batches.switches import pages as switches_pages
from service.dispatch import pages as dispatch_pages
from service.dispatch.by_hand import api as by_hand_api
from service.dispatch.by_hand import pages as by_hand_pages
from service.dispatch.by_hand.waiting import carried_files
from service.dispatch.file_page import link_file_by
from service.dispatch.holding import api as holding_api
from service.dispatch.holding import pages as holding_pages
from service.dispatch.holding.rule import written_of
from service.dispatch.queries import contents_of
from service.dispatch.recall import api as recall_api
from service.dispatch.recall import pages as recall_pages
from service.dispatch.recall.waiting import open_recalls
from service.doors.admit import admitted, admitted_unasked
from service.enquiry import api as enquiry_api
from service.enquiry import pages as enquiry_pages
from service.enquiry.board import api as board_api
from service.enquiry.board import pages as board_pages
from service.enquiry.spared import api as spared_api
from service.enquiry.spared import pages as spared_pages
from service.evidence import links as evidence_links
from service.evidence import list_pages as evidence_list_pages
from service.evidence import pages as evidence_pages
from service.foundation import logs
from service.foundation.database import transaction
from service.foundation.encryption.require_keys import at_start
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger import api as ledger_api
from service.ledger import pages as ledger_pages
from service.ledger import posting_pages, waterfall_pages, year_pages
from service.ledger.names import name_programmes_by
from service.notices import api as notices_api
from service.notices import pages as notices_pages
from service.notices import public_api as notices_public_api
from service.notices.objections import api as objections_api
from service.notices.objections import pages as objections_pages
from service.notices.objections import waiting as objections_waiting
from service.officers import api as officers_api
from service.officers import interest_pages, staff_pages
from service.officers import pages as officers_pages
from service.officers.emergency import pages as emergency_pages
from service.officers.models import Officer
from service.officers.signed_in import NotSignedIn, SignedInOfficer
from service.oversight.findings import api as audit_findings_api
from service.oversight.findings import pages as audit_findings_pages
from service.oversight.findings.waiting import findings as findings_waiting
from service.oversight.reading import pages as reading_pages
from service.oversight.search import api as audit_search_api
from service.oversight.search import pages as audit_search_pages
from service.oversight.standing import api as standing_api
from service.oversight.standing import pages as standing_pages
from service.oversight.timeline import api as timeline_api
from service.oversight.timeline import pages as timeline_pages
from service.programmes import pages as programmes_pages
from service.programmes.proposals import form_pages as proposal_form_pages
from service.programmes.proposals import pages as proposals_pages
from service.programmes.titles import title
from service.reconciliation import api as reconciliation_api
from service.reconciliation import day_pages, denied, late, links
from service.reconciliation import pages as reconciliation_pages
from service.reconciliation import waiting as reconciliation_waiting
from service.reconciliation.acknowledgements import silent_files
from service.reconciliation.corrections import api as account_corrections_api
from service.reconciliation.corrections import pages as account_corrections_pages
from service.reconciliation.deadlines import api as deadlines_api
from service.reconciliation.deadlines import pages as deadlines_pages
from service.reconciliation.desk import api as finance_desk_api
from service.reconciliation.desk import pages as finance_desk_pages
from service.reconciliation.origins import explain_entries
from service.reconciliation.quarantine import api as quarantine_api
from service.reconciliation.quarantine import pages as quarantine_pages
from service.reconciliation.receipts import api as receipt_api
from service.reconciliation.receipts import pages as receipt_pages
from service.reconciliation.workbooks import api as workbooks_api
from service.reconciliation.workbooks import pages as workbooks_pages
from service.residents import pages as residents_pages
from service.residents.intake.push import api as pushes_api
from service.residents.record import acts as record_acts
from service.residents.record import changes_page, search_pages
from service.residents.record import pages as record_pages
from service.signing import api as signing_api
from service.signing import pages as signing_pages
from service.signing import recount_pages as signing_recount_pages
from service.signing import waiting as signing_waiting
from service.signing.alarm import stopped as stopped_before_sending
from service.signing.bank_files import read_by
from service.signing.signers import api as keys_api
from service.signing.signers import pages as keys_pages
from service.signing.signers.no_private_keys import require_no_private_keys
from service.signing.signers.time_stamps.missing import waiting_for_stamps
from service.signing.voucher import pages as voucher_pages
from service.web import health, openapi, problem_pages, queue
from service.web.forms import SameOrigin, form_checked
from service.web.headers import Headers
from service.web.limits import BodyLimit
from service.web.observing import Observed
from service.web.render import environment, page
from service.web.static_files import KeptStaticFiles
from service.web.transactions import Opener, Transaction, opener
from service.web.visiting import Switching, Visiting

OPEN_PAGES: tuple[APIRouter, ...] = (
    officers_pages.router,
    programmes_pages.router,
    notices_pages.router,
    enquiry_pages.router,
    board_pages.router,
    spared_pages.router,
)
"""Pages that nobody has to sign in for."""

OPEN_API: tuple[APIRouter, ...] = (
    pushes_api.router,
    notices_public_api.router,
    enquiry_api.router,
    board_api.router,
    spared_api.router,
)
"""Routes under /api/ that look after themselves who may use them."""

OFFICER_PAGES: tuple[APIRouter, ...] = (
    residents_pages.router,
    search_pages.router,
    record_pages.router,
    record_acts.router,
    changes_page.router,
    assessment_pages.router,
    proposal_form_pages.router,
    proposals_pages.router,
    batches_pages.router,
    run_pages.router,
    instalments_pages.router,
    exceptions_pages.router,
    exception_task_pages.router,
    findings_pages.router,
    differences_pages.router,
    recoveries_pages.router,
    heirs_pages.router,
    switches_pages.router,
    approvals_pages.router,
    objections_pages.router,
    signing_pages.router,
    keys_pages.router,
    signing_recount_pages.router,
    voucher_pages.router,
    # Before the files: "recalls" is no id of a file.
    recall_pages.router,
    holding_pages.router,
    by_hand_pages.router,
    dispatch_pages.router,
    reconciliation_pages.router,
    quarantine_pages.router,
    workbooks_pages.router,
    deadlines_pages.router,
    day_pages.router,
    account_corrections_pages.router,
    finance_desk_pages.router,
    receipt_pages.router,
    ledger_pages.router,
    waterfall_pages.router,
    posting_pages.router,
    year_pages.router,
    evidence_pages.router,
    evidence_list_pages.router,
    standing_pages.router,
    audit_findings_pages.router,
    audit_pages.router,
    keeping_pages.router,
    audit_search_pages.router,
    timeline_pages.router,
    reading_pages.router,
    staff_pages.router,
    interest_pages.router,
    emergency_pages.router,
)
"""Pages of the stages, in pipeline order; who may pass is written in `service.doors.table`."""

OFFICER_API: tuple[APIRouter, ...] = (
    batches_api.router,
    instalments_api.router,
    exceptions_many_api.router,
    exceptions_api.router,
    heirs_api.router,
    notices_api.router,
    objections_api.router,
    approvals_api.router,
    signing_api.router,
    keys_api.router,
    by_hand_api.router,
    holding_api.router,
    workbooks_api.router,
    deadlines_api.router,
    reconciliation_api.router,
    finance_desk_api.router,
    quarantine_api.router,
    receipt_api.router,
    recall_api.router,
    account_corrections_api.router,
    ledger_api.router,
    year_pages.api_router,
    audit_search_api.router,
    standing_api.router,
    timeline_api.router,
    keeping_api.router,
    audit_proof.api,
    audit_findings_api.router,
    officers_api.router,
)
"""Routes under /api/ of the stages, in pipeline order."""

for provider in (
    batches_waiting.to_submit,
    exceptions_waiting.to_answer,
    exceptions_waiting.answered,
    exceptions_waiting.escalated,
    objections_waiting.objections_to_answer,
    approvals_waiting.to_review,
    approvals_waiting.late_steps,
    approvals_waiting.kept_out,
    signing_waiting.to_sign,
    keys_pages.keys_to_confirm,
    keys_pages.own_key_ends,
    stopped_before_sending,
    waiting_for_stamps,
    dispatch_pages.unknown_files,
    carried_files,
    open_recalls,
    silent_files,
    denied.denied_files,
    reconciliation_waiting.banks_answers,
    reconciliation_waiting.late_and_broken,
    reconciliation_waiting.asks_to_answer,
    reconciliation_waiting.corrected_failures,
    residents_pages.waiting_deliveries,
    residents_pages.late_feeds,
    residents_pages.overdue_tasks,
    residents_pages.stale_feeds,
    changes_page.account_changes,
    heirs_pages.heirs_to_confirm,
    heirs_pages.estates_without_heirs,
    proposals_pages.proposals_to_decide,
    switches_pages.switches_to_confirm,
    emergency_pages.emergencies,
    findings_waiting,
    emergency_pages.duties_to_confirm,
):
    queue.register(provider)


def _officer_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(list(ids))))
    return {officer_id: name for officer_id, name in rows}  # noqa: C416 - rows are tuples of two


# The lower stages learn here what the upper ones call things.
name_programmes_by(title)
name_officers_by(_officer_names)
read_by(contents_of, written_of)
show_chain_by(chain_steps)
link_by(evidence_links.of_batch, evidence_links.of_line)
link_file_by(links.of_file)
explain_entries()

# The outermost comes first: headers are on every answer, even on that of a crash.
_MIDDLEWARE = [
    Middleware(Headers),
    Middleware(Visiting),
    Middleware(Observed),
    Middleware(SameOrigin),
    Middleware(BodyLimit),
    Middleware(Switching),
]
_unseen = APIRouter(include_in_schema=False)


@asynccontextmanager
async def _keys_fit(app: FastAPI) -> AsyncIterator[None]:
    at_start(app.state.transaction)
    # The pages stay open to whoever must find out why; /healthz says what is wrong, nothing is signed.
    log_continues(app.state.transaction)
    in_force()
    require_no_private_keys()
    yield


def create_app(open_transaction: Opener = transaction) -> FastAPI:
    """Return the application; tests may put it inside a transaction of their own."""
    logs.configure(settings().log_level)
    app = FastAPI(
        title="Anxin 安心",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        middleware=_MIDDLEWARE,
        redirect_slashes=False,
        lifespan=_keys_fit,
    )
    app.state.transaction = open_transaction
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]
    _answer_problems(app)
    app.mount("/static", KeptStaticFiles(), name="static")
    form, unasked = Depends(form_checked), Depends(admitted_unasked)
    # It asks again when the address is done and before the transaction ends: hence the scope.
    asked = Depends(admitted, scope="function")
    app.include_router(_unseen, dependencies=[unasked])
    for router in OPEN_PAGES:
        app.include_router(router, dependencies=[unasked, form], include_in_schema=False)
    for router in (_opening, *OFFICER_PAGES):
        app.include_router(router, dependencies=[asked, form], include_in_schema=False)
    for router in OPEN_API:
        app.include_router(router, dependencies=[unasked])
    for router in OFFICER_API:
        app.include_router(router, dependencies=[asked])
    # Templates and translations are read now, so that a fault in one stops the start, not a page.
    environment()
    return app


def _answer_problems(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, officers_pages.on_not_signed_in)
    app.add_exception_handler(Problem, problem_pages.on_problem)
    app.add_exception_handler(RequestValidationError, problem_pages.on_validation_error)
    app.add_exception_handler(HTTPException, problem_pages.on_http_exception)


_opening = APIRouter()


@_opening.get("/")
def show_queue(session: Transaction, officer: SignedInOfficer) -> Response:
    """What waits for the officer who is signed in: the first page, and nothing above it."""
    return page("web/queue.html", items=queue.waiting_for(session, officer))


@_unseen.get("/healthz")
def show_health(request: Request) -> Response:
    """Whether this process can work, for whatever watches it."""
    status, said = health.check(opener(request), log_health.signed_at, log_health.trouble)
    if status == 200:
        health.measure(opener(request), lambda one: said.update(audit_health.summary(one)))
    return JSONResponse(said, status)


@_unseen.get("/metrics")
def show_metrics(request: Request) -> Response:
    """Counts and times for Prometheus; no ids, no people."""
    for stage in (late, log_health, audit_health, denied):
        health.measure(opener(request), stage.measure)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
