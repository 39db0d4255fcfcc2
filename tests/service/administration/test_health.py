"""Administrators see how every part does; pages, programs and watchers are told the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service import load_jobs
from service.administration import words
from service.administration.machine.queue import TASKS
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.foundation import clock, ids
from service.foundation.jobs.handlers import KINDS
from service.foundation.jobs.models import Heartbeat, Job
from service.watches import WATCHES
from service.web.health.findings import Finding, State, worst
from service.web.health.kept import keep_red
from service.web.health.registry import PARTS, Watch, register
from service.web.language import gettext
from tests.factories import residents
from tests.factories.banks import BankFileFactory
from tests.factories.batches import channel
from tests.factories.officers import DutyGrantFactory, OfficerFactory
from tests.factories.webhooks import WebhookEndpointFactory
from tests.service.web.browsing import Browser, SignInAs

ADMINISTRATOR = "system_administrator"


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work; nothing of others waits for a worker."""
    residents.use(session)
    session.execute(text("DELETE FROM audit_waiting"))
    session.execute(text("DELETE FROM heartbeats"))
    return session


def findings(browser: Browser) -> dict[str, dict[str, str]]:
    """Return what programs are told, by code."""
    parts = browser.get("/api/health").json()["parts"]
    return {one["code"]: one for part in parts for one in part["findings"]}


def test_every_part_is_looked_at_and_page_and_program_say_the_same(
    made: Session, sign_in_as: SignInAs
) -> None:
    channel()
    browser = sign_in_as(ADMINISTRATOR)
    told = browser.get("/api/health").json()
    assert [part["code"] for part in told["parts"]] == [code for code, _ in PARTS]
    assert all(part["findings"] for part in told["parts"]), told
    assert {watch.part for watch in WATCHES} == {code for code, _ in PARTS}
    shown = browser.get("/health").text
    for part in told["parts"]:
        assert part["title"] in shown
        for one in part["findings"]:
            assert one["title"] in shown
            # What is counted anew each time (connections, room, seconds) may differ by now.
            if part["code"] in ("banks", "feeds", "keys", "receivers", "people", "backups"):
                assert one["said"].replace("'", "&#39;") in shown


def test_a_bank_that_is_late_stands_first_and_leads_to_its_page(
    made: Session, sign_in_as: SignInAs
) -> None:
    bank = channel("ccb")
    long_ago = clock.today() - timedelta(days=30)
    file = BankFileFactory.create(
        channel_id=bank.id, intent_at=clock.now(), execution_date=long_ago
    )
    move(made, file, "sending", by=SYSTEM)
    move(made, file, "unknown", by=SYSTEM)
    browser = sign_in_as(ADMINISTRATOR)
    found = findings(browser)["banks.ccb"]
    assert found["state"] == "wrong"
    assert found["said"].startswith("有 1 个文件不确定银行是否收到。")
    shown = browser.get("/health").text
    assert shown.index('href="/banks/ccb"') < shown.index("全部检查项")
    assert file.file_reference not in shown


