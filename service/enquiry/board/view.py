"""What the board says, in the language of whoever reads it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.batches.words import programme_name
from service.enquiry.board.came import (
    MonthSum,
    by_month,
    by_programme,
    codes_of,
    last_month,
)
from service.enquiry.board.fold import Told, fold
from service.enquiry.board.hanging import Hanging, hanging
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.notices.public_view import FEW, few, public_title, standing_tag
from service.programmes.burden import Burden, burden
from service.programmes.catalogue import rules
from service.residents.models import Division
from service.residents.places.tree import current_of, path_of
from service.web.filters import day, month_name, number, yuan
from service.web.here import visit
from service.web.language import gettext, ngettext
from service.web.view_models import Bar, Column, Option, Row

MONTHS = 12


@dataclass(frozen=True)
class Board:
    """One village's board for one month."""

    code: str
    name: str
    township: str
    month: Month
    months: list[Option]
    sentence: str
    told: Told
    bars: list[Bar]
    """By programme; the bars are as long as the money is much."""
    trend: list[Bar]
    notice_columns: list[Column]
    notice_rows: list[Row]
    programmes: int
    of_itself: int
    """How many programmes pay without anybody applying."""
    proofs: list[str]
    """What nobody has to have stamped in the village any more."""
    forms_replaced: int


def village_of(session: Session, code: str) -> Division:
    """Return the village of today for a code, also an old one; raises NotFound."""
    one = session.get(Division, current_of(session, code))
    if one is None or one.level != "village":
        raise NotFound("village")
    return one


def board(session: Session, village: Division, today: date, chosen: str = "") -> Board:
    """Return the board; ``chosen`` is a month of the last twelve, the latest with money if not."""
    codes = codes_of(session, village)
    latest = last_month(session, codes, today)
    sums = by_month(session, codes, latest, MONTHS)
    month = Month.parse(chosen) if chosen in {one.month for one in sums} else latest
    told = fold(
        by_programme(session, codes, month),
        unnamed=[code for code, one in rules().programmes.items() if one.sensitive],
    )
    path = path_of(session, village.code)
    saved = burden(rules())
    return Board(
        code=village.code,
        name=village.name,
        township=path[-2] if len(path) > 1 else "",
        month=month,
        months=[
            Option(one.month, month_name(Month.parse(one.month)))
            for one in reversed(sums)
            if one.people
        ],
        sentence=sentence(told, month),
        told=told,
        bars=[_bar(one.programme, one.people, one.amount_fen) for one in told.rows],
        trend=[_month_bar(one) for one in sums],
        notice_columns=_notice_columns(),
        notice_rows=[_notice_row(one, today) for one in hanging(session, codes, today)],
        programmes=len(rules().programmes),
        of_itself=len(rules().programmes) - len(saved.applying),
        proofs=_proofs(saved),
        forms_replaced=saved.forms_replaced,
    )


def sentence(told: Told, month: Month) -> str:
    """Return how much came in a month, as one sentence."""
    when = month_name(month)
    if told.people is None:
        return gettext(
            "In %(month)s fewer than %(few)d people of this village had money; how much is not told, so that nobody is pointed at."
        ) % {"month": when, "few": FEW}
    if not told.people:
        return gettext("In %(month)s no subsidy reached this village.") % {"month": when}
    return ngettext(
        "In %(month)s %(people)s person of this village had %(amount)s yuan on the card.",
        "In %(month)s %(people)s people of this village had %(amount)s yuan on their cards.",
        told.people,
    ) % {"month": when, "people": number(told.people), "amount": yuan(told.amount_fen)}


def _bar(programme: str, people: int, amount_fen: int) -> Bar:
    name = programme_name(programme) if programme else gettext("The other subsidies together")
    label = ngettext("%(name)s, %(people)s person", "%(name)s, %(people)s people", people) % {
        "name": name,
        "people": number(people),
    }
    return Bar(label, amount_fen, yuan(amount_fen))


def _month_bar(one: MonthSum) -> Bar:
    name = month_name(Month.parse(one.month))
    if 0 < one.people < FEW:
        return Bar(name, 0, gettext("fewer than 5 people"))
    return Bar(name, one.amount_fen, yuan(one.amount_fen))


def _notice_columns() -> list[Column]:
    return [
        Column(gettext("Subsidy")),
        Column(gettext("Shown by name"), "number"),
        Column(gettext("Not shown by name")),
        Column(gettext("Last day")),
        Column(gettext("State")),
    ]


def _notice_row(one: Hanging, today: date) -> Row:
    notice = one.posted.notice
    return Row(
        [
            public_title(one.posted),
            one.named,
            few(one.unnamed),
            day(notice.ends_on),
            standing_tag(one.posted, today),
        ],
        href=f"/notices/{notice.number}?village={one.division}",
    )


def _proofs(saved: Burden) -> list[str]:
    chinese = visit().language == "zh"
    return [one.words.zh if chinese else one.words.en for one in saved.proofs if one.programmes]
