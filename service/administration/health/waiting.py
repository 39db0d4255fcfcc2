"""What is out of order, in the work queue of whoever looks after the service: as the watch last kept it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.jobs.models import Heartbeat
from service.officers.may import may
from service.officers.models import Officer
from service.web.health.kept import TASK, red
from service.web.here import visit
from service.web.language import gettext
from service.web.queue import WaitingItem

QUIET = timedelta(minutes=5)
"""The watch looks each minute."""
_TOLD_ELSEWHERE = ("receivers.",)
"""Of these the stage itself says what waits."""


def out_of_order(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return a line for each thing that was out of order at the last look; none looks itself."""
    if not may(officer, "health.read"):
        return []
    lines = [
        WaitingItem(one.said.get(visit().language, one.code), 1, one.href, one.since)
        for one in red(session)
        if not one.code.startswith(_TOLD_ELSEWHERE)
    ]
    last = session.get(Heartbeat, TASK)
    if last is not None and clock.now() - last.at > QUIET:
        said = gettext("Nobody has looked at the service’s health since then: see to the workers")
        lines.append(WaitingItem(said, 1, "/health", last.at))
    return lines
