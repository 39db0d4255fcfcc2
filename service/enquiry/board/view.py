"""What the board says, in the language of whoever reads it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.enquiry.board import came_view
from service.enquiry.board.aged import Age, age
from service.enquiry.board.came import by_programme, codes_of, last_closed, last_month
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
    age: Age
    told: Told
    came_columns: list[Column]
    came_rows: list[Row]
    """By programme, each with its twelve months as a line."""
    month_columns: list[Column]
    month_rows: list[Row]
    """The same numbers, by programme and month."""
    trend: list[Bar]
    hanging: list[Hanging]
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
    hidden = [code for code, one in rules().programmes.items() if one.sensitive]
    months = {
        one: fold(came, unnamed=hidden)
        for one, came in by_programme(session, codes, latest, MONTHS).items()
    }
    month = Month.parse(chosen) if chosen in months else latest
    told = months[str(month)]
    hung = hanging(session, codes, today)
    path = path_of(session, village.code)
    saved = burden(rules())
    return Board(
        code=village.code,
        name=village.name,
        township=path[-2] if len(path) > 1 else "",
        month=month,
        months=[
            Option(one, month_name(Month.parse(one)))
            for one in reversed(months)
            if months[one].people != 0
        ],
        sentence=sentence(told, month),
        age=age(last_closed(session), today),
        told=told,
        came_columns=came_view.columns(),
        came_rows=came_view.rows(told, months),
        month_columns=came_view.month_columns(),
        month_rows=came_view.month_rows(months),
        trend=[_month_bar(one, of) for one, of in months.items()],
        hanging=hung,
        notice_columns=_notice_columns(),
        notice_rows=[_notice_row(one, today) for one in hung],
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
        "In %(month)s, %(people)s person of this village had %(amount)s yuan on the card.",
        "In %(month)s, %(people)s people of this village had %(amount)s yuan on their cards.",
        told.people,
    ) % {"month": when, "people": number(told.people), "amount": yuan(told.amount_fen)}


def _month_bar(month: str, told: Told) -> Bar:
    name = month_name(Month.parse(month))
    if told.amount_fen is None:
        return Bar(name, 0, gettext("fewer than 5 people"))
    return Bar(name, told.amount_fen, yuan(told.amount_fen))


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
