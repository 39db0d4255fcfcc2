"""How long a certificate still holds, as a finding."""

from datetime import datetime

from service.foundation import clock
from service.web.filters import long_day
from service.web.health.findings import Finding, State
from service.web.language import gettext, ngettext

_SOON_DAYS = 30


def days_left(code: str, title: str, ends_at: datetime, *, href: str = "") -> Finding:
    """Return that it is over, ends within a month, or holds."""
    days = (ends_at - clock.now()).days
    state: State = "wrong" if ends_at <= clock.now() else "look" if days <= _SOON_DAYS else "well"
    day = {"day": long_day(ends_at), "n": days}
    said = (
        gettext("It ended on %(day)s.") % day
        if state == "wrong"
        else ngettext(
            "It holds until %(day)s: %(n)s day more.",
            "It holds until %(day)s: %(n)s days more.",
            days,
        )
        % day
    )
    to_do = "" if state == "well" else gettext("Ask for a new one now, and have it put in place.")
    return Finding(code, title, state, said, since=None, to_do=to_do, href=href)
