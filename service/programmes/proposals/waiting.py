"""What an officer waits for who wrote a change of the rules: the department, then finance."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.officers.models import Officer
from service.officers.words import duty_name
from service.programmes.models import RuleProposal
from service.web.language import gettext
from service.web.queue import WaitingItem

_OWING = {"submitted": "reviewer", "approved_by_department": "signer"}


def proposed(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return each change the officer wrote that others have still to approve."""
    found = session.scalars(
        select(RuleProposal)
        .where(RuleProposal.written_by == officer.id, RuleProposal.state.in_(_OWING))
        .order_by(RuleProposal.number)
    )
    said = gettext("Change of rules R%(number)s: %(title)s")
    return [
        WaitingItem(
            said % {"number": one.number, "title": one.title},
            1,
            f"/rules/R{one.number}",
            one.written_at,
            who=duty_name(_OWING[one.state]),
        )
        for one in found
    ]
