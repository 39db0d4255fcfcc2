"""Each night every standing query is a job of its own: one that is slow or broken stops no other."""

from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.officers.models import Officer
from service.oversight.standing.catalogue import BY_CODE, QUERIES
from service.oversight.standing.engine import keep, run_apart

KIND = "oversight.ask_standing_query"
FIRST_HOUR = 1
"""Not before one o'clock in the county: the day's closings are done by then."""


@job(KIND, attempts_max=3, queue="periodic")
def ask_standing_query(session: Session, query: str, officer: str = "", **_day: str) -> None:
    """Run one query, in an officer's name or the system's; one that is gone since is left out."""
    known = BY_CODE.get(query)
    if known is not None:
        asker = session.get(Officer, UUID(officer)) if officer else None
        keep(session, known, run_apart(known), by=asker.actor() if asker else SYSTEM)


def ask_for_nightly_look(session: Session) -> None:
    """Ask for tonight's run of every query; asking again the same night asks for nothing."""
    now = clock.civil(clock.now())
    if now.hour < FIRST_HOUR:
        return
    for query in QUERIES:
        enqueue(session, KIND, f"{now.date()}:{query.code}", query=query.code, day=now.date())
