"""How what departments say is written for people: themes, values in their units, spans of time."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from service.foundation import clock, money
from service.residents.feeds import Column, Feed
from service.residents.record.facts import Version
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

THEMES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("residence", translatable("Registration and residence"),
     ("GA_HUKOU", "GA_MIG", "GA_IDHIST", "GA_EXIT", "GD_ELE")),
    ("life", translatable("Birth and death"),
     ("WJ_BIRTH", "GA_DEREG", "WJ_DEATH", "MZ_CREM", "FY_COURT")),
    ("family", translatable("Family"), ("MZ_MAR", "MZ_CHILD", "WJ_FP")),
    ("means", translatable("Assistance and means"),
     ("MZ_SA", "MZ_CHECK", "CZ_PAY", "SW_TAX", "GJJ", "SC_CO", "GA_VEH", "ZR_REAL", "JS_HOU")),
    ("care", translatable("Disability, health and care"),
     ("CL_CERT", "CL_SERV", "MZ_ELD", "WJ_PSY", "YB_INS")),
    ("work", translatable("Work, insurance and school"), ("RS_INS", "RS_JOB", "JY_STU", "JY_HE")),
    ("service", translatable("Service and honours"),
     ("TY_SERV", "TY_CONS", "TY_PREF", "GA_BRAVE", "ZZ_PTY")),
    ("land", translatable("Land, farming and forest"),
     ("NY_LAND", "NY_PLANT", "NY_MACH", "NY_VETR", "LY_FOR")),
    ("resettled", translatable("Disasters and resettlement"), ("SL_MIG", "ZR_GEO", "YJ_DIS")),
    ("custody", translatable("Custody"), ("SF_PRISON", "GA_DETAIN")),
    ("applied", translatable("Applications"), ("XZ_COLL",)),
)  # fmt: skip
"""(anchor, title, feeds) in the order of the page; feeds that stand nowhere come under "Other"."""
ELSEWHERE = ("RS_CARD", "BK_RET")
"""Feeds whose word has a part of the page of its own: accounts."""

_HOUSEHOLDS = {
    "hukou": translatable("Registered household"),
    "assist": translatable("Household living together"),
    "land": translatable("Contracting household"),
}
_VERDICTS: dict[str, tuple[str, Tone]] = {
    "match": (translatable("the bank confirms it"), "ok"),
    "mismatch": (translatable("the bank says it is somebody else's"), "bad"),
    "unavailable": (translatable("the bank could not say"), "warn"),
    "": (translatable("not verified"), "warn"),
}


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "yuan": lambda fen: f"{money.yuan(fen)} {gettext('yuan')}",
    "mu": lambda thousandths: f"{Decimal(thousandths) / 1000:f} {gettext('mu')}",
    "sqm": lambda hundredths: f"{Decimal(hundredths) / 100:f} m²",
    "index": lambda hundredths: f"{Decimal(hundredths) / 100:f}",
    "bool": lambda holds: gettext("yes") if holds else gettext("no"),
}


def value_of(column: Column, value: Any, places: Mapping[str, str]) -> str | None:
    """Return one value as people read it, None for an empty one; numbers in their usual units."""
    if value is None:
        return None
    if column.type == "code":
        return _word(column, value)
    if column.type == "division":
        return places.get(str(value), str(value))
    write = _WRITTEN.get(column.type, str)
    return write(value)


def _word(column: Column, value: Any) -> str:
    word = next((said for said, kept in column.codes.items() if kept == value), str(value))
    meaning = column.meanings.get(word)
    if visit().language == "zh" or meaning is None:
        return word
    return f"{word} ({meaning.en})"


def label_of(column: Column) -> str:
    """Return what a column is called: its header, in English with what it means."""
    return column.header if visit().language == "zh" else column.en


def name_of(feed: Feed) -> str:
    """Return what a feed is called."""
    return feed.zh if visit().language == "zh" else feed.en


def department_of(feed: Feed) -> str:
    """Return who delivers a feed."""
    return feed.department_zh if visit().language == "zh" else feed.department_en


def source_of(one: Version) -> str:
    """Return where a version comes from: department, file and row, day, when we knew, when it is true."""
    parts = [
        department_of(one.feed),
        gettext("%(file)s row %(row)s") % {"file": one.file_name, "row": one.row_no},
        gettext("data of %(day)s") % {"day": one.as_of.isoformat()},
        known_span(one.known_from, one.known_to),
    ]
    if one.true_from is not None or one.true_to is not None:
        parts.append(true_span(one.true_from, one.true_to))
    return " · ".join(parts)


def known_span(since: datetime, until: datetime | None) -> str:
    """Return from when to when we knew something."""
    start = clock.civil(since).date().isoformat()
    if until is None:
        return gettext("known since %(day)s") % {"day": start}
    return gettext("known %(day)s to %(end)s") % {
        "day": start,
        "end": clock.civil(until).date().isoformat(),
    }


def true_span(since: date | None, until: date | None) -> str:
    """Return from when to when something is true."""
    if since is None:
        return gettext("true until %(end)s") % {"end": until.isoformat() if until else "—"}
    if until is None:
        return gettext("true from %(day)s") % {"day": since.isoformat()}
    return gettext("true %(day)s to %(end)s") % {"day": since.isoformat(), "end": until.isoformat()}


def household(kind: str) -> str:
    """Return what a kind of household is called."""
    return gettext(_HOUSEHOLDS[kind])


def verdict_tag(verdict: str) -> Tag:
    """Return what the bank said about an account."""
    text, tone = _VERDICTS.get(verdict, (verdict, ""))
    return Tag(gettext(text), tone)
