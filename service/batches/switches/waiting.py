"""What an officer waits for who asked to switch a control off."""

from sqlalchemy.orm import Session

from service.batches.switches import queries
from service.officers.models import Officer
from service.officers.words import duty_name
from service.web.language import ngettext
from service.web.queue import WaitingItem


def asked_off(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what the officer asked to switch off and no second officer has decided."""
    asked = [
        one
        for one in queries.standing(session)
        if one.state == "asked" and one.asked_by == officer.id
    ]
    return [
        WaitingItem(
            ngettext(
                "Control that you asked to switch off",
                "Controls that you asked to switch off",
                len(asked),
            ),
            len(asked),
            "/controls",
            min((one.asked_at for one in asked), default=None),
            who=duty_name("signer"),
        )
    ]
