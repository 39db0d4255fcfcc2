"""Personal content of an entry: sealed beside it, with only a salted commitment in the entry itself.

Each payload has a random key of its own, which is sealed under the field keys; destroying it makes
the content unreadable in every copy, and nothing of the tree changes. The salt lies inside what is
sealed: without it nobody can try an ID number against the commitment.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from service.audit.canonical import canonical_bytes, decode, storable
from service.audit.models import AuditEntry, AuditPayload
from service.foundation.encryption import SealBroken, sealer
from service.foundation.problems import NotFound, Problem
from service.foundation.spoken import spoken_day

DOMAIN = b"anxin/audit/payload/v1"
_KINDS = {"persons": "person", "payments": "payment", "batches": "batch"}
_SALT_BYTES = 32
_NONCE_BYTES = 12


class PayloadErased(Problem):
    """The personal content of an entry was erased; the entry still stands."""

    code = "audit_payload_erased"
    status = 410
    title = "The personal content was erased"

    def __init__(self, payload: AuditPayload) -> None:
        on, reason = payload.erased_at, payload.erased_reason
        day, day_zh = (spoken_day(on.date(), "en"), spoken_day(on.date(), "zh")) if on else ("", "")
        super().__init__(
            f"The personal content of this entry was erased on {day} for: {reason}. The entry itself still stands.",
            f"本条记录的个人信息已于{day_zh}删除，原因：{reason}。记录本身仍然有效。",
        )


class PayloadChanged(Problem):
    """What is sealed beside an entry is not what the entry committed to."""

    code = "audit_payload_changed"
    status = 500
    title = "The personal content does not match its entry"

    def __init__(self, entry_id: UUID) -> None:
        super().__init__(
            f"The sealed content of audit entry {entry_id} is not what the entry committed to; it is not shown.",
            f"审计记录 {entry_id} 的密封内容与记录中的承诺值不符，不予显示。",
        )


@dataclass(frozen=True)
class Opened:
    """A payload that was opened and matched its commitment; ``salt`` lets others check it too."""

    content: dict[str, Any]
    salt: bytes


def seal(
    entry_id: UUID, content: Mapping[str, Any], about: Collection[str] = ()
) -> tuple[AuditPayload, str]:
    """Return the row that keeps ``content`` sealed, and the commitment ``sha256:hex`` for the entry."""
    plain, salt = canonical_bytes(storable(dict(content))), os.urandom(_SALT_BYTES)
    key, nonce = AESGCM.generate_key(256), os.urandom(_NONCE_BYTES)
    payload = AuditPayload(
        entry_id=entry_id,
        about=sorted(about),
        key_sealed=sealer().seal(key.hex(), key_place(entry_id)),
        content=nonce + AESGCM(key).encrypt(nonce, salt + plain, _bound_to(entry_id)),
    )
    return payload, commitment(salt, plain)


def subjects(on: tuple[str, str], about: Mapping[str, object]) -> set[str]:
    """Return whose and what a payload is (``person:12``): what the act was done on, and what it says."""
    found = {f"{kind}:{value}" for kind, value in about.items() if value not in (None, "")}
    return found | {f"{_KINDS[on[0]]}:{on[1]}"} if on[0] in _KINDS else found


def commitment(salt: bytes, plain: bytes) -> str:
    """Return what an entry says of a payload: SHA-256 over domain, NUL, salt and canonical content."""
    return "sha256:" + hashlib.sha256(DOMAIN + b"\x00" + salt + plain).hexdigest()


def open_payload(session: Session, entry_id: UUID) -> Opened:
    """Open the personal content of an entry. The caller records that it was looked at.

    Raises NotFound when the entry has none, :class:`PayloadErased`, and :class:`PayloadChanged` when
    it does not open or is not what the entry committed to.
    """
    entry, payload = session.get(AuditEntry, entry_id), session.get(AuditPayload, entry_id)
    if entry is None or payload is None:
        raise NotFound("page")
    if payload.key_sealed is None or payload.content is None:
        raise PayloadErased(payload)
    try:
        key = bytes.fromhex(sealer().open(payload.key_sealed, key_place(entry_id)))
        nonce, sealed = payload.content[:_NONCE_BYTES], payload.content[_NONCE_BYTES:]
        opened = AESGCM(key).decrypt(nonce, sealed, _bound_to(entry_id))
    except (SealBroken, InvalidTag, ValueError):
        raise PayloadChanged(entry_id) from None
    salt, plain = opened[:_SALT_BYTES], opened[_SALT_BYTES:]
    said = str(decode(entry.canonical).get("sealed", ""))
    if not hmac.compare_digest(said, commitment(salt, plain)):
        raise PayloadChanged(entry_id)
    return Opened(json.loads(plain), salt)


def key_place(entry_id: UUID) -> str:
    """Return the place that a payload's key is sealed for."""
    return f"audit_payloads:key:{entry_id}"


def _bound_to(entry_id: UUID) -> bytes:
    return DOMAIN + b"\x00audit_payloads:content:" + str(entry_id).encode()
