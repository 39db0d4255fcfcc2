"""The audit trail for the auditor: where it stands, and what its last verification found."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.anchors.queries import late_seconds, newest
from service.audit.nightly.ask import ask_for_verification
from service.audit.proof import pages as proof_pages
from service.audit.readers import require_act, require_reader
from service.audit.standing import Standing, standing
from service.foundation.settings import settings
from service.web import filters, navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Figure, Link

router = APIRouter()
router.include_router(proof_pages.router)
navigation.register("audit", translatable("Audit trail"), "/audit", act="audit.read")


@router.get("/audit")
def show(session: Transaction) -> Response:
    """Where the trail stands by its last verification, and where its entries are searched."""
    require_reader()
    now = standing(session)
    return page(
        "audit/trail.html",
        figures=[*_figures(now), *_stamped(session)],
        faults=_faults(now),
        waits_since=now.waits_since,
        root=now.chain.root.hex() if now.chain.root else "",
        # The pages of the stage above are only named.
        links=[
            Link(gettext("Search the trail"), "/audit/entries"),
            Link(gettext("What the trail keeps, holds and has erased"), "/audit/keeping"),
            Link(gettext("Who looked at whom"), "/audit/reading"),
        ],
    )


@router.post("/audit/verification")
def verify_now(session: Transaction) -> Response:
    """Ask a worker to go through the whole trail now; the page says what it found once it has."""
    require_reader()
    ask_for_verification(session, by=require_act("audit.read"))
    return RedirectResponse("/audit", status_code=303)


def _figures(now: Standing) -> list[Figure]:
    chain = now.chain
    unsigned = chain.entries - chain.signed
    return [
        _verified(now),
        Figure(
            gettext("Not verified yet"),
            filters.number(now.newer),
            note=gettext("entries newer than the last verification"),
        ),
        Figure(gettext("Entries"), filters.number(chain.entries)),
        Figure(
            gettext("Signed"),
            filters.number(chain.signed),
            note=ngettext(
                "%(n)s newer one waits for the next signature",
                "%(n)s newer ones wait for the next signature",
                unsigned,
            )
            % {"n": unsigned},
        ),
        Figure(gettext("Last signature"), filters.moment(chain.signed_at)),
    ]


def _verified(now: Standing) -> Figure:
    """Say when the trail was last gone through from its first entry, how far, and what was found."""
    label, last = gettext("Whole trail last verified"), now.last
    if last is None:
        return Figure(label, gettext("not verified"), note=gettext("it is done each night"))
    at = filters.moment(last.ended_at)
    if not last.verified:
        first = last.entries if last.first_bad is None else last.first_bad
        said = gettext("wrong at entry %(n)s") % {"n": first}
        return Figure(label, at, note=said, tone="bad")
    if now.is_old:
        return Figure(label, at, note=gettext("older than two days"), tone="bad")
    said = ngettext("%(n)s entry, nothing wrong", "%(n)s entries, nothing wrong", last.entries)
    return Figure(label, at, note=said % {"n": filters.number(last.entries)}, tone="ok")


def _stamped(session: Session) -> list[Figure]:
    """Say how old the newest time-stamp is; nothing where none is asked for."""
    anchor = newest(session)
    if anchor is None and not settings().time_stamp_url:
        return []
    late = late_seconds(session)
    return [
        Figure(
            gettext("Last time-stamp"),
            filters.moment(anchor.stamped_at) if anchor else gettext("not yet"),
            note=gettext("older than it may be") if late else "",
            tone="bad" if late else "",
        )
    ]


def _faults(now: Standing) -> list[Fault]:
    found = []
    wrong = now.wrong(zh=visit().language == "zh")
    if wrong and now.last is not None:
        first = now.last.entries if now.last.first_bad is None else now.last.first_bad
        said = gettext("Entry %(n)s, seen on %(at)s: %(what)s.")
        at = filters.moment(now.last.ended_at)
        found.append(Fault(said % {"n": first, "at": at, "what": wrong}))
    if now.is_shorter:
        found.append(Fault(gettext("There are fewer entries than were verified: some are gone.")))
    return found
