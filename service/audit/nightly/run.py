"""Verify the whole trail once a night, a stretch of entries at a time, and keep the verdict.

A run that was killed leaves its job waiting and nothing kept: it begins again at the first entry,
because what it had verified stands nowhere that could be believed.
"""

import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from service.audit.log.waiting import mend
from service.audit.nightly.models import AuditVerification
from service.audit.standalone.tree import Tree
from service.audit.verify.live import verify
from service.audit.verify.rows import extent
from service.audit.verify.verdict import Verdict
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.foundation.settings import settings

KIND = "audit.verify_whole"
FIRST_HOUR = 2
"""Not before two o'clock in the county: the night's other looks began at one."""
STRETCH = 100_000
"""About so many entries between two looks at the time."""


class VerificationTooSlow(Problem):
    """The trail could not be verified within the time set."""

    code = "audit_verification_too_slow"
    status = 503
    title = "The audit trail was not verified to its end"

    def __init__(self, minutes: int, entries: int) -> None:
        super().__init__(
            f"The audit trail was verified up to entry {entries} in {minutes} minutes and then given up; "
            "raise ANXIN_AUDIT_VERIFY_MINUTES_MAX or see what slows the database.",
            f"{minutes} 分钟内仅核验到第 {entries} 条审计记录，已中止；请调高 ANXIN_AUDIT_VERIFY_MINUTES_MAX 或检查数据库。",
        )


def verify_whole(
    session: Session, *, stretch: int = STRETCH, seconds: Callable[[], float] = time.monotonic
) -> AuditVerification:
    """Verify everything there is, keep the verdict and return it; raises :class:`VerificationTooSlow`."""
    begun, minutes = clock.now(), settings().audit_verify_minutes_max
    deadline = seconds() + 60 * minutes
    # What somebody took out of the queue gets its place after all.
    mend(session)
    until, checkpoints = extent(session).leaves, 0
    start: Tree | None = None
    while True:
        done = start.size if start else 0
        is_last = until - done <= 2 * stretch
        verdict = verify(session, start=start, entries_max=None if is_last else stretch)
        checkpoints += verdict.checkpoints
        if is_last or not verdict.verified:
            return _kept(session, verdict, begun, checkpoints)
        if seconds() > deadline:
            raise VerificationTooSlow(minutes, verdict.entries)
        edge = verdict.edge
        start = Tree(verdict.entries, [edge[at : at + 32] for at in range(0, len(edge), 32)])


def ask_for_nightly_verification(session: Session) -> None:
    """Ask for tonight's verification; asking again the same night asks for nothing."""
    now = clock.civil(clock.now())
    if now.hour >= FIRST_HOUR:
        enqueue(session, KIND, str(now.date()))


def _given_up(session: Session, arguments: dict[str, object], code: str) -> None:
    del session, arguments
    logger("audit").error("verification.not_done", code=code)


@job(KIND, attempts_max=3, queue="periodic", on_failure=_given_up)
def verify_tonight(session: Session) -> None:
    """Verify the whole trail; that it does not hold is kept and said, and is no failure of the job."""
    verify_whole(session)


def _kept(
    session: Session, verdict: Verdict, begun: datetime, checkpoints: int
) -> AuditVerification:
    made = AuditVerification(
        begun_at=begun,
        ended_at=clock.now(),
        entries=verdict.entries,
        checkpoints=checkpoints,
        verified=verdict.verified,
        code=verdict.code,
        first_bad=verdict.first_bad,
        root=verdict.root,
    )
    session.add(made)
    session.flush()
    if not verdict.verified:
        logger("audit").error("verification.failed", code=verdict.code, first_bad=verdict.first_bad)
    return made
