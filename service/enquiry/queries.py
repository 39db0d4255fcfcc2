"""Every reading for residents beside the answer itself."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.enquiry.models import EnquirySession

MONTHS_SHOWN = 12
MONTHS = select(Batch.month).distinct().order_by(Batch.month.desc()).limit(MONTHS_SHOWN)
"""Of :func:`months`."""


def months(session: Session) -> list[str]:
    """Return the months that can be asked about, newest first: those for which lists were made."""
    return list(session.scalars(MONTHS))


def ends_at(session: Session, token: str) -> datetime | None:
    """Return when a resident's session ends by itself, or None if there is none."""
    return session.scalar(
        select(EnquirySession.ends_at).where(
            EnquirySession.token_hash == hashlib.sha256(token.encode()).digest()
        )
    )
