"""The whole trail is verified every night; what came of it is kept, said, and begins again when cut off."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service import worker
from service.audit import health as audit_health
from service.audit.nightly import health, run
from service.audit.nightly.models import AuditVerification
from service.audit.nightly.queries import latest
from service.audit.nightly.run import (
    KIND,
    VerificationTooSlow,
    ask_for_nightly_verification,
    verify_whole,
)
from service.audit.standalone.classes import CHANGED
from service.audit.verify import live
from service.foundation import clock, jobs
from service.foundation.jobs import Job
from service.foundation.settings import settings
from tests.foundation.committed import Committed
from tests.service.audit.trail import ROUNDS, SIZE, at, verdict, write

NIGHT = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
"""Half past two in the county."""


def _said(committed: Committed) -> dict[str, object]:
    with committed.transaction() as session:
        audit_health.measure(session)
        return audit_health.summary(session)


def _kept(committed: Committed) -> list[AuditVerification]:
    with committed.transaction() as session:
        found = session.scalars(select(AuditVerification).order_by(AuditVerification.id)).all()
        session.expunge_all()
        return list(found)


def test_a_night_is_asked_for_once_and_its_verdict_is_kept_and_said(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(committed, *ROUNDS)
    assert _said(committed) == {}
    with monkeypatch.context() as patched:
        for moment, asked in ((NIGHT - timedelta(hours=1), 0), (NIGHT, 1), (NIGHT, 1)):
            patched.setattr(clock, "now", lambda moment=moment: moment)
            with committed.transaction() as session:
                ask_for_nightly_verification(session)
                assert session.scalar(select(func.count()).where(Job.kind == KIND)) == asked

    def killed(*_: object, **__: object) -> None:
        raise MemoryError

    # Cut off in the middle: nothing is kept, the job waits, and the next try begins at the first entry.
    with monkeypatch.context() as patched:
        patched.setattr(run, "verify", killed)
        with committed.transaction() as session:
            session.execute(update(Job).values(run_after=clock.now()))
        assert jobs.drain(kinds=(KIND,)) == 0
    assert _kept(committed) == []
    with committed.transaction() as session:
        session.execute(update(Job).values(run_after=clock.now()))
    assert jobs.drain(kinds=(KIND,)) == 1
    (good,) = _kept(committed)
    assert (good.verified, good.code, good.entries, good.checkpoints) == (
        True,
        0,
        SIZE,
        len(ROUNDS),
    )
    assert good.root == verdict(committed).root
    assert _said(committed) == {"verification": "ok"}
    for refused in (
        "UPDATE audit_verifications SET entries = 1",
        "DELETE FROM audit_verifications",
    ):
        with (
            psycopg.connect(committed.url) as connection,
            pytest.raises(psycopg.errors.CheckViolation),
        ):
            connection.execute(refused)

    committed.as_superuser(
        "UPDATE audit_verifications SET ended_at = ended_at - interval '49 hours'"
    )
    assert _said(committed) == {"status": "degraded", "verification": "late"}
    assert health.AGE.get() > 48 * 3600

    # A changed entry is found, kept with its place, and is no failure of the job.
    committed.as_superuser(
        f"UPDATE audit_entries SET canonical = canonical || ' '::bytea WHERE id = {at(5)}"
    )
    with committed.transaction() as session:
        jobs.enqueue(session, KIND, "again")
    assert jobs.drain(kinds=(KIND,)) == 1
    with committed.transaction() as session:
        bad = latest(session)
        assert bad is not None
        assert (bad.verified, bad.code, bad.first_bad) == (False, CHANGED, 5)
    said = _said(committed)
    assert (said["status"], said["verification"]) == ("degraded", "failed")
    assert (said["verification_code"], said["verification_first_bad"]) == (CHANGED, 5)
    assert health.FAILED.get() == 1


def test_it_goes_on_stretch_by_stretch_and_ends_when_its_time_is_over(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "AT_ONCE", 3)
    write(committed, *ROUNDS, 3, 1, 2)
    begun: list[int] = []
    true_verify = live.verify

    def watched(session: Session, **how: object) -> object:
        start = how["start"]
        begun.append(start.size if start else 0)  # type: ignore[attr-defined]
        return true_verify(session, **how)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(run, "verify", watched)
        with committed.transaction() as session:
            made = verify_whole(session, stretch=3)
    assert begun == [0, 3, 8, 14]
    assert (made.verified, made.entries) == (True, SIZE + 6)
    assert made.checkpoints == len(ROUNDS) + 3
    assert made.root == verdict(committed).root
    clocks: Iterator[float] = iter((0.0, 1.0, 4 * 3600.0 + 1))
    with committed.transaction() as session, pytest.raises(VerificationTooSlow) as slow:
        verify_whole(session, stretch=3, seconds=lambda: next(clocks))
    assert "up to entry 8 in 240 minutes" in str(slow.value)
    assert len(_kept(committed)) == 1


def test_the_workers_schedule_asks_for_both(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(committed, *ROUNDS)
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", "embedded")
    settings.cache_clear()
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    assert worker.SCHEDULE["look_after"]["task"] == worker.look_after_audit.name
    worker.look_after_audit()
    worker.look_after_audit()
    with committed.transaction() as session:
        kinds = session.scalars(select(Job.kind).order_by(Job.kind)).all()
    assert kinds == ["audit.take_anchor", KIND]
