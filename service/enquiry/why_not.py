"""What a resident does not receive, and why: each programme's words, put together from parts drawn once.

All of a rule set's programmes stand on everybody's page. Only which conditions were not met differs,
so what lies around them is drawn once a process, and a condition's words are too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from service.enquiry.answer import WhyNot
from service.web.frames import Frame, framed
from service.web.here import visit
from service.web.render import html


@dataclass(frozen=True)
class Why:
    """A programme that pays nothing, and whom to ask; what decided it is put in."""

    name: str
    is_known: bool
    """Whether the conditions could be checked; if not, the reasons are what is missing."""
    department: str
    code: str


def why_not(not_paid: Iterable[WhyNot], month: str) -> Markup:
    """Return the entries of a list, one a programme, in the language of the request."""
    language = visit().language
    whole = "".join([_entry(one, month, language) for one in not_paid])
    return Markup(whole)  # noqa: S704 - every part was drawn, and escaped, by a template


@lru_cache(maxsize=16_384)
def _entry(one: WhyNot, month: str, language: str) -> str:
    """Put together what everybody is shown of whom the same was decided; see :func:`~.answer._why_not`."""
    is_known = one.outcome != "unknown"
    if language == "zh":
        why = Why(one.name_zh, is_known, one.department_zh, one.programme)
        reasons = one.reasons_zh
    else:
        why, reasons = Why(one.name, is_known, one.department, one.programme), one.reasons
    before, after = _around(why, month, language).texts
    return "".join([before, *map(_reason, reasons), after])


@lru_cache(maxsize=8_192)
def _around(why: Why, month: str, _language: str) -> Frame:
    return framed("enquiry/why_not.html", ["reasons"], one=why, month=month)


@lru_cache(maxsize=8_192)
def _reason(words: str) -> str:
    return html("enquiry/reason.html", reason=words)
