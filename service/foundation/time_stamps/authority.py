"""The time-stamp authority that is set: asked over HTTP, or the embedded one of the demonstration."""

import urllib.request
from http.client import HTTPException, HTTPMessage
from typing import IO

from service.foundation import engines
from service.foundation.certificates import certificates_in
from service.foundation.logs import kind_of, logger
from service.foundation.problems import Problem
from service.foundation.settings import settings

EMBEDDED = "embedded"
"""The setting's value for the authority on this machine."""
_SECONDS, _BYTES_MAX = 20, 1024 * 1024
_HEADERS = {"Content-Type": "application/timestamp-query"}


class TimeStampUnavailable(Problem):
    """The authority did not answer."""

    code = "time_stamp_unavailable"
    status = 502
    title = "The time-stamp authority does not answer"

    def __init__(self) -> None:
        super().__init__(
            "The time-stamp authority does not answer. What waits for it goes on waiting; "
            "it is asked again by itself.",
            "时间戳机构没有应答。所涉事项继续等待，系统会自动重试。",
        )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An authority that sends us elsewhere is not the one that was set."""

    def redirect_request(
        self, req: object, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing; the answer counts as an error."""


def ask(authority: str, request: bytes) -> bytes:
    """Return the authority's answer as it came, unchecked.

    Raises TimeStampUnavailable, and EngineNotConfigured for the embedded one in production.
    """
    if authority == EMBEDDED:
        return engines.time_stamp(request)
    try:
        if not authority.startswith(("http://", "https://")):
            raise ValueError("an authority is asked over http or https")
        asked = urllib.request.Request(authority, data=request, headers=_HEADERS, method="POST")  # noqa: S310 - see above
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=_SECONDS) as answer:
            content: bytes = answer.read(_BYTES_MAX)
    except (OSError, ValueError, HTTPException) as error:
        logger("time_stamps").warning("time_stamp.unavailable", kind=kind_of(error))
        raise TimeStampUnavailable from None
    return content


def roots() -> tuple[bytes, ...]:
    """Return the roots (DER) under which a stamp counts here; raises RootsUnusable."""
    now = settings()
    path = now.time_stamp_roots_file
    if path is None and now.time_stamp_url == EMBEDDED:
        path = engines.time_stamp_root()
    return certificates_in(path) if path else ()
