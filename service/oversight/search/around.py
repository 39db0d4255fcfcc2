"""Where to go from what was looked for: a resident's months and record, the way of a payment, list or file."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.foundation.ids import number_of, reference_of
from service.foundation.months import Month
from service.oversight.search.wanted import Wanted
from service.residents.identity.canonical import aliases
from service.web.filters import month_name
from service.web.language import gettext
from service.web.view_models import Link

_MONTHS_MAX = 12
_FILES_MAX = 5


def around(session: Session, wanted: Wanted) -> list[Link]:
    """Return the pages about the resident or the number that was looked for."""
    person = wanted.person_id
    if person is not None:
        return [*_of_person(person), *_months(session, person)]
    return _of_number(session, wanted.thing) if wanted.thing else []


def _of_person(person: int) -> list[Link]:
    return [
        Link(gettext("Who looked at this resident"), f"/audit/reading/persons/{person}"),
        Link(gettext("The record"), f"/residents/{person}"),
        Link(gettext("What was decided"), f"/residents/{person}/decisions"),
    ]


def _months(session: Session, person: int) -> list[Link]:
    months = session.scalars(
        select(Batch.month)
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Payment.payee_person_id.in_(aliases(session, person)))
        .distinct()
        .order_by(Batch.month.desc())
        .limit(_MONTHS_MAX)
    )
    text = gettext("Everything paid in %(month)s, step by step")
    return [
        Link(text % {"month": month_name(Month.parse(one))}, f"/audit/persons/{person}/{one}")
        for one in months
    ]


def _of_number(session: Session, said: str) -> list[Link]:
    number = number_of(said.upper())
    if number is not None:
        batch_no = session.scalar(
            select(Batch.batch_no)
            .join(Payment, Payment.batch_id == Batch.id)
            .where(Payment.id == number)
        )
        if batch_no is None:
            return []
        name = reference_of(number)
        return [
            Link(gettext("From law to card, step by step"), f"/audit/payments/{name}"),
            Link(gettext("The line on its list"), f"/batches/{batch_no}/lines/{name}"),
        ]
    if session.scalar(select(Batch.id).where(Batch.batch_no == said)) is not None:
        return [
            Link(gettext("The way of this list, step by step"), f"/audit/batches/{said}"),
            Link(gettext("The list"), f"/batches/{said}"),
        ]
    files = session.scalars(
        select(BankFile)
        .where(or_(BankFile.file_name == said, BankFile.file_reference == said))
        .order_by(BankFile.file_name)
        .limit(_FILES_MAX)
    )
    text = gettext("The way of file %(name)s")
    return [Link(text % {"name": one.file_name}, f"/audit/files/{one.id}") for one in files]