def test_nobody_works_and_what_waits_is_said_by_kind(made: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as(ADMINISTRATOR)
    assert findings(browser)["queue.workers"]["state"] == "wrong"
    now = clock.now()
    made.add_all(Heartbeat(task=one, at=now) for one in TASKS)
    made.add(job("dispatch.hand_over", run_after=now - timedelta(hours=2)))
    made.flush()
    found = findings(browser)
    assert found["queue.workers"]["state"] == "well"
    assert found["queue.waiting.dispatch.hand_over"]["state"] == "wrong"
    assert found["queue.waiting.dispatch.hand_over"]["title"] == "向银行报送文件"
    late = made.get_one(Heartbeat, "audit.sequence")
    late.at = now - timedelta(minutes=20)
    made.flush()
    assert findings(browser)["queue.workers.audit.sequence"]["state"] == "wrong"


def test_a_job_given_up_names_what_it_was_about_and_never_its_sentence(
    made: Session, sign_in_as: SignInAs
) -> None:
    file = BankFileFactory.create(channel_id=channel().id)
    gone = job("dispatch.hand_over", state="failed", arguments={"file_id": str(file.id)})
    gone.finished_at, gone.error_code, gone.error = clock.now(), "bank_silent", "7,231,950.00 元"
    made.add(gone)
    made.flush()
    browser = sign_in_as(ADMINISTRATOR)
    told = browser.get("/api/health").json()["given_up"]
    assert [(one["code"], one["about"]) for one in told] == [("bank_silent", file.file_name)]
    shown = browser.get("/health").text
    assert file.file_name in shown
    assert "7,231,950.00" not in shown
    # He reads its name and has no way to it.
    assert f"/dispatch/{file.id}" not in shown


def test_one_security_administrator_is_too_few_and_duties_that_wait_are_counted(
    made: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(ADMINISTRATOR)
    OfficerFactory.create(duties=["security_administrator"])
    assert findings(browser)["people.security_administrators"]["state"] == "wrong"
    DutyGrantFactory.create()
    found = findings(browser)
    assert found["people.security_administrators"]["state"] == "well"
    assert found["people.duties_asked"]["state"] == "look"


def test_a_receiver_that_fails_is_said(made: Session, sign_in_as: SignInAs) -> None:
    one = WebhookEndpointFactory.create(failing_since=clock.now())
    move(made, one, "active", by=SYSTEM)
    found = findings(sign_in_as(ADMINISTRATOR))[f"receivers.{one.id}"]
    assert (found["state"], found["title"]) == ("look", one.name)


def test_metrics_count_the_findings_of_each_part(made: Session, browser: Browser) -> None:
    metrics = browser.get("/metrics").text
    assert 'anxin_health_findings{part="queue",state="wrong"} 1.0' in metrics
    assert 'anxin_health_findings{part="database",state="wrong"} 0.0' in metrics


def test_what_cannot_be_looked_at_is_out_of_order_and_the_rest_is_shown(
    made: Session, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session) -> list[None]:
        session.execute(text("SELECT 1 FROM no_such_table"))
        return []

    monkeypatch.setattr("service.web.health.registry._watches", [*WATCHES])
    register(Watch("feeds", broken))  # type: ignore[arg-type]
    found = findings(sign_in_as(ADMINISTRATOR))
    assert found["feeds.unseen"]["state"] == "wrong"
    assert found["database.answers"]["state"] == "well"


def test_what_is_out_of_order_stands_in_the_work_queue_until_it_is_well(
    made: Session, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    state: list[State] = ["wrong"]

    def look(_: Session) -> list[Finding]:
        return [Finding("backups.test", gettext("Backups"), state[0], "x7", href="/health")]

    @contextmanager
    def inside() -> Iterator[Session]:
        with made.begin_nested():
            yield made

    monkeypatch.setattr("service.web.health.registry._watches", [Watch("backups", look)])
    assert keep_red(inside) == 1
    browser = sign_in_as(ADMINISTRATOR)
    assert "备份：备份：x7" in browser.get("/").text
    assert "x7" not in sign_in_as("maker").get("/").text
    browser.headers["accept-language"] = "en"
    assert "Backups: Backups: x7" in browser.get("/").text
    monkeypatch.setattr(clock, "now", lambda moment=clock.now() + timedelta(minutes=6): moment)
    assert "see to the workers" in browser.get("/").text
    state[0] = "look"
    assert keep_red(inside) == 0
    shown = browser.get("/").text
    assert "x7" not in shown
    assert "see to the workers" not in shown


def test_every_kind_of_job_and_every_scheduled_task_has_its_words() -> None:
    from service.worker import SCHEDULE

    load_jobs()
    # Tests of the queue add kinds of their own.
    assert {kind for kind in KINDS if not kind.startswith("test.")} <= set(words._JOBS)
    beating = {one["task"] for one in SCHEDULE.values()}
    # These leave no time of their own: they are rare, or only say that a bank is late.
    rare = {"audit.archive", "dispatch.alarm_late_recalls", "webhooks.clear"}
    assert beating - set(TASKS) == rare
    assert set(words._TASKS) == set(TASKS)


def test_the_worst_counts_and_what_is_not_set_up_counts_least() -> None:
    assert worst(["off", "well", "look"]) == "look"
    assert worst(["off", "well"]) == "well"
    assert worst([]) == "off"


def job(kind: str, **changes: object) -> Job:
    """Return a job that waits."""
    given = {
        "id": ids.uuid7(), "kind": kind, "key": f"{kind}:{ids.uuid7()}", "arguments": {},
        "state": "queued", "attempts": 0, "attempts_max": 3, "run_after": clock.now(), "created_at": clock.now(),
    }  # fmt: skip
    return Job(**{**given, **changes})
