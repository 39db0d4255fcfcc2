"""What a batch stands on besides its lines: what screening found, and what was posted.

Both are kept as canonical bytes beside the manifest, which binds their digests: a hold that is
cleared later, or a notice that is taken down, changes nothing that was signed.
"""

import hashlib
from typing import Any

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.controls import BY_CODE
from service.batches.models import Batch, Payment, PaymentHold
from service.notices.check import current

SCREENING = "anxin/screening/v1"
NOTICE = "anxin/notice/v1"


def screening_of(session: Session, batch: Batch) -> dict[str, Any]:
    """Return which controls looked, which were off, and how many lines each held or let go."""
    rows = session.execute(
        select(
            PaymentHold.control,
            func.count().filter(PaymentHold.cleared_at.is_(None)),
            func.count().filter(PaymentHold.cleared_at.is_not(None)),
        )
        .join(Payment, Payment.id == PaymentHold.payment_id)
        .where(Payment.batch_id == batch.id)
        .group_by(PaymentHold.control)
        .order_by(PaymentHold.control)
    )
    off = {str(one["control"]) for one in batch.controls_off or []}
    return {
        "format": SCREENING,
        "batch_no": batch.batch_no,
        "round": batch.round,
        "controls": sorted(set(BY_CODE) - off),
        "controls_off": batch.controls_off or [],
        "holds": [
            {"control": control, "open": open_now, "cleared": cleared}
            for control, open_now, cleared in rows
        ],
        "hits_digest": _hits_digest(session, batch),
        "comparison": batch.comparison or {},
    }


def notice_of(session: Session, batch: Batch) -> dict[str, Any]:
    """Return the notice of exactly these lines, or that there was none."""
    said: dict[str, Any] = {
        "format": NOTICE,
        "batch_no": batch.batch_no,
        "round": batch.round,
        "posted": None,
    }
    posted = current(session, batch) if batch.lines_root is not None else None
    if posted is not None:
        said["posted"] = {
            "level": posted.level,
            "days": posted.days,
            "posted_on": posted.posted_on.isoformat(),
            "ends_on": posted.ends_on.isoformat(),
            "lines_root": posted.lines_root.hex(),
        }
    return said


def _hits_digest(session: Session, batch: Batch) -> str:
    """Return a digest over every hit, and whether and by whom it was cleared; no personal data."""
    rows = session.execute(
        select(
            PaymentHold.payment_id,
            PaymentHold.control,
            PaymentHold.cleared_at,
            PaymentHold.cleared_by,
        )
        .join(Payment, Payment.id == PaymentHold.payment_id)
        .where(Payment.batch_id == batch.id)
        .order_by(PaymentHold.payment_id, PaymentHold.control)
    )
    digest = hashlib.sha256()
    for line_id, control, cleared_at, cleared_by in rows:
        at = cleared_at.isoformat() if cleared_at else None
        digest.update(rfc8785.dumps([line_id, control, at, cleared_by]) + b"\n")
    return digest.hexdigest()
