"""What waits: objections for who may answer them, the late ones for the next above; what was upheld for others."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.notices.objections import queries
from service.notices.objections.about import objections_seen_by
from service.notices.objections.models import Objection
from service.officers.may import may
from service.officers.models import Officer
from service.residents.models import ReviewTask
from service.residents.tasks.redress import KIND
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem


def objections_to_answer(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the open objections for a reviewer; overdue ones for the signer too, who sees to it."""
    answers, oversees = may(officer, "notices.decide_objection"), may(officer, "signing.sign")
    if not (answers or oversees):
        return []
    act = "notices.decide_objection" if answers else "signing.sign"
    waits = queries.waiting(session, on=clock.today(), seen=objections_seen_by(officer, act))
    late = ngettext("%(num)s is overdue", "%(num)s are overdue", waits.overdue) % {
        "num": waits.overdue
    }
    if answers:
        title = ngettext("Answer an objection", "Answer objections", waits.open)
        note = late if waits.overdue else ""
        return [WaitingItem(title, waits.open, "/objections?state=open", waits.since, note)]
    title = gettext("Objections that nobody answered in time; see to it that they are")
    return [WaitingItem(title, waits.overdue, "/objections?state=open", waits.overdue_since, late)]


def being_put_right(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what an officer upheld and the department has not put right yet."""
    if not may(officer, "notices.decide_objection"):
        return []
    count, first, since = session.execute(
        select(func.count(), func.min(ReviewTask.due_on), func.min(ReviewTask.opened_at))
        .join(Objection, Objection.id == ReviewTask.id)
        .where(
            ReviewTask.kind == KIND, ReviewTask.state == "open", Objection.answered_by == officer.id
        )
    ).one()
    return [
        WaitingItem(
            ngettext(
                "Upheld objection that is being put right",
                "Upheld objections that are being put right",
                count,
            ),
            count,
            f"/tasks?kind={KIND}",
            since,
            gettext("the first by %(day)s") % {"day": first} if first else "",
            gettext("who keeps the data"),
        )
    ]
