"""The audit trail for the auditor: does the chain hold, and who did what."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit import queries
from service.audit.queries import Chain, Entry, Search
from service.audit.readers import officer_names, require_reader
from service.audit.verify import Verdict, verify
from service.audit.visible import visible
from service.web import filters, navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Figure, Option, Row

router = APIRouter()
navigation.register("audit", translatable("Audit trail"), "/audit", act="audit.read")
VERIFIED_AT_ONCE_MAX = 20_000
"""Up to this many entries are verified whenever the page is opened; beyond, when asked for."""
Word = Annotated[str, Query(max_length=80)]
_ACTORS = {
    "officer": translatable("officer"),
    "resident": translatable("resident"),
    "bank": translatable("bank"),
    "department": translatable("department"),
    "system": translatable("system"),
}


@router.get("/audit")
def show(
    session: Transaction,
    act: Word = "",
    kind: Word = "",
    thing: Word = "",
    number: Annotated[int, Query(alias="page", ge=1, le=1_000_000)] = 1,
    *,
    verified: bool = False,
) -> Response:
    """Where the chain stands, and the newest entries or those searched for."""
    require_reader()
    search = Search(act.strip(), kind.strip(), thing.strip())
    found, total = queries.entries(session, search, page=number)
    chain = queries.chain(session)
    verdict = verify(session) if verified or chain.signed <= VERIFIED_AT_ONCE_MAX else None
    return page(
        "audit/trail.html",
        figures=_figures(chain, verdict),
        verdict=verdict,
        faults=_broken(verdict),
        root=chain.root.hex() if chain.root else "",
        columns=_columns(),
        rows=_rows(session, found),
        search=search,
        chosen=_chosen(search),
        kinds=[
            Option("", gettext("everything")),
            *(Option(one, one) for one in queries.object_types(session)),
        ],
        number=number,
        pages=max(1, -(-total // queries.ENTRIES_PER_PAGE)),
        total=total,
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


def _broken(verdict: Verdict | None) -> list[Fault]:
    if verdict is None or verdict.verified:
        return []
    return [Fault(verdict.sentence_zh if visit().language == "zh" else verdict.sentence)]


def _columns() -> list[Column]:
    return [
        Column(gettext("Time"), "moment"),
        Column(gettext("Act"), "code"),
        Column(gettext("By")),
        Column(gettext("Thing"), "code"),
        Column(gettext("From → to")),
        Column(gettext("Reason")),
        Column(gettext("Place in the chain"), "number"),
    ]


def _rows(session: Session, found: list[Entry]) -> list[Row]:
    ids = (one.said["actor"]["id"] for one in found if one.said["actor"]["kind"] == "officer")
    names = officer_names(session, ids)
    return [_row(one, names) for one in found]


def _row(one: Entry, names: dict[str, str]) -> Row:
    said = one.said
    actor, thing = said["actor"], said["object"]
    kind = gettext(_ACTORS.get(actor["kind"], "system"))
    who = names.get(actor["id"]) or (kind if actor["kind"] == "system" else f"{kind} {actor['id']}")
    moved = f"{said['before'] or '·'} → {said['after']}" if said["after"] else None
    cells = (
        one.at,
        visible(said["act"]),
        visible(who),
        visible(f"{thing['type']} {thing['id']}"),
        moved and visible(moved),
        visible(said["reason"]) or None,
        one.index,
    )
    return Row(cells)


def _chosen(search: Search) -> list[tuple[str, str]]:
    found = [
        (gettext("Act: %(act)s") % {"act": search.act}, "act", search.act),
        (gettext("Kind: %(kind)s") % {"kind": search.object_type}, "kind", search.object_type),
        (gettext("Id: %(id)s") % {"id": search.object_id}, "thing", search.object_id),
    ]
    return [(text, name) for text, name, value in found if value]
