"""Sources are looked at when their turn comes, each for itself, and what came of it is written down."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.foundation import clock, jobs
from service.foundation.jobs import Job
from service.residents.intake.jobs import COLLECT, schedule_due
from service.residents.models import FeedSource
from service.worker import SCHEDULE, app
from tests.service.residents.intake.sources import Sources, deaths

pytestmark = pytest.mark.usefixtures("quick")


def schedule(sources: Sources) -> int:
    with sources.committed.transaction() as session:
        return schedule_due(session)


def drain() -> int:
    return jobs.drain(kinds=(COLLECT,))


def turn_back(session: Session, minutes: int) -> None:
    at = clock.now() - timedelta(minutes=minutes)
    session.execute(update(FeedSource).values(last_run_at=at))


def test_one_sources_failure_never_stops_the_others(
    sources: Sources, drop: Path, tmp_path: Path
) -> None:
    sources.register("folder", {"path": str(tmp_path / "a"), "every_minutes": 5}, code="a-broken")
    sources.register("folder", {"path": str(drop), "every_minutes": 5}, code="b-whole")
    sources.register("folder", {"path": str(tmp_path / "c"), "every_minutes": 5}, code="c-broken")
    (drop / "a.csv").write_bytes(deaths(1))
    assert schedule(sources) == 3
    assert drain() == 3
    outcomes = {}
    for code in ("a-broken", "b-whole", "c-broken"):
        said = sources.kept(code).last_outcome
        assert said is not None
        outcomes[code] = said["code"]
    assert outcomes == {"a-broken": "failed", "b-whole": "taken", "c-broken": "failed"}
    assert sources.records() == 1


def test_a_source_is_looked_at_once_a_turn(sources: Sources, drop: Path) -> None:
    sources.register("folder", {"path": str(drop), "every_minutes": 10})
    assert (schedule(sources), schedule(sources)) == (1, 1)
    assert drain() == 1
    assert schedule(sources) == 0
    with sources.committed.transaction() as session:
        turn_back(session, 9)
    assert schedule(sources) == 0
    with sources.committed.transaction() as session:
        turn_back(session, 10)
    assert schedule(sources) == 1
    assert drain() == 1


def test_sources_without_a_turn_are_left_to_people(sources: Sources, drop: Path) -> None:
    sources.folder(drop)
    sources.register("folder", {"path": str(drop), "every_minutes": 1}, code="gone")
    with sources.committed.transaction() as session:
        session.execute(update(FeedSource).where(FeedSource.code == "gone").values(active=False))
    assert schedule(sources) == 0


def test_a_source_deactivated_meanwhile_is_not_a_failed_job(sources: Sources, drop: Path) -> None:
    sources.register("folder", {"path": str(drop), "every_minutes": 1})
    schedule(sources)
    with sources.committed.transaction() as session:
        session.execute(update(FeedSource).values(active=False))
    assert drain() == 1


def test_a_look_that_kills_its_worker_is_said_and_does_not_end_the_source(
    sources: Sources, drop: Path
) -> None:
    sources.register("folder", {"path": str(drop), "every_minutes": 1})
    schedule(sources)
    with sources.committed.transaction() as session:
        # What three killed workers leave behind: tries that were counted and nothing else.
        session.execute(update(Job).values(attempts=3))
        job_id = session.scalars(select(Job.id)).one()
    assert not jobs.run(job_id)
    said = sources.kept("folder-1").last_outcome
    assert said is not None
    assert said["faults"] == {"source_unexpected": 1}
    with sources.committed.transaction() as session:
        turn_back(session, 1)
    assert schedule(sources) == 1
    assert drain() == 1


def test_old_looks_do_not_pile_up(sources: Sources, drop: Path) -> None:
    sources.register("folder", {"path": str(drop), "every_minutes": 1})
    schedule(sources)
    drain()
    with sources.committed.transaction() as session:
        session.execute(update(Job).values(finished_at=clock.now() - timedelta(days=3)))
        turn_back(session, 5)
    schedule(sources)
    with sources.committed.transaction() as session:
        assert [one.state for one in session.scalars(select(Job))] == ["queued"]


def test_the_schedule_asks_twice_a_minute_and_never_holds_up_the_banks() -> None:
    line = SCHEDULE["sources"]
    assert (line["schedule"], line["options"]["queue"]) == (30.0, "periodic")
    assert line["task"] in app.tasks
