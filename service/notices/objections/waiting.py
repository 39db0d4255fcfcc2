"""What waits: objections for who may answer them; those too late for the next above as well."""

from sqlalchemy.orm import Session

from service.foundation import clock
from service.notices.objections import queries
from service.notices.objections.about import objections_seen_by
from service.officers.may import may
from service.officers.models import Officer
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
