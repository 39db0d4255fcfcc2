"""Samples in words: how one is drawn, how far it is, how a line stands, and what follows from it."""

from service.batches.words import programme_name
from service.foundation.months import Month
from service.oversight.samples.estimate import Estimate
from service.oversight.samples.queries import DrawnLine, Progress
from service.web import filters
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

METHODS = {
    "simple": translatable("Each line is as likely"),
    "stratified": translatable("Each township gives its share"),
    "money_unit": translatable("Each fen is as likely"),
}
STATES: dict[str, tuple[str, Tone]] = {
    "open": (translatable("to be judged"), "warn"),
    "asked": (translatable("evidence asked for"), "now"),
    "agrees": (translatable("right"), "ok"),
    "error": (translatable("wrong amount"), "bad"),
    "missing": (translatable("no evidence"), "bad"),
}
_PPM = 10_000


def population(programme: str, month: str, township: str) -> str:
    """Return what a sample is drawn from."""
    said = [programme_name(programme), filters.month_name(Month.parse(month)), township]
    return " · ".join(one for one in said if one)


def progress_tag(one: Progress) -> Tag:
    """Return how far a sample is."""
    if one.sample.seed is None:
        return Tag(gettext("to be drawn"), "warn")
    if one.is_whole:
        return Tag(gettext("done"), "ok")
    return Tag(gettext("under way"), "now")


def line_tag(one: DrawnLine) -> Tag:
    """Return how a drawn line stands."""
    said, tone = STATES[one.state]
    return Tag(gettext(said), tone)


def rate(ppm: int) -> str:
    """Return parts per million as per cent with two places."""
    return filters.percent((ppm + 50) // 100)


def conclusion(estimate: Estimate, *, is_whole: bool) -> str:
    """Return in one sentence what the judged lines say about all of them."""
    if not estimate.looked:
        return gettext("No line was judged yet; a sample says nothing before.")
    said = gettext(
        "%(wrong)s of %(looked)s lines judged are wrong: %(rate)s. With 95%% confidence the rate in everything "
        "that was paid lies between %(low)s and %(high)s."
    ) % {
        "wrong": filters.number(estimate.wrong),
        "looked": filters.number(estimate.looked),
        "rate": rate(estimate.wrong * 100 * _PPM // estimate.looked),
        "low": rate(estimate.rate_low_ppm),
        "high": rate(estimate.rate_high_ppm),
    }
    if is_whole:
        return said
    left = gettext("Not all drawn lines were judged yet, so this may still change.")
    return f"{said} {left}"
