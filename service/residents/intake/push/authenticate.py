"""Know which department sends, by its registered key, before a byte of the body is read."""

import base64
import hashlib
import hmac
import re
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, Request
from sqlalchemy import select

from service.foundation import clock
from service.foundation.logs import logger
from service.residents.intake.push.problems import (
    DigestWrong,
    PushTooLarge,
    SignatureTooOld,
    SignatureWrong,
)
from service.residents.intake.push.signatures import (
    Claim,
    Message,
    SignatureMalformed,
    is_signed_by,
    read_claim,
)
from service.residents.models import FeedSource
from service.web.transactions import opener

PAGE_BYTES_MAX = 8 * 1024 * 1024
_SECONDS_MAX = 5 * 60
_COVERED = frozenset({"@method", "@path", "content-digest"})
_NOBODYS_KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
"""Compared with for unknown senders, so that they cost as much as known ones; nobody can sign for it."""
_DIGEST = re.compile("(sha-256|sha-512)=:([A-Za-z0-9+/]{1,100}={0,2}):")


def signed_source(request: Request) -> FeedSource:
    """Return the source whose key signed the request's head.

    Raises SignatureWrong with one and the same sentence for whatever is wrong, SignatureTooOld for
    a good signature that was not made now.
    """
    message = message_of(request)
    try:
        claim = read_claim(message)
    except SignatureMalformed:
        raise SignatureWrong from None
    source = _claimed(request, claim)
    key = source.public_key if source is not None else None
    signed = is_signed_by(message, claim, bytes(key or _NOBODYS_KEY))
    if source is None or not signed or not _is_whole(claim) or request.url.query:
        logger("residents").warning("push.signature_wrong", known=source is not None)
        raise SignatureWrong
    _refuse_stale(claim)
    return source


async def signed_body(request: Request, _: Annotated[FeedSource, Depends(signed_source)]) -> bytes:
    """Return the body that was signed, read only once its sender is known.

    Raises PushTooLarge and DigestWrong.
    """
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > PAGE_BYTES_MAX:
            raise PushTooLarge(PAGE_BYTES_MAX)
        parts.append(part)
    body = b"".join(parts)
    _refuse_other_body(message_of(request), body)
    return body


def message_of(request: Request) -> Message:
    """Return what of a request can be signed."""
    headers: dict[str, list[str]] = {}
    for name, value in request.headers.items():
        headers.setdefault(name.lower(), []).append(value)
    raw_path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return Message(
        method=request.method,
        path=raw_path.partition(b"?")[0].decode("latin-1"),
        authority=request.headers.get("host", "").lower(),
        headers=headers,
    )


def _claimed(request: Request, claim: Claim) -> FeedSource | None:
    """Return the active source that the message claims to come from."""
    with opener(request)() as session:
        return session.scalars(
            select(FeedSource).where(
                FeedSource.code == str(claim.parameters.get("keyid", "")),
                FeedSource.kind == "push",
                FeedSource.active,
                FeedSource.public_key.is_not(None),
            )
        ).first()


def _is_whole(claim: Claim) -> bool:
    """Return whether the signature covers what it must, under the algorithm it must."""
    return (
        set(claim.components) >= _COVERED
        and isinstance(claim.parameters.get("created"), int)
        and claim.parameters.get("alg", "ed25519") == "ed25519"
    )


def _refuse_stale(claim: Claim) -> None:
    now = int(clock.now().timestamp())
    created, expires = claim.parameters["created"], claim.parameters.get("expires", now)
    if abs(now - int(created)) > _SECONDS_MAX or not isinstance(expires, int) or expires < now:
        raise SignatureTooOld


def _refuse_other_body(message: Message, body: bytes) -> None:
    """Compare the body with its digests (RFC 9530); sha-256 must be among them."""
    given = [one.strip() for one in ", ".join(message.headers["content-digest"]).split(",")]
    matches = [_DIGEST.fullmatch(one) for one in given]
    digests = {match[1]: match[2] for match in matches if match}
    if None in matches or len(digests) != len(matches) or "sha-256" not in digests:
        raise DigestWrong
    for name, text in digests.items():
        expected = hashlib.new(name.replace("-", ""), body).digest()
        if not hmac.compare_digest(base64.b64encode(expected).decode(), text):
            raise DigestWrong


SignedSource = Annotated[FeedSource, Depends(signed_source)]
SignedBody = Annotated[bytes, Depends(signed_body)]
