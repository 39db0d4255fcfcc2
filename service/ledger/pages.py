"""The ledger: what is appropriated and left, and every account's balance at any cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.foundation.problems import NotFound
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
    session: Transaction,
    officer: SignedInOfficer,
    kind: Annotated[str, Query(max_length=32)] = "",
    at: AtMoment = "",
    through: ThroughDay = "",
    number: Annotated[int, Query(alias="page", ge=0, le=100_000)] = 0,
) -> Response:
    """Appropriations with what is left and the trial balance at a cut; or one kind's accounts.

    Raises NotFound for a kind of account that there is not.
    """
    require(officer, "ledger.read")
    if kind not in ("", *KINDS):
        raise NotFound("page")
    asked = cut_of(at, through)
    found = queries.account_balances(session, asked.cut)
    return page(
        "ledger/ledger.html",
        status=422 if asked.faults else 200,
        tabs=tabs(),
        asked=asked,
        kind=kind,
        figures=_figures(found),
        kind_columns=_kind_columns(),
        kinds=_kinds(found, at, through),
        total_fen=sum(one.amount_fen for one in found),
        table=_one_kind(session, found, kind, at, through, number)
        if kind
        else _appropriated(session, number),
    )


@dataclass(frozen=True)
class Listed:
    """The page's table: what it is of, one page of its rows, and the sum of all of them."""

    caption: str
    columns: list[Column]
    rows: list[Row]
    footer: list[str | int | None]
    total: int
    number: int = 1
    summary: str = ""
    """Its sums in a sentence, behind which a long list is folded; "" for one that is not."""
    is_open: bool = True

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // _ROWS_A_PAGE))


_ROWS_A_PAGE = 25
FOLDED_FROM = 12
"""Rows from which on a telephone would show nothing but appropriations."""


def here(number: int) -> slice:
    """Return which rows of a list stand on one of its pages."""
    first = (max(1, number) - 1) * _ROWS_A_PAGE
    return slice(first, first + _ROWS_A_PAGE)


def _one_kind(
    session: Session, found: Sequence[AccountBalance], kind: str, at: str, through: str, number: int
) -> Listed:
    accounts = [one for one in found if one.kind == kind]
    banks = {one.code: one.name for one in queries.channels(session)}
    rows = _accounts(accounts[here(number)], banks, at, through)
    return Listed(
        words.kind(kind), _account_columns(), rows, _total(accounts), len(accounts), max(1, number)
    )


def _appropriated(session: Session, number: int) -> Listed:
    kept = queries.appropriations(session)
    return Listed(
        gettext("Appropriations"),
        _columns(),
        [_row(one) for one in kept[here(number)]],
        _footer(kept),
        len(kept),
        max(1, number),
        summary=_summary(kept) if len(kept) > FOLDED_FROM else "",
        is_open=number > 0,
    )


def _summary(kept: Sequence[Appropriation]) -> str:
    given = sum(one.amount_fen for one in kept)
    used = sum(one.committed_fen for one in kept)
    return gettext(
        "Appropriations of %(count)s programmes: %(given)s yuan, committed %(used)s, remaining "
        "%(left)s (%(share)s %% used)"
    ) % {
        "count": len(kept),
        "given": filters.yuan(given),
        "used": filters.yuan(used),
        "left": filters.yuan(given - used),
        "share": _used(used, given),
    }


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


def _kind_columns() -> list[Column]:
    return [
        Column(gettext("Kind of account")),
        Column(gettext("What it holds")),
        Column(gettext("Accounts"), "number"),
        *_sides(),
    ]


def _account_columns() -> list[Column]:
    return [
        Column(gettext("Programme")),
        Column(gettext("Bank")),
        Column(gettext("Fund source")),
        *_sides(),
    ]


def _sides() -> list[Column]:
    return [
        Column(gettext("Debit"), "money", unit=gettext("yuan")),
        Column(gettext("Credit"), "money", unit=gettext("yuan")),
        Column(gettext("Balance"), "money", unit=gettext("yuan")),
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


def _kinds(found: Sequence[AccountBalance], at: str, through: str) -> list[Row]:
    """Return a row for each kind of account, in the order in which money moves."""
    rows = []
    for kind in KINDS:
        accounts = [one for one in found if one.kind == kind]
        if accounts:
            cells = (
                words.kind(kind),
                gettext(words.KINDS[kind][1]),
                len(accounts),
                sum(one.debit_fen for one in accounts),
                sum(one.credit_fen for one in accounts),
                sum(one.amount_fen for one in accounts),
            )
            rows.append(Row(cells, href=link("/ledger", kind=kind, at=at, through=through)))
    return rows


def _accounts(
    accounts: Sequence[AccountBalance], banks: dict[str, str], at: str, through: str
) -> list[Row]:
    return [
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


def _total(accounts: Sequence[AccountBalance]) -> list[str | int | None]:
    debit = sum(one.debit_fen for one in accounts)
    credit = sum(one.credit_fen for one in accounts)
    return [gettext("Together"), None, None, debit, credit, debit - credit]
