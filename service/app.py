"""The web door: what is served, and by whom it is guarded."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from service import home, introductions
from service.audit.cosigning.in_force import in_force
from service.audit.log import health as log_health
from service.audit.log.start import log_continues
from service.doors.admit import admitted, admitted_unasked
from service.enquiry.province.start import province_usable
from service.foundation import logs
from service.foundation.database import transaction
from service.foundation.encryption.require_keys import at_start
from service.foundation.gauges import exposition
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.officers import pages as officers_pages
from service.officers.signed_in import NotSignedIn
from service.routes import (
    ASKED_MOST_API,
    ASKED_MOST_PAGES,
    OFFICER_API,
    OFFICER_PAGES,
    OPEN_API,
    OPEN_PAGES,
)
from service.signing.signers.no_private_keys import require_no_private_keys
from service.waits import OWED, PROVIDERS
from service.watches import WATCHES
from service.web import openapi, problem_pages, queue
from service.web.compressing import Compressed
from service.web.forms import SameOrigin, form_checked
from service.web.headers import Headers
from service.web.health import alive
from service.web.health import registry as health
from service.web.limits import BodyLimit
from service.web.observing import Observed
from service.web.render import environment
from service.web.static_files import KeptStaticFiles
from service.web.transactions import Opener, opener
from service.web.visiting import Switching, Visiting

introductions.make()
for provider in PROVIDERS:
    queue.register(provider)
for provider in OWED:
    queue.register_owed(provider)
for watch in WATCHES:
    health.register(watch)


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
    # What is loaded stays to the end: nobody looks through it for garbage while a request waits.
    gc.collect()
    gc.freeze()
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
    for apis, pages in ((ASKED_MOST_API, ASKED_MOST_PAGES), (OPEN_API, OPEN_PAGES)):
        for router in apis:
            app.include_router(router, dependencies=[unasked])
        for router in pages:
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
    app.add_exception_handler(DBAPIError, problem_pages.on_unwritable)
    app.add_exception_handler(UnicodeEncodeError, problem_pages.on_unwritable)


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
    return Response(exposition(), media_type=CONTENT_TYPE_LATEST)
