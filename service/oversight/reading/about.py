"""Whom an address shows: the residents behind the things that its path names."""

from collections.abc import Callable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment, PaymentHold
from service.batches.recoveries.models import RecoveryCase
from service.foundation.ids import number_of
from service.notices.objections.models import Objection
from service.reconciliation.corrections.models import CorrectionRow
from service.reconciliation.models import ReplyLine
from service.residents.models import ReviewTask

Path = Mapping[str, str]
PERSON_DIGITS_MAX = 19


def person(_: Session, path: Path) -> int | None:
    return _number(path["person_id"])


def line(session: Session, path: Path) -> int | None:
    return _payee(session, number_of(path["reference"]))


def exception(session: Session, path: Path) -> int | None:
    """Of ``h12`` the payee of the held line; a finding about a whole list shows nobody."""
    key = path["key"]
    hold = session.get(PaymentHold, _number(key[1:]) or 0) if key[:1] == "h" else None
    return _payee(session, hold.payment_id) if hold else None


def finance_exception(session: Session, path: Path) -> int | None:
    key = path["key"]
    return _payee(session, _number(key[1:])) if key[:1] == "p" else None


def recovery(session: Session, path: Path) -> int | None:
    number = _number(path["case_no"].lstrip("R"))
    which = select(RecoveryCase.payee_person_id).where(RecoveryCase.number == number)
    return session.scalar(which) if number is not None else None


def objection(session: Session, path: Path) -> int | None:
    number = _number(path["objection_no"].lstrip("O"))
    if number is None:
        return None
    found = session.scalar(select(Objection).where(Objection.number == number))
    if found is not None and found.notice_id is None:
        return found.person_id
    return _payee(session, found.payment_id if found else None)


def task(session: Session, path: Path) -> int | None:
    found = _uuid(path["task_id"])
    which = select(ReviewTask.person_id).where(ReviewTask.id == found)
    return session.scalar(which) if found else None


def reply_line(session: Session, path: Path) -> int | None:
    found = session.get(ReplyLine, _number(path["line_id"]) or 0)
    return _payee(session, found.payment_id) if found else None


def correction_row(session: Session, path: Path) -> int | None:
    found = _uuid(path["row_id"])
    row = session.get(CorrectionRow, found) if found else None
    return _payee(session, row.payment_id) if row else None


def batch(session: Session, path: Path) -> tuple[str, str]:
    """Return the list whose people an address shows, as the trail names it."""
    found = session.scalar(select(Batch.id).where(Batch.batch_no == path["batch_no"]))
    return ("batches", str(found)) if found else ("addresses", path["batch_no"])


Whom = Callable[[Session, Path], int | None]


def _payee(session: Session, payment_id: int | None) -> int | None:
    payment = session.get(Payment, payment_id) if payment_id is not None else None
    return payment.payee_person_id if payment else None


def _number(said: str) -> int | None:
    plain = said.isascii() and said.isdecimal() and len(said) < PERSON_DIGITS_MAX
    return int(said) if plain else None


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
