"""The first page: what waits for the officer, what others owe him, and where to begin otherwise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.officers.may import may
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web import queue
from service.web.language import gettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Link

router = APIRouter()
api = APIRouter(prefix="/api", tags=["queue"])

Of = Annotated[
    Literal["me", "others", "all"],
    Query(description="What waits for me, what I wait for from others, or both."),
]
STARTS_MAX = 3
_STARTS = (
    ("assessment.run", translatable("Reckon and list a month"), "/months"),
    ("rules.propose", translatable("Propose a change of a rule"), "/rules/new"),
    ("feeds.import", translatable("See which departments' data are missing"), "/feeds"),
    ("reconciliation.resolve", translatable("See what banks answered"), "/reconciliation"),
    ("signing.sign", translatable("See which files are on their way to banks"), "/dispatch"),
    ("officers.manage", translatable("See who holds which duty"), "/officers"),
    ("audit.read", translatable("Search the audit trail"), "/audit/entries"),
    ("findings.write", translatable("Write down a finding"), "/findings/new"),
    ("sources.read", translatable("See how departments' data come in"), "/sources"),
    ("health.read", translatable("See how every part of the service does"), "/health"),
    ("batches.read", translatable("See where the batches stand"), "/batches"),
    ("residents.search", translatable("Look up a resident"), "/residents"),
    ("programmes.read", translatable("Read what a programme pays, and why"), "/programmes"),
    ("findings.read", translatable("Read what auditors found"), "/findings"),
)
"""(act, what it is to do, where): what an officer mostly begins with, when nothing waits."""


@dataclass(frozen=True)
class _Part:
    """One list of the page, with what is said when it is empty."""

    title: str
    items: list[WaitingItem]
    nothing: str


class QueueItem(BaseModel):
    """One line of the queue; ``owed_by`` is who has the next step when it is not the caller."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: Literal["me", "others"]
    title: str
    count: int
    href: str
    since: datetime | None
    note: str
    owed_by: str


@router.get("/")
def show_queue(session: Transaction, officer: SignedInOfficer, of: Of = "me") -> Response:
    """What waits for the officer who is signed in: the first page, and nothing above it."""
    lists = _lists(session, officer, of)
    parts = {
        "me": _Part(
            gettext("Waiting for me"),
            lists.get("me", []),
            gettext("Nothing is waiting for you."),
        ),
        "others": _Part(
            gettext("Waiting for others"),
            lists.get("others", []),
            gettext("Nobody owes you a step."),
        ),
    }
    shown = list(parts.values()) if of == "all" else [parts[of]]
    counts = {one: len(items) for one, items in lists.items()}
    return page(
        "web/queue.html",
        title=gettext("All that waits") if of == "all" else parts[of].title,
        here=_address(of),
        tabs=[
            (parts["me"].title, _address("me"), counts.get("me")),
            (parts["others"].title, _address("others"), counts.get("others")),
            (gettext("All"), _address("all"), sum(counts.values()) if len(counts) > 1 else None),
        ],
        parts=shown,
        elsewhere=_elsewhere(of, counts),
        starts=[] if any(one.items for one in shown) else starts_of(officer),
    )


def _lists(session: Session, officer: Officer, of: Of) -> dict[str, list[WaitingItem]]:
    """Return the lists that are looked at; the other one too when there is nothing in them.

    Each list asks every stage, so the first page asks for no more than it shows.
    """
    ask = {"me": queue.waiting_for, "others": queue.owed_to}
    found = {one: ask[one](session, officer) for one in ask if of in (one, "all")}
    if not any(found.values()):
        found |= {one: ask[one](session, officer) for one in ask if one not in found}
    return found


def _address(of: str) -> str:
    return "/" if of == "me" else f"/?of={of}"


def _elsewhere(of: str, counts: dict[str, int]) -> Link | None:
    """Return where something waits, when nothing does in the list that is shown."""
    other = {"me": "others", "others": "me"}.get(of, "")
    if not other or counts[of] or not counts.get(other):
        return None
    said = {
        "others": gettext("See what you wait for from others"),
        "me": gettext("See what waits for you"),
    }
    return Link(said[other], _address(other))


def starts_of(officer: Officer) -> list[Link]:
    """Return where an officer for whom nothing waits may begin."""
    found = [Link(gettext(said), href) for act, said, href in _STARTS if may(officer, act)]
    return found[:STARTS_MAX]


@api.get("/queue")
def read_queue(session: Transaction, officer: SignedInOfficer, of: Of = "me") -> list[QueueItem]:
    """What waits for the caller, the longest wait first, then what he waits for from others."""
    found: list[QueueItem] = []
    if of != "others":
        found += [_out("me", one) for one in queue.waiting_for(session, officer)]
    if of != "me":
        found += [_out("others", one) for one in queue.owed_to(session, officer)]
    return found


def _out(of: Literal["me", "others"], item: WaitingItem) -> QueueItem:
    return QueueItem(
        of=of,
        title=item.title,
        count=item.count,
        href=item.href,
        since=item.since,
        note=item.note,
        owed_by=item.who,
    )
