"""What waits: for the office that was asked, the office above, and the auditors."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.officers.may import may
from service.officers.models import Officer
from service.oversight.findings.models import AuditFinding
from service.oversight.findings.queries import overdue
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem


def findings(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the findings that an officer, or his office, has to do something about."""
    own = AuditFinding.organisation == officer.organisation
    is_open = AuditFinding.state == "open"
    items = []
    if may(officer, "findings.answer"):
        items += [
            _item(session, gettext("Answer the auditor's findings"), own & is_open, "open"),
            _item(
                session,
                gettext("See to findings that an office below did not answer"),
                (AuditFinding.escalated_to == officer.organisation) & is_open,
                "overdue",
            ),
        ]
    if may(officer, "findings.write"):
        items += [
            _item(
                session,
                gettext("Look at answers to findings"),
                AuditFinding.state == "answered",
                "answered",
            ),
            _item(
                session,
                gettext("Close findings that were accepted"),
                (AuditFinding.state == "accepted")
                & ((AuditFinding.severity != "high") | (AuditFinding.opened_by != officer.id)),
                "accepted",
            ),
            _item(session, gettext("Findings that nobody answered in time"), overdue(), "overdue"),
        ]
    return items


def put_to_offices(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the findings an auditor opened and their offices have not answered, one item an office."""
    if not may(officer, "findings.write"):
        return []
    rows = session.execute(
        select(
            AuditFinding.organisation,
            func.count(),
            func.min(AuditFinding.due_on),
            func.min(AuditFinding.opened_at),
        )
        .where(AuditFinding.state == "open", AuditFinding.opened_by == officer.id)
        .group_by(AuditFinding.organisation)
        .order_by(AuditFinding.organisation)
    )
    title = gettext("Findings that an office has to answer")
    return [
        WaitingItem(
            title,
            count,
            "/findings?state=open",
            since,
            gettext("the first by %(day)s") % {"day": first},
            office,
        )
        for office, count, first, since in rows
    ]


def _item(session: Session, title: str, which: ColumnElement[bool], state: str) -> WaitingItem:
    count, since, late = session.execute(
        select(
            func.count(), func.min(AuditFinding.opened_at), func.count().filter(overdue())
        ).where(which)
    ).one()
    note = ngettext("%(num)s is overdue", "%(num)s are overdue", late) % {"num": late}
    return WaitingItem(title, count, f"/findings?state={state}", since, note if late else "")
