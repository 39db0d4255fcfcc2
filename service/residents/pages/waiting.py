"""What waits for the steward: deliveries to decide about, and departments to ask."""

from datetime import datetime, time

from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.officers.reach import places
from service.residents import queries
from service.residents.requests.ask import KIND
from service.residents.tasks import redress
from service.web.language import ngettext
from service.web.queue import WaitingItem


def late_feeds(session: Session, officer: Officer) -> list[WaitingItem]:
    """Feeds that are late or whose last file was refused, for the steward."""
    if not may(officer, "feeds.import"):
        return []
    late = queries.late_feeds(session)
    return [
        WaitingItem(
            ngettext(
                "Feed that is late or was refused: ask its department",
                "Feeds that are late or were refused: ask their departments",
                len(late),
            ),
            len(late),
            "/feeds",
            min((one.since for one in late if one.since), default=None),
        )
    ]


def waiting_deliveries(session: Session, officer: Officer) -> list[WaitingItem]:
    """Deliveries that seemed odd and wait for the steward's word."""
    if not may(officer, "feeds.confirm"):
        return []
    waiting = queries.waiting_deliveries(session)
    only = waiting[0] if len(waiting) == 1 else None
    return [
        WaitingItem(
            ngettext(
                "Delivery that seemed odd: take it over or send it back",
                "Deliveries that seemed odd: take them over or send them back",
                len(waiting),
            ),
            len(waiting),
            f"/feeds/{only.feed}/deliveries/{only.id}" if only else "/feeds?state=waiting",
            waiting[0].received_at if waiting else None,
        )
    ]


def resident_requests(session: Session, officer: Officer) -> list[WaitingItem]:
    """What residents asked to have corrected, for whoever keeps their department's answer."""
    if not may(officer, "tasks.answer"):
        return []
    count, first = queries.oldest_asked(session, KIND, places=places(officer, "tasks.answer"))
    return [
        WaitingItem(
            ngettext(
                "Request of a resident: check it and answer",
                "Requests of residents: check them and answer",
                count,
            ),
            count,
            f"/tasks?kind={KIND}",
            first,
        )
    ]


def upheld_objections(session: Session, officer: Officer) -> list[WaitingItem]:
    """What an upheld objection asks for, for whoever keeps the data of the office concerned."""
    if not may(officer, "tasks.answer"):
        return []
    count, first = queries.oldest_asked(
        session, redress.KIND, places=places(officer, "tasks.answer")
    )
    return [
        WaitingItem(
            ngettext(
                "Upheld objection: have the data put right for the next run",
                "Upheld objections: have the data put right for the next run",
                count,
            ),
            count,
            f"/tasks?kind={redress.KIND}",
            first,
        )
    ]


def overdue_tasks(session: Session, officer: Officer) -> list[WaitingItem]:
    """Questions that departments did not answer in time, for the steward who presses them."""
    if not may(officer, "tasks.answer"):
        return []
    count, first = queries.oldest_overdue(session, places=places(officer, "tasks.answer"))
    return [
        WaitingItem(
            ngettext(
                "Question that a department did not answer in time",
                "Questions that departments did not answer in time",
                count,
            ),
            count,
            "/tasks",
            datetime.combine(first, time.max, clock.SHANGHAI) if first else None,
        )
    ]
