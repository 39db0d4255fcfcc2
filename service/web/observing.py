"""Watch every request: one log line, one histogram, and an answer even when our own code fails.

The log names the route, never the address as typed: addresses can hold ids, queries can hold more.
Of an unexpected exception it keeps the kind and the places in the code. The message is left out,
because messages of databases and parsers repeat the values that they stumbled over.
"""

import time
from typing import Any

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.foundation.logs import kind_of, logger, places_of
from service.web.here import visit
from service.web.problem_pages import Unexpected, respond

REQUEST_SECONDS = Histogram(
    "anxin_request_seconds",
    "Time to answer a request, by route.",
    ("method", "route", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Observed:
    """Measure, log, and turn what nobody caught into a plain 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 0, time.perf_counter()

        async def send_watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        except Exception as error:
            logger("web").error(
                "request.failed",
                request=visit().request_id,
                kind=kind_of(error),
                at=places_of(error),
            )
            if status:
                # Half an answer is out: cutting the connection is the only honest end.
                raise ConnectionAbortedError("the answer broke off") from None
            await respond(Unexpected())(scope, receive, send_watched)
        finally:
            _note(scope, status, time.perf_counter() - started)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = route_of(scope)
    method = scope["method"] if scope["method"] in _METHODS else "other"
    REQUEST_SECONDS.labels(method, route, str(status)).observe(seconds)
    here = visit()
    logger("web").info(
        "request.answered",
        request=here.request_id,
        method=method,
        route=route,
        status=status,
        ms=round(seconds * 1000),
        officer=here.viewer.id if here.viewer else None,
    )


def route_of(scope: Scope) -> str:
    """Return the route's pattern (``/batches/{batch_id}``), or ``none``."""
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    return str(path) if path else "none"
