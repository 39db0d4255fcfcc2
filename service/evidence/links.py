"""Where packs are taken from: beside what the stages below name around a line and a batch."""

from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.reconciliation import links
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Link


def of_line(session: Session, payment: Payment) -> list[Link]:
    """Return the pages around a line, and its evidence for who may take it."""
    found = links.of_line(session, payment)
    if _may("evidence.pack"):
        batch = session.get_one(Batch, payment.batch_id)
        home = f"/batches/{batch.batch_no}/lines/{payment.reference}/evidence"
        found.append(Link(gettext("Evidence from law to card"), home))
    return found


def of_batch(session: Session, batch: Batch) -> list[Link]:
    """Return the pages around a batch, and its pack for who may take it."""
    found = links.of_batch(session, batch)
    if _may("evidence.batch"):
        home = f"/batches/{batch.batch_no}/evidence.zip"
        found.append(Link(gettext("Evidence pack of the list, names masked"), home))
    return found


def _may(act: str) -> bool:
    viewer = visit().viewer
    return bool(viewer and viewer.may(act))
