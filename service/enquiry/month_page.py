"""The page of a month: what is the same for everybody drawn once a process, what is somebody's own put in.

A county asks for it by the hundred a second, and nine tenths of its text are about nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from service.enquiry.answer import Answer, Line
from service.enquiry.lookers import Look
from service.enquiry.sentence import month_sentence
from service.enquiry.why_not import why_not
from service.enquiry.words import state_tag
from service.foundation.months import Month
from service.web import filters
from service.web.frames import Frame, framed
from service.web.here import visit
from service.web.render import drawn
from service.web.view_models import Tag

_SHORT = 5
"""So many programmes are shown at once; sixty are a long way to the end of a telephone's page."""
_OPEN = ("sentence", "payments", "count", "not_paid", "looks", "read_at", "ending")


@dataclass(frozen=True)
class Said:
    """One payment: its name, its state in a word, and the sentence about it."""

    name: str
    tag: Tag
    sentence: str
    code: str
    proof: int
    """Its place among the programme's payments that a proof can be had for, from 1; 0: none."""


@dataclass(frozen=True)
class _Around:
    """All that the text around somebody's own follows from."""

    path: str
    query: str
    language: str
    large_text: bool
    month: str
    months: tuple[str, ...]
    length: str
    """Of the list of what is not received: none, short or long."""
    explained: bool
    is_paid: bool
    is_looked_at: bool


def month_page(said: Answer, months: list[str], looks: list[Look], read_at: datetime) -> Response:
    """Return the page in the language of the request."""
    here, month = visit(), said.month
    en, zh = month_sentence(month, said.lines)
    count = len(said.not_paid)
    around = _Around(
        here.path,
        here.query,
        here.language,
        here.large_text,
        month,
        tuple(months),
        ("short" if count <= _SHORT else "long") if count else "none",
        said.explained,
        bool(said.lines),
        bool(looks),
    )
    # An address that somebody made up is drawn for him, and not kept.
    frame = _frame if here.query in ("", f"month={month}") else _frame.__wrapped__
    whole = frame(around).filled(
        {
            "sentence": zh if here.language == "zh" else en,
            "payments": _payments(said) if around.is_paid else "",
            "count": str(count),
            "not_paid": why_not(said.not_paid, month),
            "looks": drawn("enquiry/looks.html", looks=looks) if around.is_looked_at else "",
            "read_at": filters.moment(read_at),
            "ending": drawn("enquiry/ending.html"),
        }
    )
    return HTMLResponse(whole)


@lru_cache(maxsize=512)
def _frame(around: _Around) -> Frame:
    return framed(
        "enquiry/payments.html",
        _OPEN,
        month=Month.parse(around.month),
        months=[(filters.month_name(Month.parse(one)), one) for one in around.months],
        length=around.length,
        explained=around.explained,
        is_paid=around.is_paid,
        is_looked_at=around.is_looked_at,
    )


def _payments(said: Answer) -> Markup:
    return drawn(
        "enquiry/payments_paid.html",
        payments=[_said(line) for line in said.lines],
        month=said.month,
        explained=said.explained,
    )


def _said(line: Line) -> Said:
    if visit().language == "zh":
        name, sentence = line.name_zh, line.sentence_zh
    else:
        name, sentence = line.name, line.sentence
    return Said(name, state_tag(line.state), sentence, line.programme, line.proof)
