"""The keys that a verifier trusts, pinned beforehand and kept away from the bundle."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.foundation.time_stamps.authority import roots as time_stamp_roots
from service.officers.models import Officer, SigningKey
from service.signing.bundle.time_stamp import Stamping
from service.signing.signers.models import TimeStamp
from service.signing.signers.trust import Trust as Anchors
from service.signing.signers.trust import trust

FORMAT = "anxin/trusted-keys/v1"


class TrustUnusable(Problem):
    """The file of trusted keys cannot be read."""

    code = "trust_unusable"
    status = 422
    title = "The trusted keys cannot be used"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"{name} is no list of trusted keys: {why}.", f"{name} 不是可信公钥清单：{why}。"
        )


@dataclass(frozen=True)
class TrustedKey:
    """One officer's public key, and from when until when it may have signed."""

    algorithm: str
    registered_at: datetime
    revoked_at: datetime | None


Trust = dict[tuple[str, bytes], TrustedKey]
"""(officer id, public key) → what is known of it."""


def keys_of_service(session: Session) -> dict[str, Any]:
    """Return every registered key, for those who verify elsewhere; no private half is among them.

    With them go the roots of certificates and of time-stamps, and since when everything is stamped.
    """
    since = (
        session.scalar(select(func.min(TimeStamp.taken_at))) if settings().time_stamp_url else None
    )
    rows = session.execute(
        select(SigningKey, Officer.name)
        .join(Officer, Officer.id == SigningKey.officer_id)
        .order_by(SigningKey.registered_at, SigningKey.id)
    )
    return {
        "format": FORMAT,
        "profile": settings().profile,
        "origin": settings().origin,
        "roots": [one.hex() for one in trust().roots],
        "time_stamp_roots": [one.hex() for one in time_stamp_roots()],
        "time_stamped_since": since.isoformat() if since else None,
        "keys": [
            {
                "officer": str(key.officer_id),
                "name": name,
                "algorithm": key.algorithm,
                "public_key": key.public_key.hex(),
                "registered_at": key.registered_at.isoformat(),
                "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
            }
            for key, name in rows
        ],
    }


def read_anchors(path: Path) -> Anchors:
    """Read profile, web origin and roots from the same files; raises TrustUnusable."""
    profile: Literal["demo", "production"] = "demo"
    origin, roots = "", []
    for name, found in _files(path):
        profile = "production" if found.get("profile") == "production" else profile
        origin = str(found.get("origin", "")) or origin
        roots += _decoded(name, found.get("roots", []))
    return Anchors(profile, origin, tuple(roots))


def read_stamping(path: Path, *, always: bool = False) -> Stamping:
    """Read the roots of time-stamps, and since when everything has one; raises TrustUnusable."""
    roots, since = [], []
    for name, found in _files(path):
        roots += _decoded(name, found.get("time_stamp_roots", []))
        said = found.get("time_stamped_since")
        try:
            since += [datetime.fromisoformat(said)] if said else []
        except (ValueError, TypeError) as error:
            raise TrustUnusable(name, type(error).__name__) from None
    if any(one.tzinfo is None for one in since):
        raise TrustUnusable(path.name, "a moment has no offset from UTC")
    return Stamping(tuple(roots), min(since, default=None), always)


def _files(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        try:
            found = json.loads(one.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise TrustUnusable(one.name, type(error).__name__) from None
        if not isinstance(found, dict):
            raise TrustUnusable(one.name, "it is no object")
        yield one.name, found


def _decoded(name: str, said: Any) -> list[bytes]:
    try:
        return [bytes.fromhex(one) for one in said]
    except (ValueError, TypeError) as error:
        raise TrustUnusable(name, type(error).__name__) from None


def read_trust(path: Path) -> Trust:
    """Read a file of trusted keys, or every ``.json`` of a folder; raises TrustUnusable."""
    paths = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not paths:
        raise TrustUnusable(path.name, "the folder holds no .json file")
    pinned: Trust = {}
    for one in paths:
        pinned |= _read(one)
    return pinned


def _read(path: Path) -> Trust:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise TrustUnusable(path.name, "its format is not known here")
        return {
            (str(key["officer"]), bytes.fromhex(key["public_key"])): TrustedKey(
                str(key["algorithm"]),
                datetime.fromisoformat(key["registered_at"]),
                datetime.fromisoformat(key["revoked_at"]) if key["revoked_at"] else None,
            )
            for key in found["keys"]
        }
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise TrustUnusable(path.name, type(error).__name__) from None
