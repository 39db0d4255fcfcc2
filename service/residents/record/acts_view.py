"""What an officer may do about a resident, as the page offers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.residents.accounts.queries import Change, changes_of
from service.web.filters import ending
from service.web.language import gettext
from service.web.view_models import Option


@dataclass(frozen=True)
class Acts:
    """The forms of a resident's page; those the officer can never press are not there."""

    home: str
    may_request: bool
    waiting: Change | None
    """The change of account that waits for a second officer."""
    waiting_sentence: str
    is_own: bool
    may_decide: bool
    may_confirm_life: bool
    answers: list[Option]
    today: str
    sent: Mapping[str, str]
    """What was typed, if the page is drawn again because of a fault."""

    @property
    def any(self) -> bool:
        return self.may_request or self.waiting is not None or self.may_confirm_life


def acts(session: Session, officer: Officer, person_id: int, sent: Mapping[str, str]) -> Acts:
    """Return what the officer may do about a person."""
    waiting = next(
        (one for one in changes_of(session, person_id) if one.state == "requested"), None
    )
    is_own = waiting is not None and waiting.requested_by == str(officer.id)
    return Acts(
        home=f"/residents/{person_id}",
        may_request=may(officer, "accounts.request") and waiting is None,
        waiting=waiting,
        waiting_sentence=_sentence(waiting) if waiting else "",
        is_own=is_own,
        may_decide=may(officer, "accounts.confirm") and not is_own,
        may_confirm_life=may(officer, "life.confirm"),
        answers=[Option("alive", gettext("alive: was seen")), Option("dead", gettext("dead"))],
        today=clock.today().isoformat(),
        sent=sent,
    )


def _sentence(one: Change) -> str:
    said = {
        "bank": one.bank_name,
        "account": ending(one.tail),
        "now": ending(one.tail_now),
        "reason": one.reason,
    }
    return gettext("To %(bank)s, %(account)s; now it is %(now)s. Reason: %(reason)s") % said
