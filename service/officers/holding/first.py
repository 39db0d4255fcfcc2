"""Officers from the command line: the first administrators at once, everybody else's duties by two.

Who has the shell is one person. Until two security administrators are there, nobody could confirm
anything, so the first administrators are set up by the shell alone; afterwards it only asks.
"""

from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.officers.exclusions import refuse_exclusive
from service.officers.holding.grant import Wanted, keep_asked
from service.officers.holding.staff import join
from service.officers.models import Officer
from service.officers.register import register

ADMINISTRATORS = frozenset({"security_administrator", "system_administrator"})
_CONFIRMERS = 2
_SAID = "asked for on the command line 命令行提出"


def add_by_command(
    session: Session,
    *,
    username: str,
    name: str,
    organisation: str,
    duties: Sequence[str],
    password: str,
    by: Actor,
) -> tuple[Officer, list[str]]:
    """Add an officer; return him and the duties that wait until a security administrator confirms.

    Raises as `register` and `join`.
    """
    refuse_exclusive(duties)
    # One after the other, so that two shells do not both find the set-up open.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('officers.first', 0))"))
    who = {"username": username, "name": name, "organisation": organisation, "password": password}
    if set(duties) <= ADMINISTRATORS and is_first_set_up(session):
        return register(session, **who, duties=duties, by=by), []
    officer = join(session, **who, by=by)
    for duty in duties:
        keep_asked(session, officer, Wanted(duty), reason=_SAID, asked_by=None, by=by)
    return officer, list(duties)


def is_first_set_up(session: Session) -> bool:
    """Return whether there are not yet two security administrators who could confirm."""
    ever = session.scalar(
        select(func.count())
        .select_from(Officer)
        .where(Officer.active, Officer.duties.contains(["security_administrator"]))
    )
    return (ever or 0) < _CONFIRMERS
