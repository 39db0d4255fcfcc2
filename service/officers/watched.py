"""What is said of administrators and sign-ins where the service's health is looked at: counts, no names."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.holding.models import DutyGrant
from service.officers.models import Officer
from service.officers.queries import failures_of_all
from service.web.health.findings import Finding
from service.web.language import gettext, ngettext

_HOUR = timedelta(hours=1)
_MANY = 50


def look(session: Session) -> Sequence[Finding]:
    """Return whether two could confirm, what waits for them, and whether somebody guesses passwords."""
    return [_two(session), _asked(session), _refused(session)]


def _two(session: Session) -> Finding:
    count = session.scalar(
        select(func.count())
        .select_from(Officer)
        .where(Officer.active, Officer.duties.contains(["security_administrator"]))
    )
    enough = (count or 0) >= 2
    return Finding(
        "people.security_administrators",
        gettext("Security administrators"),
        "well" if enough else "wrong",
        ngettext("%(n)s is there.", "%(n)s are there.", count or 0) % {"n": count or 0},
        to_do=""
        if enough
        else gettext(
            "Two are needed: nobody confirms a duty alone. See “First day” in docs/operate.md."
        ),
        href="/officers",
    )


def _asked(session: Session) -> Finding:
    count, since = session.execute(
        select(func.count(), func.min(DutyGrant.asked_at)).where(DutyGrant.state == "asked")
    ).one()
    return Finding(
        "people.duties_asked",
        gettext("Duties"),
        "look" if count else "well",
        ngettext("%(n)s waits for a second person.", "%(n)s wait for a second person.", count)
        % {"n": count}
        if count
        else gettext("None waits for a second person."),
        since=since,
        to_do=gettext("Another security administrator confirms or refuses.") if count else "",
        href="/officers",
    )


def _refused(session: Session) -> Finding:
    count = failures_of_all(session, clock.now() - _HOUR)
    many = count >= _MANY
    return Finding(
        "people.sign_ins_refused",
        gettext("Sign-ins"),
        "look" if many else "well",
        ngettext(
            "%(n)s was refused in the last hour.", "%(n)s were refused in the last hour.", count
        )
        % {"n": count},
        to_do=gettext("Somebody may be guessing: see the sign-ins in the audit trail.")
        if many
        else "",
    )
