"""The time-stamp between signing and sending, for real: an authority over HTTP, banks over SFTP.

Whatever the authority does, nothing goes to a bank without a stamp that holds, and nothing is stopped for
good that comes right by itself.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import typer.testing
from sqlalchemy import func, select, update

from service.audit.models import AuditEntry
from service.cli import app
from service.foundation import clock, jobs
from service.foundation.engines import time_stamps
from service.foundation.jobs import Job
from service.foundation.settings import settings
from service.signing.alarm import stopped
from service.signing.signers.models import TimeStamp
from service.signing.signers.time_stamps.missing import ask_for_missing, waiting_for_stamps
from tests.factories.town import Town
from tests.service.dispatch.killing import environment, warm

STAMPING = ("signing.time_stamp",)
Answering = Callable[[bytes], bytes | int]


class Authority:
    """An RFC 3161 authority over HTTP whose answers a test arranges."""

    def __init__(self, home: Path) -> None:
        self.home, self.asked = home, 0
        self.answering: Answering = self.good
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                outer.asked += 1
                given = outer.answering(request)
                if isinstance(given, int):
                    self.send_response(given)
                    if given == 302:
                        self.send_header("Location", "/elsewhere")
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(given)))
                self.end_headers()
                self.wfile.write(given)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def good(self, request: bytes) -> bytes:
        return time_stamps.answer(self.home, request)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    made = Authority(tmp_path / "authority")
    yield made
    made.server.shutdown()
    made.server.server_close()


def _set(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", authority.url)
    monkeypatch.setenv("ANXIN_TIME_STAMP_ROOTS_FILE", str(time_stamps.root(authority.home)))
    settings.cache_clear()


@pytest.fixture
def stamping(town: Town, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town whose signatures are stamped; one batch is signed."""
    _set(monkeypatch, authority)
    town.open().sign()
    return town


def _stamps(town: Town) -> int:
    with town.committed.transaction() as session:
        return session.scalar(select(func.count()).select_from(TimeStamp)) or 0


def _job(town: Town, kind: str = STAMPING[0]) -> Job:
    with town.committed.transaction() as session:
        return session.scalars(select(Job).where(Job.kind == kind)).one()


def _sent(town: Town) -> None:
    town.wait_for_retries()
    jobs.drain(kinds=STAMPING)
    town.send()
    assert {file.state for file in town.files()} == {"delivered"}
    assert _stamps(town) == 1
    with town.committed.transaction() as session:
        said = session.scalars(select(AuditEntry).where(AuditEntry.act == "batch.time_stamped"))
        assert len(list(said)) == 1


def _held(town: Town, code: str) -> None:
    """Nothing was sent, nothing was kept, and it is tried again."""
    jobs.drain(kinds=STAMPING)
    town.send()
    assert _stamps(town) == 0
    assert town.batch().state == "signed"
    assert {file.state for file in town.files()} == {"prepared"}
    waiting = _job(town)
    assert (waiting.state, waiting.error_code) == ("queued", code)


def test_what_is_signed_is_stamped_and_only_then_sent(stamping: Town, authority: Authority) -> None:
    stamping.send()
    assert {file.state for file in stamping.files()} == {"prepared"}, "before its stamp"
    _sent(stamping)
    assert authority.asked == 1
    with stamping.committed.transaction() as session:
        kept = session.scalars(select(TimeStamp)).one()
        assert kept.authority == authority.url
        session.execute(
            update(Job).where(Job.kind == STAMPING[0]).values(state="queued", attempts=0)
        )
    _sent(stamping)
    assert authority.asked == 1, "a job that is done does nothing again"


def test_rows_51_and_76_whatever_is_no_stamp_holds_the_batch(
    stamping: Town, authority: Authority
) -> None:
    """Errors, redirections, garbage, rejections, foreign stamps, old answers, and a clock an hour off."""
    now = clock.now()
    seen: list[bytes] = []

    def replayed(request: bytes) -> bytes:
        seen.append(time_stamps.answer(authority.home, request))
        return seen[0]

    def foreign(request: bytes) -> bytes:
        return time_stamps.answer(authority.home / "foreign", request)

    def late(request: bytes) -> bytes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: now + timedelta(hours=1))
            return time_stamps.answer(authority.home, request)

    answers: list[tuple[str, Answering]] = [
        ("time_stamp_unavailable", lambda _: 503),
        ("time_stamp_unavailable", lambda _: 302),
        ("time_stamp_refused", lambda _: b""),
        ("time_stamp_refused", lambda _: b"<html>maintenance</html>"),
        ("time_stamp_refused", lambda _: time_stamps.rejection()),
        ("time_stamp_refused", lambda request: replayed(request)[:-1]),
        ("time_stamp_refused", replayed),
        ("time_stamp_refused", foreign),
        ("time_stamp_clock", late),
    ]
    for code, answering in answers:
        authority.answering = answering
        _held(stamping, code)
        stamping.wait_for_retries()
    assert len(seen) == 2
    assert authority.asked == len(answers), "no redirection was followed"
    authority.answering = authority.good
    _sent(stamping)


