"""The token in a form: it shows that the form was drawn by us, for this browser, for this address."""

import hmac
import secrets
from base64 import b64decode, urlsafe_b64encode
from urllib.parse import urlsplit

from service.web.here import visit

FIELD = "form_token"
_DIGEST_BYTES = 32


def token_for(action: str) -> str:
    """Return the token of a form that is sent to ``action`` (a path of ours)."""
    path = urlsplit(action).path or visit().path
    return masked(token(visit().secret_of_browser(), path))


def token(secret: str, path: str) -> str:
    """Return the token that belongs to a browser's secret and a path."""
    # The secret has 256 random bits and never leaves the cookie, so it is the key itself.
    digest = hmac.digest(secret.encode(), f"form\x00{path}".encode(), "sha256")
    return _written(digest)


def masked(plain: str) -> str:
    """Return a token under a mask of its own: it reads otherwise each time it is drawn.

    Pages are compressed. What is the same in every answer could be guessed from their lengths.
    """
    mask = secrets.token_bytes(_DIGEST_BYTES)
    return _written(mask) + _written(_under(mask, _read(plain)))


def unmasked(given: str) -> str:
    """Return the token under a mask; what was never masked, or is no token, comes back as it is."""
    half = len(given) // 2
    try:
        mask, under = _read(given[:half]), _read(given[half:])
    except ValueError:
        return given
    if len(mask) != _DIGEST_BYTES or len(under) != _DIGEST_BYTES:
        return given
    return _written(_under(mask, under))


def _under(mask: bytes, digest: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mask, digest, strict=True))


def _written(digest: bytes) -> str:
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _read(text: str) -> bytes:
    return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
