"""A programme's trend as pictures, in the language of whoever reads its guide."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.enquiry.boards.models import BoardsCount
from service.foundation.months import Month
from service.programmes.guide.came import Came
from service.web.filters import month_name, number, yuan
from service.web.language import gettext, ngettext
from service.web.pictures.about import About
from service.web.pictures.trend import Series, trend
from service.web.view_models import Picture

MONTHS = 12


def months_of(session: Session, programme: str) -> list[BoardsCount]:
    """Return what is told of a programme in the last twelve months counted, the oldest first."""
    latest = session.scalar(select(func.max(BoardsCount.month)))
    if latest is None:
        return []
    return list(
        session.scalars(
            select(BoardsCount)
            .where(
                BoardsCount.programme == programme,
                BoardsCount.month >= str(Month.parse(latest).minus(MONTHS - 1)),
            )
            .order_by(BoardsCount.month)
        )
    )


def came_of(session: Session, programme: str) -> Came | None:
    """Return the trend of a programme; None where nothing is told of it."""
    found = months_of(session, programme)
    if not found:
        return None
    latest = session.scalar(select(func.max(BoardsCount.month))) or found[-1].month
    span = _span(found[0].month, latest)
    pictures = []
    if len(found) > 1:
        pictures = [
            _picture(
                About("came-money", gettext("Money by month"), gettext("yuan"), "money"),
                span,
                {one.month: one.amount_fen for one in found},
            ),
            _picture(
                About("came-people", gettext("People by month"), gettext("people")),
                span,
                {one.month: one.people for one in found},
            ),
        ]
    last = found[-1]
    said = ngettext(
        "In %(month)s at least %(people)s person had %(amount)s yuan of it on the card.",
        "In %(month)s at least %(people)s people had %(amount)s yuan of it on their cards.",
        last.people,
    ) % {
        "month": month_name(Month.parse(last.month)),
        "people": number(last.people),
        "amount": yuan(last.amount_fen),
    }
    return Came(said, pictures)


def _picture(about: About, span: list[str], told: dict[str, int]) -> Picture:
    """Return a line with gaps; its table has only the months that are told."""
    drawn = trend(about, span, [Series(about.title, [told.get(month) for month in span])])
    rows = [row for month, row in zip(span, drawn.rows, strict=True) if month in told]
    # One line needs no number at its end.
    words = [one for one in drawn.words if one.look != "s1"]
    return replace(drawn, rows=rows, words=words, signs=())


def _span(first: str, last: str) -> list[str]:
    begin, end = Month.parse(first), Month.parse(last)
    count = (end.year - begin.year) * 12 + end.month - begin.month
    return [str(end.minus(back)) for back in range(count, -1, -1)]
