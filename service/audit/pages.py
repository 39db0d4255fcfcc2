"""The audit trail for the auditor: does the chain hold."""

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit import queries
from service.audit.anchors.queries import late_seconds, newest
from service.audit.nightly.queries import latest
from service.audit.proof import pages as proof_pages
from service.audit.queries import Chain
from service.audit.readers import require_reader
from service.audit.verify import Verdict, verify
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
VERIFIED_AT_ONCE_MAX = 20_000
"""Up to this many entries are verified whenever the page is opened; beyond, when asked for."""


@router.get("/audit")
def show(session: Transaction, *, verified: bool = False) -> Response:
    """Where the chain stands, and where its entries are searched."""
    require_reader()
    chain = queries.chain(session)
    verdict = verify(session) if verified or chain.signed <= VERIFIED_AT_ONCE_MAX else None
    return page(
        "audit/trail.html",
        figures=[*_figures(chain, verdict), *_kept_watch(session)],
        verdict=verdict,
        faults=_broken(verdict),
        root=chain.root.hex() if chain.root else "",
        # The pages of the stage above are only named.
        links=[
            Link(gettext("Search the trail"), "/audit/entries"),
            Link(gettext("What the trail keeps, holds and has erased"), "/audit/keeping"),
            Link(gettext("Who looked at whom"), "/audit/reading"),
        ],
    )


def _figures(chain: Chain, verdict: Verdict | None) -> list[Figure]:
    unsigned = chain.entries - chain.signed
    if verdict is None:
        state = Figure(gettext("Chain"), gettext("not checked now"), href="/audit?verified=true")
    elif verdict.verified:
        state = Figure(gettext("Chain"), gettext("verified"), tone="ok")
    else:
        state = Figure(gettext("Chain"), gettext("broken"), tone="bad")
    return [
        state,
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


def _kept_watch(session: Session) -> list[Figure]:
    """Say when the whole trail was last verified, with what result, and how old the newest time-stamp is."""
    last = latest(session)
    label = gettext("Whole trail last verified")
    if last is None:
        checked = Figure(label, gettext("not yet"))
    elif last.verified:
        said = ngettext("%(n)s entry, nothing wrong", "%(n)s entries, nothing wrong", last.entries)
        note = said % {"n": filters.number(last.entries)}
        checked = Figure(label, filters.moment(last.ended_at), note=note, tone="ok")
    else:
        said = gettext("wrong at entry %(n)s") % {
            "n": last.entries if last.first_bad is None else last.first_bad
        }
        checked = Figure(label, filters.moment(last.ended_at), note=said, tone="bad")
    anchor = newest(session)
    if anchor is None and not settings().time_stamp_url:
        return [checked]
    stamped = Figure(
        gettext("Last time-stamp"),
        filters.moment(anchor.stamped_at) if anchor else gettext("not yet"),
        note=gettext("older than it may be") if late_seconds(session) else "",
        tone="bad" if late_seconds(session) else "",
    )
    return [checked, stamped]


def _broken(verdict: Verdict | None) -> list[Fault]:
    if verdict is None or verdict.verified:
        return []
    return [Fault(verdict.sentence_zh if visit().language == "zh" else verdict.sentence)]
