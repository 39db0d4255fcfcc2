"""A look back from real files: frozen as known now, assessed by the rules, mended by jobs."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service import cli
from service.assessment.models import Assessment, Decision
from service.audit.actor import SYSTEM
from service.batches.mending import run as running
from service.batches.mending.models import MendRun
from service.batches.mending.run import KINDS, NothingBehind, look_back
from service.batches.recoveries.models import RecoveryCase, RecoveryItem
from service.foundation import clock, jobs
from service.foundation.jobs import Job
from service.foundation.months import Month
from service.foundation.problems import NotFound
from tests.factories import residents
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.foundation.committed import Committed
from tests.service.batches.paid_town import OCTOBER, PAST, Town

TODAY = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)


@pytest.fixture
def town(committed: Committed) -> Iterator[Town]:
    with time_machine.travel(TODAY, tick=True):
        yield Town(committed)


def test_late_files_mend_exactly_the_months_they_are_about(town: Town) -> None:
    """By the files and the rules: who died, who moved away, and what depends on another decision.

    Situation 2: the month of death stays paid. A mover is due the months before. Whoever turns out
    to receive no elder-care subsidy is due care for the disabled for the same months.
    """
    offices = town.offices
    died, moved, elder = (offices.resident(f"194{n}-03-03") for n in range(3))
    offices.says("CL_CERT", elder, grade="一级", expires_on="2033-01-01", status="正常")
    offices.says(
        "MZ_ELD", elder, selfcare="完全不能", assessed_on="2026-01-05", valid_to="2028-01-05"
    )
    offices.says(
        "MZ_CHECK", elder, income_pc_fen="900", monthly_income_fen="0", authorised="是",
        refused_check="否", report_date="2026-01-01",
    )  # fmt: skip
    for code in ("MZ09", "MZ17"):
        said = {"programme": code, "apply_date": "2026-06-05", "approve_date": "2026-06-20"}
        offices.says("XZ_COLL", elder, **said)
    town.pay("MZ15", "MZ17", "MZ09")
    assert [line[0] for line in town.lines("regular")] == ["MZ15"] * 6 + ["MZ17"] * 2
    offices.says("WJ_DEATH", died, death_date="2026-08-20")
    offices.says("MZ_CREM", died, death_date="2026-08-20", cremated_on="2026-08-21")
    offices.says(
        "GA_MIG", moved, moved_on="2026-08-10", from_division="330523100200",
        to_division="330522100200",
    )  # fmt: skip
    late = {"programme": "MZ17", "apply_date": "2026-06-05", "approve_date": "2026-08-20"}
    offices.says("XZ_COLL", elder, **late)
    town.deliver()
    town.look_back()
    asked = [("MZ15", "2026-09", 6_000), ("MZ15", "2026-09", 6_000)]
    assert town.asked()[:2] == asked
    assert [line[:2] for line in town.asked()[2:]] == [("MZ17", "2026-08")]
    assert town.lines("arrears") == [("MZ09", "2026-08", 50_000)]
    with town.committed.transaction() as session:
        run = session.scalars(select(MendRun)).one()
        assert (run.stage, run.since, run.problem) == ("mended", "2026-08", None)
        kept = session.scalars(
            select(Decision).join(RecoveryItem, RecoveryItem.decision_id == Decision.id)
        ).all()
        assert [one.outcome for one in kept] == ["not_due"] * 3
    mended = CliRunner().invoke(
        cli.app, ["month", "mend", "2026-10", "--since", "2026-08", "--json"]
    )
    assert mended.exit_code == 0, mended.output
    found = json.loads(mended.output)
    assert (found["stage"], found["months"], found["batches"], found["cases"]) == (
        "mended", 2, [], 0,
    )  # fmt: skip
    assert (len(town.asked()), len(town.lines("arrears"))) == (3, 1)
    listed = CliRunner().invoke(cli.app, ["recoveries", "list", "--json"])
    cases = json.loads(listed.output)
    assert [(case["state"], case["left_fen"]) for case in cases[1:]] == [("open", 6_000)] * 2
    shown = CliRunner().invoke(cli.app, ["recoveries", "show", cases[-1]["case"], "--json"])
    assert [one["period"] for one in json.loads(shown.output)["months"]] == ["2026-09"]
    assert CliRunner().invoke(cli.app, ["recoveries", "show", "R999999"]).exit_code == 1


@dataclass
class Quick:
    """Two months paid, of which September is known to be wrong; looked at without files."""

    committed: Committed
    months: Months
    looked: list[str] = field(default_factory=list)
    fails_in: str = ""

    def assess(self, session: Session, month: str, **_: object) -> Assessment:
        """Stand for freezing and assessing; may die in one month."""
        if month == self.fails_in:
            raise ConnectionError
        self.looked.append(month)
        residents.use(session)
        self.months.session = session
        return self.months.assess(month)

    def begin(self) -> None:
        """Begin a look back."""
        with self.committed.transaction() as session:
            look_back(session, OCTOBER, by=SYSTEM)

    def work(self, times: int = 1) -> None:
        """Let every waiting job be tried so many times."""
        for _ in range(times):
            with self.committed.transaction() as session:
                queued = update(Job).where(Job.state == "queued")
                session.execute(queued.values(run_after=clock.now()))
            jobs.drain(kinds=KINDS)

    def cases(self) -> int:
        with self.committed.transaction() as session:
            return session.scalar(select(func.count()).select_from(RecoveryCase)) or 0


@pytest.fixture
def quick(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Quick:
    with committed.transaction() as session:
        months = Months(session)
        person = payee()
        months.knows(person, *PAST)
        months.run(*PAST)
        months.knows(person, "2026-09", fen=0)
    found = Quick(committed, months)
    monkeypatch.setattr(running, "require_event_feeds", lambda _session: None)
    monkeypatch.setattr(running, "freeze", lambda _session, month, **_: str(month))
    monkeypatch.setattr(running, "assess", found.assess)
    return found


def test_two_who_begin_at_once_share_one_look_back(quick: Quick) -> None:
    together = Barrier(4)

    def begin(_: int) -> object:
        together.wait(timeout=60)
        with quick.committed.transaction() as session:
            return look_back(session, OCTOBER, by=SYSTEM).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(4)))) == 1
    quick.work()
    assert quick.looked == list(PAST)
    assert quick.cases() == 1


def test_a_crash_in_a_month_loses_that_month_only_and_is_made_up_for(quick: Quick) -> None:
    quick.fails_in = "2026-09"
    quick.begin()
    quick.work()
    assert (quick.looked, quick.cases()) == (["2026-08"], 0)
    quick.fails_in = ""
    quick.work()
    assert (quick.looked, quick.cases()) == (list(PAST), 1)


def test_a_look_back_that_never_works_ends_and_the_next_begins_anew(quick: Quick) -> None:
    quick.fails_in = "2026-08"
    quick.begin()
    quick.work(times=4)
    with quick.committed.transaction() as session:
        run = session.scalars(select(MendRun)).one()
        assert (run.stage, run.problem) == ("failed", "unexpected")
    quick.fails_in = ""
    quick.begin()
    quick.work()
    assert quick.cases() == 1
    with quick.committed.transaction() as session:
        assert sorted(session.scalars(select(MendRun.stage))) == ["failed", "mended"]


def test_there_must_be_something_behind_and_programmes_must_exist(quick: Quick) -> None:
    with quick.committed.transaction() as session:
        with pytest.raises(NothingBehind):
            look_back(session, Month(2026, 8), by=SYSTEM)
        with pytest.raises(NothingBehind):
            look_back(session, OCTOBER, by=SYSTEM, since=OCTOBER)
        with pytest.raises(NotFound):
            look_back(session, OCTOBER, by=SYSTEM, programmes=("XX99",))
