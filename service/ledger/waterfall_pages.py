"""Where the money stands, from appropriation to card, by programme, fund source and bank."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.ledger import queries, words
from service.ledger.asked import AtMoment, ThroughDay, cut_of, link
from service.ledger.pages import FOLDED_FROM, Listed, here, tabs
from service.ledger.waterfall import BY, Stand, total, waterfall
from service.ledger.waterfall_picture import waterfall_picture
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web import filters
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Cell, Column, Link, Option, Row

router = APIRouter()
_CUTS = {
    "programme": translatable("by programme"),
    "fund_source": translatable("by fund source"),
    "channel": translatable("by bank"),
}
_KIND_OF = {
    "committed_fen": "commitments",
    "in_transit_fen": "in_transit",
    "settled_fen": "settled",
    "held_fen": "returned_held",
    "left_fen": "available",
}
_SHOWN = (
    "appropriated_fen",
    "committed_fen",
    "in_transit_fen",
    "settled_fen",
    "returned_fen",
    "held_fen",
    "left_fen",
)


@router.get("/ledger/waterfall")
def show_waterfall(
    session: Transaction,
    officer: SignedInOfficer,
    by: Annotated[list[str] | None, Query(max_length=3)] = None,
    at: AtMoment = "",
    through: ThroughDay = "",
    number: Annotated[int, Query(alias="page", ge=0, le=100_000)] = 0,
) -> Response:
    """The way of the money as a table; each figure of a programme leads to its postings."""
    require(officer, "ledger.read")
    asked = cut_of(at, through)
    cuts = [one for one in BY if one in (by or ["programme"])] or ["programme"]
    rows = waterfall(session, asked.cut, by=cuts)
    banks = {one.code: one.name for one in queries.channels(session)}
    whole = total(rows)
    # Most counties recover little: three columns of nothing would only make the table too wide.
    more = any(_rest(whole))
    return page(
        "ledger/waterfall.html",
        status=422 if asked.faults else 200,
        tabs=tabs(),
        asked=asked,
        cuts=cuts,
        choices=[Option(one, gettext(_CUTS[one])) for one in BY],
        table=Listed(
            gettext("From appropriation to card"),
            _columns(cuts, more=more),
            [
                Row((*_cells(one, cuts, banks, at, through), *(_rest(one) if more else ())))
                for one in rows[here(number)]
            ],
            [*_footer(whole, cuts), *(_rest(whole) if more else ())],
            len(rows),
            max(1, number),
            summary=_summary(len(rows), cuts) if len(rows) > FOLDED_FROM else "",
            # Who asked for a division of his own came for the rows.
            is_open=number > 0 or by is not None,
        ),
        divided="fund_source" in cuts,
        picture=waterfall_picture(whole) if rows else None,
    )


def _summary(rows: int, cuts: list[str]) -> str:
    cut = gettext(", ").join(gettext(_CUTS[one]) for one in cuts)
    return gettext("From appropriation to card %(cut)s: %(count)s rows") % {
        "cut": cut, "count": rows,
    }  # fmt: skip


def _columns(cuts: list[str], *, more: bool) -> list[Column]:
    labels = {
        "programme": gettext("Programme"),
        "fund_source": gettext("Fund source"),
        "channel": gettext("Bank"),
    }
    said: tuple[str, ...] = (
        gettext("Appropriated"),
        gettext("Committed"),
        gettext("In transit"),
        gettext("Settled"),
        gettext("Returned by banks"),
        gettext("Of it still held"),
        gettext("Remaining"),
    )
    if more:
        said = (*said, gettext("To be recovered"), gettext("Recovered or given up"))
        said = (*said, gettext("Due to the treasury"))
    return [
        *(Column(labels[one]) for one in cuts),
        *(Column(one, "money", unit=gettext("yuan")) for one in said),
    ]


def _cells(one: Stand, cuts: list[str], banks: dict[str, str], at: str, through: str) -> list[Cell]:
    names: dict[str, Cell] = {
        "programme": words.programme(one.programme) if one.programme else "—",
        "fund_source": one.fund_source or gettext("no source named"),
        "channel": banks.get(one.channel, one.channel) or gettext("at no bank"),
    }
    figures: list[Cell] = []
    for name in _SHOWN:
        amount_fen = getattr(one, name)
        linked = name in _KIND_OF and cuts == ["programme"] and amount_fen
        figures.append(
            Link(
                filters.yuan(amount_fen),
                link(
                    "/ledger/postings",
                    kind=_KIND_OF[name],
                    programme=one.programme,
                    at=at,
                    through=through,
                ),
            )
            if linked
            else amount_fen
        )
    return [*(names[cut] for cut in cuts), *figures]


def _footer(whole: Stand, cuts: list[str]) -> list[str | int | None]:
    blank: list[str | int | None] = [None] * (len(cuts) - 1)
    figures = [getattr(whole, name) for name in _SHOWN]
    return [gettext("Together"), *blank, *figures]


def _rest(one: Stand) -> tuple[int, int, int]:
    gone_fen = one.recovered_fen + one.written_off_fen
    return one.to_recover_fen, gone_fen, one.due_to_treasury_fen
