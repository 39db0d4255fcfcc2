"""What waits: for the office that was asked, for whoever gave it, and for the office above."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.exceptions.models import ExceptionAssignment, ExceptionTask
from service.batches.exceptions.remind import stands
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem

_LIST = "/exceptions?month=&standing="


def to_answer(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what the officer's office was asked, with what is late and what a reminder was sent of."""
    if not may(officer, "exceptions.answer"):
        return []
    late = ExceptionTask.due_on < clock.today()
    row = session.execute(
        select(
            func.count(),
            func.count().filter(late),
            func.count().filter(~late, ExceptionTask.reminded_at.is_not(None)),
            func.min(ExceptionTask.due_on),
            func.min(ExceptionAssignment.given_at),
        )
        .join(ExceptionAssignment, ExceptionAssignment.number == ExceptionTask.assignment)
        .where(
            ExceptionTask.organisation == officer.organisation,
            ExceptionTask.state == "given",
            stands(),
        )
    ).one()
    notes = [gettext("the first by %(day)s") % {"day": row[3]}]
    if row[1]:
        notes.append(
            ngettext("%(num)s is overdue", "%(num)s are overdue", row[1]) % {"num": row[1]}
        )
    if row[2]:
        notes.append(gettext("reminder: %(count)s are due soon") % {"count": row[2]})
    title = gettext("Answer the exceptions your office was given")
    href = f"{_LIST}given&organisation={officer.organisation}"
    return [WaitingItem(title, row[0], href, row[4], gettext("; ").join(notes))]


def answered(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what offices answered or gave back and nobody has decided since, for those who gave it."""
    if not may(officer, "exceptions.assign"):
        return []
    items = []
    for state, title in (
        ("answered", gettext("Decide on exceptions that were answered")),
        ("returned", gettext("Exceptions given back: give them to another office")),
    ):
        count, since = session.execute(
            select(func.count(), func.min(ExceptionAssignment.given_at))
            .select_from(ExceptionTask)
            .join(ExceptionAssignment, ExceptionAssignment.number == ExceptionTask.assignment)
            .join(Officer, Officer.id == ExceptionAssignment.given_by)
            .where(
                Officer.organisation == officer.organisation, ExceptionTask.state == state, stands()
            )
        ).one()
        items.append(WaitingItem(title, count, _LIST + state, since))
    return items


def given_out(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what the officer's office gave to others and they have not answered, one item an office."""
    if not may(officer, "exceptions.assign"):
        return []
    late = ExceptionTask.due_on < clock.today()
    rows = session.execute(
        select(
            ExceptionTask.organisation,
            func.count(),
            func.count().filter(late),
            func.min(ExceptionTask.due_on),
            func.min(ExceptionAssignment.given_at),
        )
        .join(ExceptionAssignment, ExceptionAssignment.number == ExceptionTask.assignment)
        .join(Officer, Officer.id == ExceptionAssignment.given_by)
        .where(
            Officer.organisation == officer.organisation,
            ExceptionTask.organisation != officer.organisation,
            ExceptionTask.state == "given",
            stands(),
        )
        .group_by(ExceptionTask.organisation)
        .order_by(ExceptionTask.organisation)
    )
    title = gettext("Exceptions that another office was given")
    items = []
    for office, count, overdue, first, since in rows:
        notes = [gettext("the first by %(day)s") % {"day": first}]
        if overdue:
            notes.append(
                ngettext("%(num)s is overdue", "%(num)s are overdue", overdue) % {"num": overdue}
            )
        href = f"{_LIST}given&organisation={office}"
        items.append(WaitingItem(title, count, href, since, gettext("; ").join(notes), office))
    return items


def escalated(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what offices below did not answer in time, one item each."""
    if not may(officer, "exceptions.oversee"):
        return []
    rows = session.execute(
        select(ExceptionTask.organisation, func.count(), func.min(ExceptionTask.escalated_at))
        .where(
            ExceptionTask.escalated_to == officer.organisation,
            ExceptionTask.state == "given",
            stands(),
        )
        .group_by(ExceptionTask.organisation)
        .order_by(ExceptionTask.organisation)
    )
    said = gettext("See to what %(office)s did not answer in time")
    return [
        WaitingItem(
            said % {"office": office}, count, f"{_LIST}overdue&organisation={office}", since
        )
        for office, count, since in rows
    ]
