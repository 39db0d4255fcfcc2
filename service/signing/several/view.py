"""What the pages of several lists show."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import figures, queries, words
from service.batches.about import batches_seen_by
from service.batches.differences.own import own_comparison
from service.batches.history import officer_names
from service.batches.models import Batch
from service.foundation.money import FEN_MAX, capitals
from service.foundation.months import Month
from service.officers.models import Officer
from service.signing.several.api import SeveralOutcome
from service.signing.several.look import Looked, SeveralAct
from service.web.filters import month_name, number, yuan
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.view_models import Column, Figure, Row

_TITLES: dict[SeveralAct, str] = {
    "submit": translatable("Submit several lists"),
    "approve": translatable("Approve several lists"),
    "return": translatable("Return several lists"),
}
_DONE: dict[SeveralAct, str] = {
    "submit": translatable("Submitted for review"),
    "approve": translatable("Approved"),
    "return": translatable("Returned to the maker"),
}


@dataclass(frozen=True)
class LookPage:
    """Several lists before anything is done to them."""

    act: SeveralAct
    title: str
    figures: list[Figure]
    button: str
    question: str
    moving_caption: str
    columns: list[Column]
    moving: list[Row]
    footer: list[str | int | None]
    marks: list[str]
    """Each moving list with the mark of what is shown."""
    staying_caption: str
    staying_columns: list[Column]
    staying: list[Row]


@dataclass(frozen=True)
class DonePage:
    """Several lists after it was tried."""

    title: str
    lead: str
    figures: list[Figure]
    done_caption: str
    columns: list[Column]
    done: list[Row]
    refused_caption: str
    refused_columns: list[Column]
    refused: list[Row]


def look_page(
    session: Session, act: SeveralAct, found: Sequence[Looked], officer: Officer
) -> LookPage:
    """Return what an act would do to each list, those that would move first."""
    moving = [(one, one.batch) for one in found if one.moves and one.batch is not None]
    staying = [one for one in found if not one.moves]
    makers = {batch.id: queries.maker_of(session, batch) for _, batch in moving}
    named = officer_names(session, {one for one in makers.values() if one})
    lines = sum(one.sums.payable for one, _ in moving)
    fen = sum(one.sums.payable_fen for one, _ in moving)
    said = {"lists": number(len(moving)), "lines": number(lines), "amount": yuan(fen)}
    return LookPage(
        act=act,
        title=gettext(_TITLES[act]),
        figures=_figures(len(moving), lines, fen, len(staying)),
        button=_button(act, len(moving)) % said,
        question=ngettext(
            "%(lists)s list with %(lines)s lines, %(amount)s yuan.",
            "%(lists)s lists with %(lines)s lines, %(amount)s yuan: each moves by itself.",
            len(moving),
        )
        % said,
        moving_caption=gettext("What moves"),
        columns=_columns(),
        moving=[
            _row(batch, one, named.get(str(makers[batch.id]), "").partition(" · ")[0], officer) for one, batch in moving
        ],
        footer=[gettext("Total"), *[None] * 3, sum(one.sums.held for one, _ in moving), lines, fen, None],
        marks=[f"{one.batch_no} {one.mark}" for one, _ in moving],
        staying_caption=gettext("What stays as it is, and why"),
        staying_columns=_why_columns(),
        staying=[_why(one.batch_no, one.batch, one.refused) for one in staying],
    )  # fmt: skip


def done_page(session: Session, outcome: SeveralOutcome, officer: Officer) -> DonePage:
    """Return what became of each list, and how it stands now."""
    query = select(Batch).where(
        Batch.batch_no.in_([one.batch_no for one in outcome.lists]), batches_seen_by(officer)
    )
    seen = {batch.batch_no: batch for batch in session.scalars(query)}
    totals = figures.totals_of(session, [batch.id for batch in seen.values()], officer)
    done = [seen[one.batch_no] for one in outcome.lists if one.done and one.batch_no in seen]
    refused = [one for one in outcome.lists if not one.done]
    is_zh = visit().language == "zh"
    lines = sum(totals[one.id].payable for one in done)
    fen = sum(totals[one.id].payable_fen for one in done)
    return DonePage(
        title=gettext(_TITLES[outcome.act]),
        lead=gettext("%(done)s done, %(refused)s not; each list has its own entry in the trail.")
        % {"done": number(len(done)), "refused": number(len(refused))},
        figures=_figures(len(done), lines, fen, len(refused)),
        done_caption=gettext(_DONE[outcome.act]),
        columns=[
            *_which_columns(),
            Column(gettext("State now")),
            Column(gettext("Lines"), "number"),
            Column(gettext("To pay"), "money", gettext("yuan")),
        ],
        done=[
            Row(
                [*_which(one), words.batch_tag(one.state), totals[one.id].payable,
                 totals[one.id].payable_fen],
                f"/batches/{one.batch_no}",
            )
            for one in done
        ],
        refused_caption=gettext("Not done, and why"),
        refused_columns=_why_columns(),
        refused=[
            _why(one.batch_no, seen.get(one.batch_no), one.detail_zh if is_zh else one.detail)
            for one in refused
        ],
    )  # fmt: skip


def _figures(lists: int, lines: int, fen: int, staying: int) -> list[Figure]:
    written = capitals(fen) if fen < FEN_MAX else ""
    return [
        Figure(gettext("Lists"), number(lists)),
        Figure(gettext("Lines"), number(lines)),
        Figure(gettext("To pay"), yuan(fen), gettext("yuan"), written),
        Figure(gettext("Stay as they are"), number(staying), tone="warn" if staying else ""),
    ]


def _button(act: SeveralAct, lists: int) -> str:
    if act == "submit":
        one = ngettext(
            "Submit %(lists)s list, %(amount)s yuan",
            "Submit %(lists)s lists, %(amount)s yuan",
            lists,
        )
    elif act == "approve":
        one = ngettext(
            "Approve %(lists)s list, %(amount)s yuan",
            "Approve %(lists)s lists, %(amount)s yuan",
            lists,
        )
    else:
        one = ngettext(
            "Return %(lists)s list to its maker", "Return %(lists)s lists to their makers", lists
        )
    return one


def _which_columns() -> list[Column]:
    return [Column(gettext("Programme")), Column(gettext("Batch"), "code")]


def _columns() -> list[Column]:
    return [
        *_which_columns(),
        Column(gettext("Month")),
        Column(gettext("Submitted by")),
        Column(gettext("Held"), "number"),
        Column(gettext("Lines"), "number"),
        Column(gettext("To pay"), "money", gettext("yuan")),
        Column(gettext("More or less than last month"), "money", gettext("yuan")),
    ]


def _why_columns() -> list[Column]:
    return [*_which_columns(), Column(gettext("State")), Column(gettext("Why"))]


def _which(batch: Batch) -> tuple[str, str]:
    return words.programme_name(batch.programme), batch.batch_no


def _row(batch: Batch, one: Looked, maker: str, officer: Officer) -> Row:
    # What is issued again is no new money: the month's sum says nothing about it.
    terms = {} if batch.kind == "reissue" else own_comparison(batch, officer)
    differs = terms["this"]["amount_fen"] - terms["last"]["amount_fen"] if terms else None
    return Row(
        [
            *_which(batch),
            month_name(Month.parse(batch.month)),
            maker or None,
            one.sums.held,
            one.sums.payable,
            one.sums.payable_fen,
            differs,
        ],
        f"/batches/{batch.batch_no}/decide",
    )


def _why(batch_no: str, batch: Batch | None, why: str) -> Row:
    if batch is None:
        return Row([None, batch_no, None, why])
    href = f"/batches/{batch.batch_no}/decide"
    return Row([*_which(batch), words.batch_tag(batch.state), why], href)
