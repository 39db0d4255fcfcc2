"""What the demo officers do with a month's batches, through the same functions as the pages."""

from collections.abc import Callable
from datetime import date, timedelta

from service.batches import queries
from service.batches.models import Batch
from service.batches.submit import NothingToPay, submit
from service.demo.chain import take_steps
from service.demo.staff import Staff
from service.demo.work import wait_for
from service.foundation.database import transaction
from service.notices.post import post
from service.signing.software import sign_with_software_key


def decide_month(
    month: str,
    staff: Staff,
    *,
    posted_on: date,
    days_longest: int,
    before_signing: Callable[[], None],
) -> date:
    """Submit, post, approve and sign every batch of a month that can go on; return the pay day.

    Every act is a transaction of its own, so that whatever interrupts it, the next call goes on
    where the last one stopped.
    """
    approved_on = posted_on + timedelta(days=days_longest)
    for batch_no in _in_states(month, "draft"):
        _submit(batch_no, staff, posted_on)
    for batch_no in _in_states(month, "frozen", "noticed"):
        with transaction() as session:
            batch = queries.locked_by_no(session, batch_no)
            if batch.state == "frozen":
                post(session, batch, on=posted_on, by=staff.maker.actor())
            take_steps(session, batch, staff, on=approved_on)
    wait_for("dispatch.prepare")
    before_signing()
    for batch_no in _in_states(month, "prepared"):
        with transaction() as session:
            batch = queries.locked_by_no(session, batch_no)
            sign_with_software_key(session, batch, by=staff.signer)
    return approved_on


def _submit(batch_no: str, staff: Staff, on: date) -> None:
    try:
        with transaction() as session:
            batch = queries.locked_by_no(session, batch_no)
            submit(session, batch, by=staff.maker)
            post(session, batch, on=on, by=staff.maker.actor())
    except NothingToPay:
        # Every line is held: the batch stays a draft, in front of its maker.
        return


def _in_states(month: str, *states: str) -> list[str]:
    with transaction() as session:
        return [
            batch.batch_no
            for batch in queries.of_month(session, month)
            if batch.state in states and batch.kind == "regular"
        ]


def batches_of(month: str) -> list[Batch]:
    """Return a month's batches as they are now."""
    with transaction() as session:
        return queries.of_month(session, month)
