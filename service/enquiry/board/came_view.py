"""What came, by programme and month, as tables: each programme with a line as small as a word."""

from collections.abc import Mapping

from service.batches.words import programme_name
from service.enquiry.board.fold import Shown, Told
from service.foundation.months import Month
from service.web.filters import month_name, yuan
from service.web.language import gettext
from service.web.pictures.tiles import spark
from service.web.view_models import Column, Row, Spark


def name_of(programme: str) -> str:
    """Return a row's name; the programmes that are told together have one of their own."""
    return programme_name(programme) if programme else gettext("The other subsidies together")


def columns() -> list[Column]:
    return [
        Column(gettext("Subsidy")),
        Column(gettext("People"), "number"),
        Column(gettext("Amount"), "money", gettext("yuan")),
        Column(gettext("Last twelve months")),
    ]


def rows(told: Told, months: Mapping[str, Told]) -> list[Row]:
    """Return one month's rows, the most money first, with what each month tells of the programme."""
    return [
        Row(
            [name_of(one.programme), one.people, one.amount_fen, _spark(one, months)],
            href=f"/programmes/{one.programme}" if one.programme else "",
        )
        for one in told.rows
    ]


def month_columns() -> list[Column]:
    return [
        Column(gettext("Month")),
        Column(gettext("Subsidy")),
        Column(gettext("People"), "number"),
        Column(gettext("Amount"), "money", gettext("yuan")),
    ]


def month_rows(months: Mapping[str, Told]) -> list[Row]:
    """Return everything that is told, the newest month first."""
    return [
        Row([month, name_of(one.programme), one.people, one.amount_fen])
        for month in reversed(list(months))
        for one in months[month].rows
    ]


def _spark(row: Shown, months: Mapping[str, Told]) -> Spark:
    """Draw a programme's months. One in which it is among the others is drawn as nothing: the line
    says no more than the rows of that month do."""
    values = [
        next((one.amount_fen for one in told.rows if one.programme == row.programme), 0)
        for told in months.values()
    ]
    seen = [index for index, value in enumerate(values) if value]
    first, last = (month_name(Month.parse(list(months)[at])) for at in (seen[0], seen[-1]))
    said = gettext(
        "%(first)s to %(last)s: told apart in %(count)s months, at most %(most)s yuan"
    ) % {
        "first": first,
        "last": last,
        "count": len(seen),
        "most": yuan(max(values)),
    }
    return spark(values, said)
