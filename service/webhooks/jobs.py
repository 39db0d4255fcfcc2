"""The job that sends what has just happened; what waits for its hour, the schedule finds."""

from sqlalchemy.orm import Session

from service.foundation import jobs
from service.webhooks.deliver import deliver_due
from service.webhooks.outbox import DELIVER


@jobs.job(DELIVER, queue="bank")
def deliver(session: Session) -> None:
    """Send what is due; each delivery is a transaction of its own. One job does it for all that wait."""
    jobs.take_over(session, DELIVER)
    deliver_due()
