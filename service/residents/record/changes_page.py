"""Changes of account that wait for a second officer: the list, and the line in the reviewer's queue."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.officers.words import duty_name
from service.residents import queries
from service.residents.accounts.queries import Change, waiting_changes
from service.residents.models import Person
from service.residents.record.search import is_seen_by
from service.web.filters import ending, masked_name
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Row

router = APIRouter()


def account_changes(session: Session, officer: Officer) -> list[WaitingItem]:
    """Changes of account that another officer asked for, for those who may agree to them."""
    if not may(officer, "accounts.confirm"):
        return []
    own = str(officer.id)
    waiting = [one for one, _ in _waiting(session, officer) if one.requested_by != own]
    return [
        WaitingItem(
            ngettext(
                "Change of account that another officer asked for",
                "Changes of account that other officers asked for",
                len(waiting),
            ),
            len(waiting),
            "/account-changes",
            min((one.requested_at for one in waiting), default=None),
        )
    ]


def asked_changes(session: Session, officer: Officer) -> list[WaitingItem]:
    """Changes of account that this officer asked for and nobody has agreed to yet."""
    if not may(officer, "accounts.request"):
        return []
    own = str(officer.id)
    asked = [(one, person) for one, person in _waiting(session, officer) if one.requested_by == own]
    return [
        WaitingItem(
            gettext("Change of account of %(resident)s") % {"resident": masked_name(person.name)},
            1,
            f"/residents/{person.id}",
            one.requested_at,
            who=duty_name("reviewer"),
        )
        for one, person in asked
    ]


@router.get("/account-changes")
def show_changes(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every change that waits, the oldest first."""
    require(officer, "accounts.confirm")
    waiting = _waiting(session, officer)
    named = queries.names_of(session, {one.requested_by for one, _ in waiting})
    return page(
        "residents/account_changes.html",
        columns=[
            Column(gettext("Resident")),
            Column(gettext("New account")),
            Column(gettext("Account now")),
            Column(gettext("Asked for by")),
            Column(gettext("On"), "moment"),
            Column(gettext("Why")),
        ],
        rows=[
            Row(
                [
                    masked_name(person.name),
                    f"{one.bank_name} {ending(one.tail)}",
                    ending(one.tail_now),
                    named.get(one.requested_by, gettext("the system")),
                    one.requested_at,
                    one.reason,
                ],
                f"/residents/{person.id}#decide",
            )
            for one, person in waiting
        ],
    )


def _waiting(session: Session, officer: Officer) -> list[tuple[Change, Person]]:
    found = waiting_changes(session)
    people = queries.people_of(session, {one.person_id for one in found})
    pairs = [(one, people[one.person_id]) for one in found if one.person_id in people]
    return [(one, person) for one, person in pairs if is_seen_by(officer, person)]
