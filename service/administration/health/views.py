"""What the page Health shows of findings: words, tags and rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service.administration.health.given_up import GivenUp
from service.web.filters import moment
from service.web.health.findings import WORST_FIRST, Finding, Part, worst
from service.web.health.sentences import together
from service.web.language import gettext, ngettext, translatable
from service.web.view_models import Column, Link, Row, Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "well": (translatable("in order"), "ok"),
    "look": (translatable("needs a look"), "warn"),
    "wrong": (translatable("out of order"), "bad"),
    "off": (translatable("not set up"), ""),
}
_TONES: dict[str, Tone] = {"wrong": "bad", "look": "warn"}


@dataclass(frozen=True)
class Line:
    """One thing that was looked at, as its line says."""

    what: Link
    tag: Tag
    said: str
    when: str


def state_tag(state: str) -> Tag:
    """Return how something does as an adjective."""
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def whole_tag(parts: Iterable[Part]) -> Tag:
    """Return how the whole does: as its worst part."""
    return state_tag(worst(part.state for part in parts))


def headline(parts: Sequence[Part]) -> str:
    """Return in a sentence how many things were looked at and how many need somebody."""
    found = [one for part in parts for one in part.findings]
    wrong = sum(one.state == "wrong" for one in found)
    slow = sum(one.state == "look" for one in found)
    looked = ngettext(
        "%(n)s thing was looked at just now.", "%(n)s things were looked at just now.", len(found)
    ) % {"n": len(found)}
    if not wrong and not slow:
        return together((looked, gettext("Nothing needs anybody.")))
    said = gettext("%(wrong)s out of order, %(slow)s to look at.")
    return together((looked, said % {"wrong": wrong, "slow": slow}))


def needing_columns() -> list[Column]:
    """Return the columns of what needs somebody."""
    return [
        Column(gettext("What")),
        Column(gettext("State")),
        Column(gettext("How it is")),
        Column(gettext("Since when")),
        Column(gettext("What to do")),
    ]


def needing_rows(parts: Sequence[Part]) -> list[Row]:
    """Return what needs somebody, the worst first."""
    found = [(part, one) for part in parts for one in part.findings if one.state in _TONES]
    found.sort(key=lambda pair: WORST_FIRST.index(pair[1].state))
    return [_row(one, f"{part.title} · {one.title}") for part, one in found]


def part_lines(part: Part) -> list[Line]:
    """Return everything that was looked at of a part."""
    return [
        Line(
            Link(one.title, one.href),
            state_tag(one.state),
            one.said if one.state in _TONES else together((one.said, one.to_do)),
            moment(one.since) if one.since else "",
        )
        for one in part.findings
    ]


def _row(one: Finding, title: str) -> Row:
    return Row(
        (
            title,
            state_tag(one.state),
            one.said,
            moment(one.since) if one.since else None,
            one.to_do or None,
        ),
        href=one.href,
        tone=_TONES.get(one.state, ""),
    )


def given_up_columns() -> list[Column]:
    """Return the columns of the jobs that were given up."""
    return [
        Column(gettext("Job")),
        Column(gettext("About")),
        Column(gettext("What went wrong"), "code"),
        Column(gettext("Tries"), "number"),
        Column(gettext("Given up at"), "moment"),
    ]


def given_up_rows(found: Iterable[GivenUp]) -> list[Row]:
    """Return a row for each job that was given up."""
    return [Row((one.what, one.about, one.code, one.tries, one.at)) for one in found]
