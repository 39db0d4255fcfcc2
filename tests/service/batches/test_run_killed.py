"""A month's run killed at every stage and started again ends as one that nobody disturbed."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.app import create_app
from service.assessment.models import Assessment
from service.batches.models import Batch, MonthRun, Payment
from service.batches.stages import KINDS, stages
from service.foundation import clock, database, jobs
from service.foundation.engines import redis_url
from service.foundation.jobs import Job, wake
from service.officers.models import Officer, OfficerSession
from service.officers.sign_in import token_hash_of
from service.residents.models import Snapshot
from service.web import cookies
from tests.bank_adapters.banks import wait_until
from tests.factories.batches import channel
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed
from tests.service.batches import runners
from tests.service.dispatch import killing
from tests.service.residents.situations.offices import EVERYBODY, Offices
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.slow
MONTH, CHOSEN = "2026-10", ("MZ15", "MZ16")
WORDS = (MONTH, "--programmes", ",".join(CHOSEN))
LISTS = [f"{code}-{MONTH}-01" for code in CHOSEN]
FREEZE, ASSESS, BUILD = KINDS
DEATHS = (
    ("month_runs", None), ("snapshots", FREEZE),
    ("assessments", ASSESS), ("decisions", ASSESS), ("audit_entries", ASSESS),
)  # fmt: skip
"""Where a process dies: just before it writes to a table, while that kind of job is under way."""
MORE_DEATHS = (
    ("batches", BUILD), ("payments", BUILD), ("month_runs", BUILD), ("audit_entries", BUILD),
)  # fmt: skip


@pytest.fixture
def county(committed: Committed) -> Committed:
    """Four old people and one nobody can pay, known to every department; one bank pays."""
    with committed.transaction() as session:
        offices = Offices(session)
        for year in ("1938", "1940", "1942", "1920", "1931"):
            offices.resident(f"{year}-03-05")
        offices.deliver_about_others(*EVERYBODY)
        offices.deliver()
        channel("rural")
        OfficerFactory.create(username="maker.one", duties=["maker"])
    return committed


@pytest.fixture
def undisturbed(county: Committed, server_url: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of a copy of the county in which nobody is killed."""
    database.engine().dispose()
    name = f"test_{uuid4().hex}"
    home = tmp_path / "undisturbed"
    shutil.copytree(county.data_dir, home)
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        source = county.url.rpartition("/")[2]
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {source}".encode())
        yield {
            **killing.environment(),
            "ANXIN_DATABASE_URL": f"{server_url}/{name}",
            "ANXIN_DATA_DIR": str(home),
        }
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _start(context: ForkServerContext, settings: dict[str, str] | None = None) -> BaseProcess:
    begun, tell = context.Pipe(duplex=False)
    process = context.Process(
        target=runners.run_month, args=(settings or killing.environment(), WORDS, tell)
    )
    process.start()
    assert begun.poll(killing.BEGIN_SECONDS_MAX), "it never began"
    return process


def _ended(process: BaseProcess) -> int | None:
    process.join(runners.PATIENCE_SECONDS)
    return process.exitcode


def _die_at(context: ForkServerContext, county: Committed, table: str) -> None:
    with runners.stopped_at(county.url, table):
        process = _start(context)
        runners.wait_for_writer(county.url, table)
        assert killing.kill(process, 0.0)


def _browser(county: Committed) -> Browser:
    with county.transaction() as session:
        officer = session.scalars(select(Officer).where(Officer.username == "maker.one")).one()
        at = clock.now()
        session.add(
            OfficerSession(
                officer_id=officer.id, token_hash=token_hash_of("a"), started_at=at, seen_at=at
            )
        )
    browser = Browser(create_app(), headers={"accept-language": "zh-CN"}, follow_redirects=False)
    browser.cookies.set(cookies.SESSION, "a")
    return browser


def _last(session: Session) -> MonthRun | None:
    return session.scalars(select(MonthRun).order_by(MonthRun.requested_at.desc())).first()


