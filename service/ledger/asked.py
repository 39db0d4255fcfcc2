"""The cut as people ask for it in an address: a moment on the county's wall clock, a booking day."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from service.foundation import clock
from service.ledger.cut import Cut
from service.web import filters
from service.web.language import gettext
from service.web.view_models import Fault

AtMoment = Annotated[str, Query(max_length=32)]
ThroughDay = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True)
class Asked:
    """What was asked for, what could be read of it, and what not."""

    cut: Cut
    at: str = ""
    through: str = ""
    faults: list[Fault] = field(default_factory=list)
    chosen: list[tuple[str, str]] = field(default_factory=list)
    """(text, name) of what is in use, to be taken away again."""


def cut_of(at: str, through: str) -> Asked:
    """Read both words; what is no moment or no day is a fault, and then nothing is cut."""
    faults, chosen = [], []
    moment = day = None
    if at:
        try:
            moment = moment_of(at)
            chosen.append(
                (gettext("Known at %(moment)s") % {"moment": filters.moment(moment)}, "at")
            )
        except (ValueError, OverflowError):
            faults.append(Fault(gettext("This is no moment: give day and time."), "at"))
    if through:
        try:
            day = date.fromisoformat(through)
            chosen.append(
                (gettext("Booked through %(day)s") % {"day": filters.day(day)}, "through")
            )
        except ValueError:
            faults.append(Fault(gettext("This is no day."), "through"))
    return Asked(Cut(moment, day), at, through, faults, chosen)


def moment_of(text: str) -> datetime:
    """Return an instant; without an offset it is the county's time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


def link(path: str, **words: str) -> str:
    """Return an address with those words that are not empty."""
    said = urlencode({name: word for name, word in words.items() if word})
    return f"{path}?{said}" if said else path
