"""One sign-in on its way: everything hangs on one secret in a cookie of the browser that began it.

State, nonce and verifier are made from the secret, so nothing is kept here until somebody comes back.
"""

import hashlib
import hmac
import secrets
import string
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import HTTPConnection
from starlette.responses import Response

from service.enquiry.province.configured import Province
from service.enquiry.province.provider import Provider
from service.web import cookies
from service.web.language import LANGUAGES

COOKIE = "anxin-province"
MINUTES = 10
_DIGITS_MAX = 12


@dataclass(frozen=True)
class Flow:
    """What this browser began, when, and in which language."""

    secret: str
    begun_at: int
    language: str

    def made(self, what: str) -> str:
        """Return a value that follows from the secret and cannot be turned back into it."""
        said = f"{what}:{self.begun_at}".encode()
        return _base64url(hmac.digest(self.secret.encode(), said, "sha256"))

    @property
    def state(self) -> str:
        return self.made("state")

    @property
    def nonce(self) -> str:
        return self.made("nonce")

    @property
    def verifier(self) -> str:
        return self.made("verifier")

    @property
    def is_over(self) -> bool:
        return not 0 <= int(time.time()) - self.begun_at <= MINUTES * 60


def begin(language: str) -> Flow:
    """Begin a sign-in in this browser."""
    return Flow(secrets.token_urlsafe(32), int(time.time()), language)


def address(flow: Flow, here: Province, provider: Provider) -> str:
    """Return the address at the province that the browser goes to."""
    asked = {
        "response_type": "code",
        "client_id": here.client_id,
        "redirect_uri": here.redirect_uri,
        "scope": here.scopes,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": _base64url(hashlib.sha256(flow.verifier.encode()).digest()),
        "code_challenge_method": "S256",
        "ui_locales": "zh-CN" if flow.language == "zh" else "en",
    }
    if here.acr_values:
        asked["acr_values"] = " ".join(here.acr_values)
    joint = "&" if "?" in provider.authorize else "?"
    return provider.authorize + joint + urlencode(asked)


def remember(response: Response, flow: Flow, *, secure: bool) -> None:
    """Keep a flow in the browser; it must still be there when the province leads back."""
    value = f"{flow.secret}.{flow.begun_at}.{flow.language}"
    cookies.write(response, COOKIE, value, secure=secure, crossing=True)


def remembered(connection: HTTPConnection) -> Flow | None:
    """Return the flow that this browser began, or None."""
    secret, _, rest = (cookies.read(connection, COOKIE) or "").partition(".")
    begun_at, _, language = rest.partition(".")
    fits = 0 < len(begun_at) <= _DIGITS_MAX and set(begun_at) <= set(string.digits)
    if not secret or not fits or language not in LANGUAGES:
        return None
    return Flow(secret, int(begun_at), language)


def forget(response: Response, *, secure: bool) -> None:
    """Take the flow out of the browser."""
    cookies.clear(response, COOKIE, secure=secure)


def _base64url(said: bytes) -> str:
    return urlsafe_b64encode(said).rstrip(b"=").decode()
