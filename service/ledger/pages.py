"""The ledger: what is appropriated and left, and every account's balance at any cut."""

from collections.abc import Sequence

from fastapi import APIRouter
from starlette.responses import Response

from service.ledger import queries, words
from service.ledger.asked import AtMoment, ThroughDay, cut_of, link
from service.ledger.models import KINDS, Appropriation
from service.ledger.queries import AccountBalance
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web import filters, navigation
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Figure, Link, Row

router = APIRouter()
navigation.register("ledger", translatable("Ledger"), "/ledger", act="ledger.read")


@router.get("/ledger")
def show(
    session: Transaction, officer: SignedInOfficer, at: AtMoment = "", through: ThroughDay = ""
) -> Response:
    """Appropriations with what is left, and the trial balance at a cut, each balance a link."""
    require(officer, "ledger.read")
    asked = cut_of(at, through)
    found = queries.account_balances(session, asked.cut)
    kept = queries.appropriations(session)
    banks = {one.code: one.name for one in queries.channels(session)}
    return page(
        "ledger/ledger.html",
        status=422 if asked.faults else 200,
        tabs=tabs(),
        asked=asked,
        figures=_figures(found),
        columns=_columns(),
        rows=[_row(one) for one in kept],
        footer=_footer(kept),
        groups=_groups(found, banks, at, through),
        balance_columns=[
            Column(gettext("Programme")),
            Column(gettext("Bank")),
            Column(gettext("Fund source")),
            Column(gettext("Debit"), "money", unit=gettext("yuan")),
            Column(gettext("Credit"), "money", unit=gettext("yuan")),
            Column(gettext("Balance"), "money", unit=gettext("yuan")),
        ],
        total_fen=sum(one.amount_fen for one in found),
    )


def tabs() -> list[tuple[str, str, None]]:
    """Return the ledger's views."""
    return [
        (gettext("Balances"), "/ledger", None),
        (gettext("Where the money stands"), "/ledger/waterfall", None),
        (gettext("Postings"), "/ledger/postings", None),
        (gettext("End of the year"), "/ledger/year-end", None),
    ]


def _figures(found: Sequence[AccountBalance]) -> list[Figure]:
    shown = ("available", "commitments", "in_transit", "settled", "returned_held")
    sums = {kind: sum(one.amount_fen for one in found if one.kind == kind) for kind in shown}
    return [
        Figure(
            gettext(words.KINDS[kind][0]),
            filters.yuan(sums[kind]),
            gettext("yuan"),
            gettext(words.KINDS[kind][1]),
        )
        for kind in shown
    ]


def _columns() -> list[Column]:
    return [
        Column(gettext("Programme")),
        Column(gettext("Year"), "text"),
        Column(gettext("Fund source")),
        Column(gettext("Appropriated"), "money", unit=gettext("yuan")),
        Column(gettext("Committed"), "money", unit=gettext("yuan")),
        Column(gettext("Remaining"), "money", unit=gettext("yuan")),
        Column(gettext("Used"), "number", unit="%"),
    ]


def _row(one: Appropriation) -> Row:
    left = one.amount_fen - one.committed_fen
    cells = (
        words.programme(one.programme),
        str(one.year),
        one.fund_source,
        one.amount_fen,
        one.committed_fen,
        left,
        _used(one.committed_fen, one.amount_fen),
    )
    return Row(cells, tone="warn" if one.amount_fen and left * 20 < one.amount_fen else "")


def _footer(kept: Sequence[Appropriation]) -> list[str | int | None]:
    given = sum(one.amount_fen for one in kept)
    used = sum(one.committed_fen for one in kept)
    return [gettext("Together"), None, None, given, used, given - used, _used(used, given)]


def _used(part_fen: int, whole_fen: int) -> int:
    return part_fen * 100 // whole_fen if whole_fen else 0


def _groups(
    found: Sequence[AccountBalance], banks: dict[str, str], at: str, through: str
) -> list[tuple[str, str, list[Row], list[str | int | None]]]:
    """Return (kind, what it means, its accounts, its sum), in the order in which money moves."""
    groups = []
    for kind in KINDS:
        accounts = [one for one in found if one.kind == kind]
        if not accounts:
            continue
        rows = [
            Row(
                (
                    words.programme(one.programme) if one.programme else gettext("all programmes"),
                    banks.get(one.channel or "", one.channel or "—"),
                    one.fund_source or "—",
                    one.debit_fen,
                    one.credit_fen,
                    Link(
                        filters.yuan(one.amount_fen),
                        link("/ledger/postings", account=one.code, at=at, through=through),
                    ),
                )
            )
            for one in accounts
        ]
        debit, credit = (
            sum(one.debit_fen for one in accounts),
            sum(one.credit_fen for one in accounts),
        )
        said = words.kind(kind), gettext(words.KINDS[kind][1])
        total = [gettext("Together"), None, None, debit, credit, debit - credit]
        groups.append((*said, rows, total))
    return groups
