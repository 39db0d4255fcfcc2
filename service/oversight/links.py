"""Where an auditor's pages are entered: beside what the stages below name around a line, a list and a file.

Which of them a viewer may open is asked where they are shown.
"""

from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.evidence import links as evidence
from service.reconciliation import links as money
from service.signing import links as signing
from service.web.language import gettext
from service.web.view_models import Link


def of_line(session: Session, payment: Payment) -> list[Link]:
    """Return the pages around a line, and its way from law to card."""
    way = Link(gettext("From law to card, step by step"), f"/audit/payments/{payment.reference}")
    return [*evidence.of_line(session, payment), way]


def of_batch(session: Session, batch: Batch) -> list[Link]:
    """Return the pages around a list, what a signed one has, and its whole way."""
    found = evidence.of_batch(session, batch)
    found += signing.of_batch(batch)
    found.append(
        Link(gettext("The way of this list, step by step"), f"/audit/batches/{batch.batch_no}")
    )
    return found


def of_file(session: Session, file: BankFile) -> list[Link]:
    """Return the pages around a bank file, and its way."""
    way = Link(gettext("The way of this file, step by step"), f"/audit/files/{file.id}")
    return [*money.of_file(session, file), way]
