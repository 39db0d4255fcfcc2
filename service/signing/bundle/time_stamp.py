"""The time-stamp in a bundle: whether an authority stamped exactly these signatures, and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from service.foundation.libcrypto import NoLibcrypto
from service.foundation.time_stamps.check import (
    TimeStampRefused,
    checked,
    is_about,
)
from service.signing.bundle.codes import NOT_COMPARED, TIMESTAMP
from service.signing.signers.time_stamps.content import stamped_content
from service.signing.standalone.recount import Bundle, Wrong

REQUEST, RESPONSE, STAMPED = "time-stamp.tsq", "time-stamp.tsr", "time-stamp.bin"
_CLOCKS_APART = timedelta(minutes=5)
"""How far the authority's clock and the service's may be apart."""


@dataclass(frozen=True)
class Stamping:
    """What a verifier knows of time-stamps, beside the bundle."""

    roots: tuple[bytes, ...] = field(default=())
    """DER."""
    since: datetime | None = None
    """What was signed from here on has a stamp; None where none is asked for."""
    always: bool = False
    """Whatever was signed has one."""


def stamped_at(
    bundle: Bundle, digests: Sequence[str], signatures: Sequence[dict[str, Any]], known: Stamping
) -> tuple[datetime | None, list[Wrong]]:
    """Return when the signatures were complete by the authority's word, and everything that is wrong with it."""
    present = {name for name in bundle.sizes if name.startswith("time-stamp")}
    if not present:
        return None, list(_missing(signatures, known))
    if present != {REQUEST, RESPONSE, STAMPED}:
        return None, [Wrong(TIMESTAMP, "there is not exactly one time-stamp.")]
    request, response, stamped = (
        bundle.read(name, TIMESTAMP) for name in (REQUEST, RESPONSE, STAMPED)
    )
    try:
        of_these = stamped_content(
            (bytes.fromhex(digest), bytes.fromhex(one["signature"]))
            for digest, one in zip(digests, signatures, strict=True)
        )
    except ValueError:
        of_these = b""
    if stamped != of_these or not is_about(request, sha256(stamped).digest()):
        return None, [Wrong(TIMESTAMP, "the time-stamp is over other signatures than these.")]
    try:
        at = checked(request, response, known.roots or None)
    except NoLibcrypto as missing:
        return None, [Wrong(TIMESTAMP, str(missing))]
    except TimeStampRefused:
        return None, [
            Wrong(TIMESTAMP, "the time-stamp is none of a trusted authority over these signatures.")
        ]
    found = list(_in_order(at, signatures))
    if not known.roots:
        found.append(
            Wrong(NOT_COMPARED, "the time-stamp's authority was not compared with a trusted one.")
        )
    return at, found


def _missing(signatures: Sequence[dict[str, Any]], known: Stamping) -> Iterator[Wrong]:
    signed = [at for one in signatures if (at := _moment(one["signed_at"])) is not None]
    if known.always or (known.since is not None and (not signed or max(signed) >= known.since)):
        yield Wrong(TIMESTAMP, "it has no time-stamp, and must have one.")


def _in_order(at: datetime, signatures: Sequence[dict[str, Any]]) -> Iterator[Wrong]:
    for one in signatures:
        signed_at = _moment(one["signed_at"])
        if signed_at is not None and at < signed_at - _CLOCKS_APART:
            yield Wrong(
                TIMESTAMP, f"signature {one['position']} says that it came after the time-stamp."
            )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
