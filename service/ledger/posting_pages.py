"""The postings behind a balance, and one entry with the payment, file and line it comes from."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from service.foundation.problems import NotFound
from service.ledger import queries, words
from service.ledger.asked import cut_of, link
from service.ledger.models import KINDS
from service.ledger.pages import tabs
from service.ledger.postings import Side, Wanted, walk, whole
from service.ledger.trace import Origin, origins
from service.officers.may import may, require
from service.officers.signed_in import SignedInOfficer
from service.web import filters
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Option, Row

router = APIRouter()


class PostingQuery(BaseModel):
    """What the address may say; ``after`` is where the walk goes on."""

    account: str = Field(default="", max_length=80)
    kind: str = Field(default="", max_length=40)
    programme: str = Field(default="", max_length=40)
    channel: str = Field(default="", max_length=40)
    since: str = Field(default="", max_length=10)
    at: str = Field(default="", max_length=32)
    through: str = Field(default="", max_length=10)
    after: str = Field(default="", max_length=20)


@router.get("/ledger/postings")
def show_postings(
    session: Transaction,
    officer: SignedInOfficer,
    query: Annotated[PostingQuery, Query()],
) -> Response:
    """The postings that make a balance, newest first."""
    require(officer, "ledger.read")
    asked = cut_of(query.at, query.through)
    first, faults = _day(query.since)
    account = query.account
    wanted = Wanted(
        account, query.kind, query.programme.strip(), query.channel, "", first, asked.cut
    )
    after = query.after
    before = int(after) if after.isascii() and after.isdecimal() and len(after) < 19 else None
    found = walk(session, wanted, before=before)
    banks = queries.channels(session)
    chosen = list(asked.chosen)
    if account:
        chosen.append((gettext("Account: %(account)s") % {"account": account}, "account"))
    return page(
        "ledger/postings.html",
        status=422 if asked.faults or faults else 200,
        tabs=tabs(),
        asked=asked,
        faults=[*asked.faults, *faults],
        chosen=chosen,
        query=query,
        kinds=[
            Option("", gettext("every account")),
            *(Option(one, words.kind(one)) for one in KINDS),
        ],
        banks=[
            Option("", gettext("every bank")),
            *(Option(one.code, one.name) for one in banks),
        ],
        columns=_columns(),
        rows=[_row(one) for one in found.sides],
        total=found.total,
        amount_fen=found.amount_fen,
        next=str(found.next or ""),
    )


@router.get("/ledger/entries/{entry_id}")
def show_entry(session: Transaction, officer: SignedInOfficer, entry_id: UUID) -> Response:
    """One entry: its sides, its two days, when we knew, and where it comes from."""
    require(officer, "ledger.read")
    found = whole(session, entry_id)
    if found is None:
        raise NotFound("entry")
    one = found.entry
    said = [
        (gettext("Event"), words.event(one.event_type)),
        (gettext("Booked on"), filters.day(one.booked_on)),
        (gettext("Value date"), filters.day(one.value_on or one.booked_on)),
        (gettext("Known since"), filters.moment(one.at)),
    ]
    if one.reason:
        said.append((gettext("Reason"), one.reason))
    related = [
        Link(text % {"number": other.number}, f"/ledger/entries/{other.id}")
        for text, other in (
            (gettext("It takes back entry %(number)s"), found.reverses),
            (gettext("It was taken back by entry %(number)s"), found.reversed_by),
        )
        if other is not None
    ]
    return page(
        "ledger/entry.html",
        one=one,
        title=gettext("Entry %(number)s") % {"number": one.number},
        crumbs=[Link(gettext("Ledger"), "/ledger"), Link(gettext("Postings"), "/ledger/postings")],
        said=said,
        related=related,
        side_columns=[
            Column(gettext("Ledger account")),
            Column(gettext("Debit"), "money", unit=gettext("yuan")),
            Column(gettext("Credit"), "money", unit=gettext("yuan")),
        ],
        sides=[_side(side) for side in found.sides],
        origin_columns=[
            Column(gettext("What")),
            Column(gettext("Which")),
            Column(gettext("Line")),
        ],
        may_reverse=may(officer, "ledger.ask") and not related,
        origins=[_origin(origin) for origin in origins(session, one)],
    )


def _day(text: str) -> tuple[date | None, list[Fault]]:
    try:
        return (date.fromisoformat(text) if text else None), []
    except ValueError:
        return None, [Fault(gettext("This is no day."), "since")]


def _columns() -> list[Column]:
    return [
        Column(gettext("Entry"), "code"),
        Column(gettext("Event")),
        Column(gettext("Ledger account")),
        Column(gettext("Amount"), "money", unit=gettext("yuan")),
        Column(gettext("Booked on"), "day"),
        Column(gettext("Value date"), "day"),
        Column(gettext("Known since"), "moment"),
    ]


def _row(one: Side) -> Row:
    entry = one.entry
    cells = (
        str(entry.number),
        words.event(entry.event_type),
        _account(one),
        one.posting.amount_fen,
        entry.booked_on,
        entry.value_on or entry.booked_on,
        entry.at,
    )
    return Row(cells, f"/ledger/entries/{entry.id}")


def _account(one: Side) -> str:
    account = one.account
    parts = [words.kind(account.kind)]
    parts += [account.channel] if account.channel else []
    parts += [words.programme(account.programme)] if account.programme else []
    parts += [account.fund_source] if account.fund_source else []
    return " · ".join(parts)


def _side(one: Side) -> Row:
    amount_fen = one.posting.amount_fen
    cells = (
        Link(_account(one), link("/ledger/postings", account=one.account.code)),
        amount_fen if amount_fen > 0 else None,
        -amount_fen if amount_fen < 0 else None,
    )
    return Row(cells)


def _origin(one: Origin) -> Row:
    kind = gettext(words.ORIGINS[one.kind]) if one.kind in words.ORIGINS else one.kind
    name = Link(one.name, one.href) if one.href else one.name
    return Row((kind, name, one.line or "—"))