def test_row_76_an_authority_that_is_down_is_asked_again_ever_later(
    stamping: Town, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", "http://127.0.0.1:1/")
    settings.cache_clear()
    waits = []
    for _ in range(4):
        asked_at = clock.now()
        _held(stamping, "time_stamp_unavailable")
        waits.append((_job(stamping).run_after - asked_at).total_seconds())
        stamping.wait_for_retries()
    assert all(wait >= 2 ** (tries + 1) for tries, wait in enumerate(waits)), waits
    with stamping.committed.transaction() as session:
        (said,) = waiting_for_stamps(session, stamping.people.signer)
        assert "MZ15-2026-10-01" in said.title
        assert said.note == "时间戳机构没有应答，系统会自动重试。"
        assert said.since is not None
        assert waiting_for_stamps(session, stamping.people.maker) == []
        assert stopped(session, stamping.people.signer) == [], "said once, and not as a forgery"
    _set(monkeypatch, authority)
    _sent(stamping)


def test_two_workers_at_once_take_one_stamp(stamping: Town, authority: Authority) -> None:
    together = threading.Barrier(2, timeout=60)
    job_id = _job(stamping).id

    def work(_: int) -> bool:
        together.wait()
        return jobs.run(job_id)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(work, range(2))) == [False, True]
    assert authority.asked == 1
    _sent(stamping)


def dying(environment: dict[str, str]) -> None:
    """Take the stamp as a worker would, and die before anything of it is committed."""
    os.environ.update(environment)
    from service.signing.signers.time_stamps import stamp

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamp, "_begin", die)
        jobs.drain(kinds=STAMPING)


def test_a_worker_killed_with_the_token_in_hand_asks_again(
    stamping: Town, authority: Authority
) -> None:
    with warm("service.signing.signers.time_stamps.stamp") as context:
        process = context.Process(target=dying, args=(environment(),))
        process.start()
        process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert authority.asked == 1
    assert _stamps(stamping) == 0
    assert _job(stamping).state == "queued"
    _sent(stamping)
    assert authority.asked == 2


def _gave_up(town: Town, kind: str, ago: timedelta) -> None:
    with town.committed.transaction() as session:
        session.execute(
            update(Job)
            .where(Job.kind == kind)
            .values(state="failed", finished_at=clock.now() - ago, error_code="time_stamp_missing")
        )


def test_what_was_signed_before_an_authority_was_set_is_stamped_and_sent(
    town: Town, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.open().sign()
    _set(monkeypatch, authority)
    town.send()
    assert {file.state for file in town.files()} == {"prepared"}
    assert _job(town, "dispatch.begin").error_code == "time_stamp_missing"
    _gave_up(town, "dispatch.begin", timedelta(0))
    with town.committed.transaction() as session:
        (said,) = waiting_for_stamps(session, town.people.signer)
        assert said.note == "正在向时间戳机构申请，无需操作。"
        assert ask_for_missing(session) == ["MZ15-2026-10-01"]
    with town.committed.transaction() as session:
        assert ask_for_missing(session) == ["MZ15-2026-10-01"], "asking twice is asking once"
    _sent(town)
    assert authority.asked == 1
    with town.committed.transaction() as session:
        assert ask_for_missing(session) == []
        assert waiting_for_stamps(session, town.people.signer) == []


def test_a_job_that_gave_up_rests_and_is_asked_again_by_itself_or_at_once_by_command(
    stamping: Town, authority: Authority
) -> None:
    _gave_up(stamping, STAMPING[0], timedelta(minutes=1))
    with stamping.committed.transaction() as session:
        ask_for_missing(session)
    assert _job(stamping).state == "failed", "it has just given up"
    said = typer.testing.CliRunner().invoke(app, ["signing", "stamp"])
    assert said.exit_code == 0, said.output
    assert "MZ15-2026-10-01" in said.output
    assert _job(stamping).state == "queued"
    _gave_up(stamping, STAMPING[0], timedelta(minutes=6))
    with stamping.committed.transaction() as session:
        ask_for_missing(session)
    assert _job(stamping).state == "queued"
    _sent(stamping)
