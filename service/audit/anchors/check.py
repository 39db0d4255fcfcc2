"""Compare every kept anchor with the log: its checkpoint, its token, its number."""

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from service.audit.anchors.models import AuditAnchor
from service.audit.anchors.queries import anchors
from service.audit.models import AuditCheckpoint
from service.audit.standalone.bundle import Anchor, check_anchor
from service.audit.standalone.classes import ANCHOR, Wrong
from service.audit.standalone.ed25519 import Crypto
from service.audit.standalone.notes import Trust, read_head
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.foundation.time_stamps.authority import roots


def as_anchor(row: AuditAnchor) -> Anchor:
    """Return a row as the verifier knows it."""
    at = row.stamped_at.isoformat()
    return Anchor(row.size, row.note, bytes(row.request), bytes(row.response), at)


def check_anchors(session: Session, trust: Trust, crypto: Crypto) -> int:
    """Check all of them against the checkpoints as they are signed; return how many. Raises Wrong.

    An anchor whose checkpoint is gone tells of a log that was rolled back.
    """
    count = 0
    for row in anchors(session):
        count += 1
        if row.number != count:
            raise Wrong(
                ANCHOR, f"Time-stamp {count} is missing.", f"第 {count} 个时间戳缺失。", row.size
            )
        signed = session.get(AuditCheckpoint, row.size)
        head = read_head(signed.note) if signed else None
        check_anchor(as_anchor(row), head, trust, crypto)
    return count


def pem_roots() -> list[str]:
    """Return the roots that stamps count under here, in PEM; none where they cannot be read."""
    try:
        found = [x509.load_der_x509_certificate(one) for one in roots()]
    except (Problem, ValueError) as error:
        logger("audit").error("anchor.roots_unusable", kind=type(error).__name__)
        return []
    return [one.public_bytes(Encoding.PEM).decode() for one in found]