def _progress_is_true(county: Committed, browser: Browser, under_way: str | None) -> None:
    """What is said to be done is there, committed; what is under way is not said to be done."""
    page = browser.get(f"/months/{MONTH}", headers={"x-fragment": "run"}).text
    with county.transaction() as session:
        run = _last(session)
        there = [
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Snapshot, Assessment, Batch)
        ]
        if run is None:
            assert under_way is None
            assert there == [0, 0, 0]
            assert "<progress" not in page
            return
        said = {one.kind: one for one in stages(session, run)}
        over = [one.is_over and not one.states["failed"] for one in said.values()]
        assert over[:2] == [bool(one) for one in there[:2]][: len(over)]
        assert said[BUILD].states["done"] == there[2]
        if run.finished_at is None:
            assert said[under_way or FREEZE].states["queued"]
            shown = re.search(r'<progress[^>]* value="(\d+)" max="(\d+)"', page)
            assert shown is not None
            assert (int(shown[1]), int(shown[2])) == (sum(there), 2 + len(CHOSEN))


def test_killed_at_every_stage_it_ends_as_if_nobody_had_killed_it(
    county: Committed, undisturbed: dict[str, str]
) -> None:
    browser = _browser(county)
    with killing.warm(runners.__name__) as context:
        whole = _start(context, undisturbed)
        for table, under_way in DEATHS:
            _die_at(context, county, table)
            _progress_is_true(county, browser, under_way)
        # Three processes died over one stage. The fourth says so instead of dying of it, too.
        assert _ended(_start(context)) == 1
        page = browser.get(f"/months/{MONTH}").text
        assert "<progress" not in page
        assert f'action="/months/{MONTH}"' in page
        with county.transaction() as session:
            run = _last(session)
            assert run is not None
            assert (run.stage, run.problem) == ("failed", "worker_lost")
        for table, under_way in MORE_DEATHS:
            _die_at(context, county, table)
            _progress_is_true(county, browser, under_way)
        # Pressed by two at the same moment: one goes on with it, the other watches.
        with runners.pressed_together(county.url, MONTH, 2):
            both = [_start(context), _start(context)]
        assert [_ended(one) for one in both] == [0, 0]
        assert _ended(whole) == 0
        left = runners.left_by(county.url)
        assert left == runners.left_by(undisturbed["ANXIN_DATABASE_URL"])
        assert _ended(_start(context)) == 0
        assert runners.left_by(county.url) == left, "pressed once more it found something to add"
    _paid_once(county)
    browser.close()


def _paid_once(county: Committed) -> None:
    with county.transaction() as session:
        numbers = session.scalars(select(Batch.batch_no).order_by(Batch.batch_no)).all()
        assert numbers == LISTS
        lines = session.execute(select(Payment.programme, Payment.subject_id))
        paid = Counter((programme, subject_id) for programme, subject_id in lines)
        assert len(paid) >= 5
        assert set(paid.values()) == {1}


def test_a_worker_killed_over_what_the_page_asked_for_is_followed_by_another(
    county: Committed, undisturbed: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "_listening", True)
    redis_url()  # starts the queue, so that workers find one
    browser, home = _browser(county), f"/months/{MONTH}"
    ask = {"codes": list(CHOSEN), "take": "ticked"}
    with killing.warm(runners.__name__, "service.worker") as context:
        whole = _start(context, undisturbed)
        with runners.stopped_at(county.url, "payments"):
            worker = killing.started(context, runners.work_for_queue, ())
            for _ in range(2):
                answer = browser.submit(f"{home}/run", ask)
                assert (answer.status_code, answer.headers["location"]) == (303, home)
            runners.wait_for_writer(county.url, "payments")
            assert killing.kill(worker, 0.0)
        _progress_is_true(county, browser, BUILD)
        worker = killing.started(context, runners.work_for_queue, ())
        wait_until(lambda: _swept(county))
        worker.kill()
        worker.join()
        assert _ended(whole) == 0
    assert runners.left_by(county.url) == runners.left_by(undisturbed["ANXIN_DATABASE_URL"])
    _paid_once(county)
    with county.transaction() as session:
        assert session.scalar(select(func.count()).select_from(MonthRun)) == 1
        tried = select(func.max(Job.attempts)).where(Job.kind == BUILD)
        assert session.scalar(tried) == 2
    last = browser.get(home, headers={"x-fragment": "run"})
    assert last.status_code == 286, "the page goes on asking"
    browser.close()
    wake.celery_app().close()


def _swept(county: Committed) -> bool:
    """Look, as the clock does every five seconds, for messages that were lost; whether all is done."""
    with county.transaction() as session:
        jobs.sweep(session)
        run = _last(session)
        return run is not None and run.finished_at is not None
