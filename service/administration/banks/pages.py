"""The banks' channels: the list, and one with what was agreed, what passed and who changed it when."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.administration.banks import passed, terms, views
from service.dispatch.history import event_of
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.banks_now import BankNow, banks_now
from service.reconciliation.watched import finding
from service.web import navigation
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Link

router = APIRouter()
navigation.register("banks", translatable("Banks"), "/banks", act="banks.read")


@router.get("/banks")
def show_banks(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every bank's channel: how it does, and the last file each way."""
    require(officer, "banks.read")
    return page(
        "administration/banks.html",
        columns=views.columns(),
        rows=[views.row(one) for one in banks_now(session)],
    )


@router.get("/banks/{code}")
def show_bank(session: Transaction, officer: SignedInOfficer, code: str) -> Response:
    """One bank: how it does, what was agreed, its files by name, its changes."""
    require(officer, "banks.read")
    one = by_code(session, code)
    channel, found = one.channel, finding(one)
    return page(
        "administration/bank.html",
        name=channel.name,
        crumbs=[Link(gettext("Banks"), "/banks")],
        tag=views.tag(found),
        said=found.said,
        to_do=found.to_do,
        late=views.late_lines(one),
        looks=views.last_looks(one),
        agreed=terms.agreed(channel),
        hours=terms.hours(channel),
        prints=terms.prints(channel),
        sent_columns=views.sent_columns(),
        sent=views.sent_rows(passed.sent(session, channel)),
        received_columns=views.received_columns(),
        received=views.received_rows(passed.received(session, channel)),
        changes=[
            event_of(session, entry, views.change) for entry in passed.changes(session, channel)
        ],
    )


def by_code(session: Session, code: str) -> BankNow:
    """Return a bank as it stands; raises NotFound."""
    for one in banks_now(session):
        if one.channel.code == code:
            return one
    raise NotFound("bank")
