"""The web door: what is served, by whom it is guarded, and what the stages call each other."""

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

from service import home
from service.approvals.stepper import chain_steps
from service.approvals.whom import waits
from service.audit.cosigning.in_force import in_force
from service.audit.log import health as log_health
from service.audit.log.start import log_continues
from service.audit.readers import name_officers_by
from service.batches.batch_view import show_chain_by
from service.batches.linked import link_by
from service.batches.waits import tell_waits_by
from service.dispatch.file_page import link_file_by
from service.dispatch.holding.rule import written_of
from service.dispatch.queries import contents_of
from service.doors.admit import admitted, admitted_unasked
from service.doors.lead import may_open
from service.enquiry.province.start import province_usable
from service.foundation import logs
from service.foundation.database import transaction
from service.foundation.encryption.require_keys import at_start
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger.names import name_programmes_by
from service.officers import pages as officers_pages
from service.officers.models import Officer
from service.officers.signed_in import NotSignedIn
from service.oversight import links
from service.programmes.titles import title
from service.reconciliation.origins import explain_entries
from service.routes import OFFICER_API, OFFICER_PAGES, OPEN_API, OPEN_PAGES
from service.signing.bank_files import read_by
from service.signing.signers.no_private_keys import require_no_private_keys
from service.waits import OWED, PROVIDERS
from service.watches import WATCHES
from service.web import openapi, problem_pages, queue
from service.web.compressing import Compressed
from service.web.forms import SameOrigin, form_checked
from service.web.headers import Headers
from service.web.health import alive
from service.web.health import registry as health
from service.web.leading import judge_by
from service.web.limits import BodyLimit
from service.web.observing import Observed
from service.web.render import environment
from service.web.static_files import KeptStaticFiles
from service.web.transactions import Opener, opener
from service.web.visiting import Switching, Visiting

for provider in PROVIDERS:
    queue.register(provider)
for provider in OWED:
    queue.register_owed(provider)
for watch in WATCHES:
    health.register(watch)


def _officer_names(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(list(ids))))
    return {officer_id: name for officer_id, name in rows}  # noqa: C416 - rows are tuples of two


# The lower stages learn here what the upper ones call things.
name_programmes_by(title)
name_officers_by(_officer_names)
read_by(contents_of, written_of)
show_chain_by(chain_steps)
tell_waits_by(waits)
link_by(links.of_batch, links.of_line)
link_file_by(links.of_file)
explain_entries()
judge_by(may_open)

# The outermost comes first: headers are on every answer, even on that of a crash.
_MIDDLEWARE = [
    Middleware(Headers),
    Middleware(Visiting),
    Middleware(Observed),
    Middleware(Compressed),
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
    province_usable()
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
    # An address is looked for from the first on: what everybody asks comes before the officers' pages.
    for router in OPEN_API:
        app.include_router(router, dependencies=[unasked])
    for router in OPEN_PAGES:
        app.include_router(router, dependencies=[unasked, form], include_in_schema=False)
    for router in (home.router, *OFFICER_PAGES):
        app.include_router(router, dependencies=[asked, form], include_in_schema=False)
    for router in (home.api, *OFFICER_API):
        app.include_router(router, dependencies=[asked])
    # Templates and translations are read now, so that a fault in one stops the start, not a page.
    environment()
    return app


def _answer_problems(app: FastAPI) -> None:
    app.add_exception_handler(NotSignedIn, officers_pages.on_not_signed_in)
    app.add_exception_handler(Problem, problem_pages.on_problem)
    app.add_exception_handler(RequestValidationError, problem_pages.on_validation_error)
    app.add_exception_handler(HTTPException, problem_pages.on_http_exception)


@_unseen.get("/healthz")
def show_health(request: Request) -> Response:
    """Whether this process can work, for whatever watches it."""
    status, said = alive.check(opener(request), log_health.signed_at, log_health.trouble)
    if status == 200:
        said |= health.summarised(opener(request))
    return JSONResponse(said, status)


@_unseen.get("/metrics")
def show_metrics(request: Request) -> Response:
    """Counts and times for Prometheus; no ids, no people."""
    health.measure(opener(request))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
