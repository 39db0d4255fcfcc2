"""One page of a batch's lines, filtered by its address, and the same filters in words."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.batches import figures, queries, words
from service.batches.controls import BY_CODE
from service.batches.differences import words as differences
from service.batches.differences.own import own_townships
from service.batches.figures import Totals
from service.batches.lines_asked import Asked
from service.batches.models import Batch
from service.batches.walk import PARTS, Stretch
from service.foundation.money import fen_from_yuan
from service.officers.models import Officer
from service.residents.places.tree import names_of
from service.web.filters import ending, number, yuan
from service.web.language import gettext
from service.web.view_models import Column, Option, Row


@dataclass(frozen=True)
class LinesPart:
    """One page of a batch's lines, with what was asked for."""

    columns: list[Column]
    rows: list[Row]
    total: int
    is_more: bool
    caption: str
    """How many lines match, in words."""
    sums: Totals
    """Of the whole batch, as far as the officer sees it."""
    previous: str
    next: str
    """The places where the pages before and after lie; "" where there is none."""
    asked: Asked
    states: list[Option]
    controls: list[Option]
    places: list[Option]
    parts: list[Option]
    chosen: list[tuple[str, str]]


def lines_part(
    session: Session,
    batch: Batch,
    officer: Officer,
    asked: Asked,
    *,
    after: str = "",
    before: str = "",
) -> LinesPart:
    """Return one page of lines; names are masked by their column, of accounts the last four show."""
    wanted = asked.wanted(batch, officer)
    found, stretch = queries.lines(session, wanted, after=after, before=before)
    tails = queries.account_tails(session, [line.payment for line in found])
    every = Option("", gettext("all"))
    names = names_of(session, (one for one in own_townships(batch, officer) if one))
    return LinesPart(
        columns=[
            Column(gettext("Reference"), "code"),
            Column(gettext("Payee"), "name"),
            Column(gettext("Account")),
            Column(gettext("Period")),
            Column(gettext("State")),
            Column(gettext("Reason")),
            Column(gettext("Amount"), "money", gettext("yuan")),
        ],
        rows=[_line_row(batch, line, tails) for line in found],
        total=stretch.total,
        is_more=stretch.is_more,
        caption=_caption(stretch),
        sums=figures.totals(stretch.by_state),
        previous=stretch.previous,
        next=stretch.next,
        asked=asked,
        states=[every, *(Option(one, words.line_tag(one).text) for one in words.LINE_STATES)],
        controls=[every, *(Option(one, words.hold_label(one)) for one in BY_CODE)],
        places=[every, *(Option(code, name) for code, name in sorted(names.items()))],
        parts=[every, *(Option(one, differences.part(one)) for one in PARTS)],
        chosen=_chosen(asked, names),
    )


def _caption(stretch: Stretch) -> str:
    total = {"total": number(stretch.total)}
    if stretch.is_more:
        return gettext("more than %(total)s lines, held ones first") % total
    return gettext("%(total)s lines, held ones first") % total


def _chosen(asked: Asked, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return the filters in use, each with the name by which it is taken away again."""
    said = []
    if asked.state in words.LINE_STATES:
        said.append((words.line_tag(asked.state).text, "state"))
    if asked.control in BY_CODE:
        said.append((words.hold_label(asked.control), "control"))
    if asked.place:
        # Of a place that is none of the reader's nothing is told, not even what it is called.
        said.append((names.get(asked.place, asked.place), "place"))
    if asked.part in PARTS:
        said.append((differences.part(asked.part), "part"))
    for name, written, label in (
        ("least", asked.least, gettext("from %(amount)s yuan")),
        ("most", asked.most, gettext("up to %(amount)s yuan")),
    ):
        if written.strip():
            said.append((label % {"amount": yuan(fen_from_yuan(written.strip()))}, name))
    if asked.reference.strip():
        said.append((asked.reference.strip(), "reference"))
    return said


def _line_row(batch: Batch, line: queries.Line, tails: dict[int, str]) -> Row:
    payment = line.payment
    tone = words.line_tag(payment.state).tone
    reasons = gettext(", ").join(words.hold_label(one) for one in line.controls)
    return Row(
        [
            payment.reference,
            payment.payee_name,
            ending(tails.get(payment.account_id or 0)),
            _period(line),
            words.line_tag(payment.state),
            reasons or payment.result_reason,
            payment.amount_fen,
        ],
        href=f"/batches/{batch.batch_no}/lines/{payment.reference}",
        tone=tone if tone in ("warn", "bad") else "",
    )


def _period(line: queries.Line) -> str:
    payment = line.payment
    if payment.line_type == "regular":
        return payment.period
    kind = words.line_type(payment.line_type, is_office_late=line.is_office_late)
    return f"{payment.period} · {kind}"
