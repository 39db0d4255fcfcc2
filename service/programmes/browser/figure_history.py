"""A dated figure of the law over time: as a table, and as a picture of steps."""

from dataclasses import dataclass
from datetime import date, timedelta

from eligibility_rules import Parameter
from eligibility_rules.parameters import DatedValue
from service.foundation import clock
from service.programmes import words
from service.programmes.figures import figure_text
from service.web.filters import day
from service.web.language import gettext
from service.web.view_models import Column, Row, Tone

WIDTH, HEIGHT = 1000, 100
_TAIL_DAYS = 180
"""How much of the time after its last change a picture shows at least."""


@dataclass(frozen=True)
class Step:
    """One value in the picture, from its day to the next one's; ``said`` is what it stands for."""

    x: int
    width: int
    height: int
    said: str
    tone: Tone


@dataclass(frozen=True)
class FigureHistory:
    """A figure with every value it ever had."""

    name: str
    label: str
    now: str
    steps: list[Step]
    ends: tuple[str, str]
    """The first and the last day of the picture."""
    rows: list[Row]


def history_columns() -> list[Column]:
    """Return the columns of a figure's values."""
    return [
        Column(gettext("Since"), "day"),
        Column(gettext("Until"), "day"),
        Column(gettext("Value")),
        Column(gettext("Evidence")),
        Column(gettext("Citation")),
    ]


def figure_history(parameter: Parameter, label: str) -> FigureHistory:
    """Return a figure's history, the newest value first in its table."""
    today = clock.today()
    values = parameter.history
    now = [one for one in values if one.effective <= today]
    first = values[0].effective if values else today
    last = max(today, (values[-1].effective if values else today) + timedelta(_TAIL_DAYS))
    return FigureHistory(
        name=parameter.name,
        label=label,
        now=figure_text(parameter, now[-1].value) if now else gettext("not published yet"),
        steps=[
            _step(parameter, one, until, first, last)
            for one, until in zip(values, _ends(values, last), strict=True)
        ],
        ends=(day(first), day(last)),
        rows=[
            _row(parameter, one, until)
            for one, until in reversed(list(zip(values, _untils(values), strict=True)))
        ],
    )


def _untils(values: tuple[DatedValue, ...]) -> list[date | None]:
    return [*(one.effective - timedelta(1) for one in values[1:]), None][: len(values)]


def _ends(values: tuple[DatedValue, ...], last: date) -> list[date]:
    return [*(one.effective for one in values[1:]), last][: len(values)]


def _step(parameter: Parameter, one: DatedValue, until: date, first: date, last: date) -> Step:
    most = max((abs(each.value) for each in parameter.history), default=0) or 1
    span = max((last - first).days, 1)
    x = WIDTH * (one.effective - first).days // span
    end = WIDTH * (until - first).days // span
    tag = words.evidence_tag(one.mark.evidence)
    return Step(
        x=x,
        width=max(end - x - 3, 2),
        height=max(HEIGHT * abs(one.value) // most, 1),
        said=f"{day(one.effective)}: {figure_text(parameter, one.value)} ({tag.text})",
        tone=tag.tone,
    )


def _row(parameter: Parameter, one: DatedValue, until: date | None) -> Row:
    remark = one.mark.remark
    return Row(
        [
            one.effective,
            until,
            figure_text(parameter, one.value),
            words.evidence_tag(one.mark.evidence),
            f"{one.citation} {remark}".strip() or None,
        ]
    )
