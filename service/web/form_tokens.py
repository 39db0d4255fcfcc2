"""The token in a form: it shows that the form was drawn by us, for this browser, for this address."""

import hmac
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from service.web.here import visit

FIELD = "form_token"


def token_for(action: str) -> str:
    """Return the token of a form that is sent to ``action`` (a path of ours)."""
    path = urlsplit(action).path or visit().path
    return token(visit().secret_of_browser(), path)


def token(secret: str, path: str) -> str:
    """Return the token that belongs to a browser's secret and a path."""
    # The secret has 256 random bits and never leaves the cookie, so it is the key itself.
    digest = hmac.digest(secret.encode(), f"form\x00{path}".encode(), "sha256")
    return urlsafe_b64encode(digest).decode().rstrip("=")
