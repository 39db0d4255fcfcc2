"""The job that looks for contradictions after imports: many that wait become one look."""

from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs import enqueue, job, take_over
from service.residents.tasks.look import look_at

KIND = "residents.look"


@job(KIND, attempts_max=3)
def look_after_import(session: Session, feed: str = "", **_delivery: str) -> None:
    """Look at what a delivery of a feed may have changed; without a feed, at everything.

    Whatever other looks wait are done with this one: an hour of imports asks for one look, not for
    one each. What else the job names (its delivery) only makes its key its own.
    """
    waiting = [feed, *(others.get("feed", "") for others in take_over(session, KIND))]
    everything = "" in waiting
    look_at(session, None if everything else set(waiting))


def ask_for_daily_look(session: Session) -> None:
    """Ask for today's look at everything: some contradictions come with time, not with data."""
    enqueue(session, KIND, f"daily {clock.today()}")
