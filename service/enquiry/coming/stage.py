"""Where a list stands that a payment is on, as its payee reads it, and by when the money should come."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.enquiry.coming import words
from service.foundation import clock
from service.foundation.months import Month
from service.notices.check import current
from service.programmes.comes_again import until

ON_A_LIST = ("ready", "frozen", "sent", "unknown")
_STAGES = {
    "draft": ("computed", words.COMPUTED),
    "returned": ("returned", words.RETURNED),
    "frozen": ("in_review", words.IN_REVIEW),
    "approved": ("approved", words.APPROVED),
    "prepared": ("to_be_signed", words.TO_BE_SIGNED),
    "signed": ("signed", words.SIGNED),
    "sent": ("at_bank", words.AT_BANK),
    "answered": ("at_bank", words.AT_BANK),
}


@dataclass(frozen=True)
class Standing:
    """The stage in a word, its sentence, and the days in it."""

    stage: str
    """computed, returned, in_review, at_notice, approved, to_be_signed, signed, at_bank or unanswered."""
    said: words.Both
    until: date | None
    """The last day of the notice."""
    by: date | None
    """The last day on which the money should come, where a signed file or a rule says one."""


def standing_of(session: Session, payment: Payment, month: str) -> Standing:
    """Return where the list of a payment stands that is neither paid, held nor failed."""
    batch = session.get_one(Batch, payment.batch_id)
    by = _by(session, payment, month)
    stage, said, ends = _stage(session, payment, batch)
    dated = words.LATE if by and by < clock.today() else words.EXPECTED_BY
    more = dated if by else words.UNDATED
    return Standing(stage, (said[0] + more[0], said[1] + more[1]), ends, by)


def _stage(session: Session, payment: Payment, batch: Batch) -> tuple[str, words.Both, date | None]:
    if payment.state == "unknown":
        return "unanswered", words.UNANSWERED, None
    if payment.state == "sent":
        return "at_bank", words.AT_BANK, None
    if batch.state == "noticed":
        notice = current(session, batch)
        if notice is not None:
            over = clock.today() > notice.ends_on
            said = words.AFTER_NOTICE if over else words.AT_NOTICE
            return "at_notice", said, notice.ends_on
    # A list that hangs without its notice being found is in review all the same.
    stage, said = _STAGES.get(batch.state, _STAGES["frozen"])
    return stage, said, None


def _by(session: Session, payment: Payment, month: str) -> date | None:
    """Return the day that was signed for the bank, else the rule's last day for this list."""
    if payment.bank_file_id is not None:
        file = session.get(BankFile, payment.bank_file_id)
        if file is not None:
            return file.execution_date
    found = until(payment.programme, Month.parse(month))
    return found.by if found else None
