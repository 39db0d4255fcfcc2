"""The display in the village hall: a round of leaves, each of which fits its screen and is read from afar.

What is long is told in turns: every round has the money, the notices and how to ask, and another
part of the names, of the programmes and of the proofs.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from service.enquiry.board.came_view import name_of
from service.enquiry.board.fit import leaves, lines_of, turned
from service.enquiry.board.fold import Shown
from service.enquiry.board.hanging import Hanging
from service.enquiry.board.view import Board
from service.notices.public_view import few, public_title, standing_tag
from service.notices.queries import named_lines, objected
from service.programmes.catalogue import rules
from service.web.filters import day, number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Bar, Tag

ROOM = 1500
"""How much a leaf holds, in hundredths of the height of its letters."""
_LINE, _ROW, _ITEM = 135, 45, 30
"""A line of words; what a row of a table, and an item of a list, takes beside its lines."""
_SUBSIDY, _HALF = 34, 38
"""Half-width letters in the column of subsidies, and in one of two columns of a list."""
_NAMES_A_LEAF, _NAME_LEAVES_A_TURN, _NAMES_MAX = 32, 2, 960
_MONTHS_IN_ONE = 7


@dataclass(frozen=True)
class Line:
    """A row of a leaf: what, how many, and how much or until when."""

    label: str
    count: str = ""
    value: str = ""
    tag: Tag | None = None
    share: int = 0
    """How long its bar is, in thousandths of the longest."""


@dataclass(frozen=True)
class Leaf:
    """One picture of the display; ``look`` says how it is drawn."""

    look: str
    title: str
    heads: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    note: str = ""


def round_of(session: Session, view: Board, today: date, turn: int, *, address: str) -> list[Leaf]:
    """Return the leaves of one round; ``address`` is where residents ask, as it is typed in."""
    return [
        *_money(view),
        _months(view.trend),
        *_notices(view.hanging, today),
        *_names(session, view.hanging, turn),
        *_programmes(view, turn),
        *_proofs(view, turn),
        _asking(address),
    ]


def _money(view: Board) -> list[Leaf]:
    if not view.told.rows:
        return []
    most = max(one.amount_fen for one in view.told.rows)

    def line(one: Shown) -> Line:
        share = 1000 * one.amount_fen // most
        return Line(name_of(one.programme), number(one.people), yuan(one.amount_fen), share=share)

    lines = [line(one) for one in view.told.rows]
    return [
        Leaf(
            "money",
            gettext("What came, by subsidy"),
            (gettext("Subsidy"), gettext("People"), gettext("Yuan")),
            some,
        )
        for some in leaves(lines, _high_of_row, ROOM)
    ]


def _months(trend: list[Bar]) -> Leaf:
    """Return the months from the first in which money came."""
    began = next((at for at, one in enumerate(trend) if one.value or at == len(trend) - 1), 0)
    shown = trend[began:]
    most = max((one.value for one in shown), default=0) or 1
    return Leaf(
        "months" if len(shown) > _MONTHS_IN_ONE else "money",
        gettext("Yuan that came in each month"),
        (gettext("Month"), "", gettext("Yuan")),
        [Line(one.label, "", one.shown, share=1000 * one.value // most) for one in shown],
    )


def _notices(hung: list[Hanging], today: date) -> list[Leaf]:
    title = gettext("Lists that hang now")
    if not hung:
        return [
            Leaf("words", title, words=[gettext("Nothing hangs for this village at the moment.")])
        ]
    lines = [
        Line(
            public_title(one.posted),
            _shown(one),
            gettext("until %(day)s") % {"day": day(one.posted.notice.ends_on)},
            standing_tag(one.posted, today),
        )
        for one in hung
    ]
    heads = (gettext("Subsidy"), gettext("People"), gettext("Last day"))
    note = gettext(
        "Is something wrong? Say so at the service hall of the township; nobody has to give a name."
    )
    return [
        Leaf("notices", title, heads, some, note=note)
        for some in leaves(lines, _high_of_row, ROOM - 2 * _LINE)
    ]


def _names(session: Session, hung: list[Hanging], turn: int) -> list[Leaf]:
    """Return the masked names of the lists, some in every round; no name of a line objected to."""
    found = []
    for one in hung:
        notice = one.posted.notice
        lines, _ = named_lines(session, notice, division=one.division, limit=_NAMES_MAX)
        out = objected(session, notice, [line.place for line in lines])
        names = [f"{line.place} {line.name_masked}" for line in lines if line.place not in out]
        found += [
            Leaf("names", public_title(one.posted), words=names[at : at + _NAMES_A_LEAF])
            for at in range(0, len(names), _NAMES_A_LEAF)
        ]
    some = [
        found[at : at + _NAME_LEAVES_A_TURN] for at in range(0, len(found), _NAME_LEAVES_A_TURN)
    ]
    return turned(some, turn)


def _programmes(view: Board, turn: int) -> list[Leaf]:
    chinese = visit().language == "zh"
    names = [
        one.names.zh if chinese else one.names.en
        for _, one in sorted(rules().programmes.items())
        if not one.sensitive
    ]
    title = gettext("%(count)s subsidies; %(itself)s of them come by themselves") % {
        "count": view.programmes,
        "itself": view.of_itself,
    }
    return _listed(title, names, turn)


def _proofs(view: Board, turn: int) -> list[Leaf]:
    title = gettext("%(count)s proofs that nobody needs from the village any more") % {
        "count": len(view.proofs)
    }
    return _listed(title, view.proofs, turn)


def _listed(title: str, words: list[str], turn: int) -> list[Leaf]:
    some = turned(leaves(words, _high_of_item, 2 * ROOM), turn)
    return [Leaf("list", title, words=some)] if some else []


def _asking(address: str) -> Leaf:
    return Leaf(
        "words",
        gettext("How to ask"),
        words=[
            gettext("Where your own money is, and why or why not: ask with your ID number, at"),
            address,
            gettext("The service hall of the township looks it up for whoever has no telephone."),
            gettext("Nobody has to fill in or stamp anything in the village for this."),
        ],
    )


def _shown(one: Hanging) -> str:
    if one.unnamed:
        return gettext("%(named)s and %(others)s without names") % {
            "named": number(one.named),
            "others": few(one.unnamed),
        }
    return number(one.named)


def _high_of_row(one: Line) -> int:
    return max(lines_of(one.label, _SUBSIDY), lines_of(one.count, 14)) * _LINE + _ROW


def _high_of_item(text: str) -> int:
    return lines_of(text, _HALF) * _LINE + _ITEM
