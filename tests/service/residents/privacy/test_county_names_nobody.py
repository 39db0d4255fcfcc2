"""Security row 96: a county goes in, everything that can go wrong does, and what is written names nobody."""

import io
import json
import logging
import re
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.app import create_app
from service.foundation import children, clock, ids, jobs
from service.foundation.encryption import sealer
from service.foundation.engines import redis_url
from service.foundation.jobs import Job, enqueue, wake
from service.residents.importing import import_delivery, import_folder
from service.residents.importing.confirm import confirm, decline
from service.residents.importing.give_back import rejected_workbook
from service.residents.models import Delivery, RejectedRow
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed
from tests.foundation.scanner import NAMES_ARE_KEPT, Scanner
from tests.service.residents.importing.deliveries import (
    OFFICE,
    card_of,
    delivery,
    headers,
    number_of,
    rows,
)
from tests.service.web.browsing import PASSWORD, Browser, password_hash

NAME = "欧阳隐名"
NUMBER, CARD = number_of(777), card_of(777)
ROOT = Path(__file__).parents[4]
COMMANDS = (
    ("feeds", "status"),
    ("feeds", "rejected", "RS_CARD"),
    ("feeds", "rejected", "CZ_PAY"),
    ("feeds", "import", "CZ_PAY", f"{NUMBER}.csv"),
    ("keys", "check"),
    ("audit", "verify"),
)
_CHINESE = re.compile(r"[\u4e00-\u9fff·]{3,}")
_LONG = re.compile(r"[0-9]{15,19}[Xx]?")

pytestmark = pytest.mark.slow


def _scanner(session: Session) -> Scanner:
    scanner = Scanner.of(session)
    for kind, secret in (("name", NAME), ("number", NUMBER), ("card", CARD)):
        scanner.add(kind, secret)
    # What nobody believed is personal all the same.
    for row in session.scalars(select(RejectedRow)):
        raw = json.loads(sealer().open(row.raw_sealed, f"rejected_rows:raw:{row.id}"))
        for header, value in raw.items():
            if "姓名" in header and _CHINESE.fullmatch(value):
                scanner.add("name", value)
            elif _LONG.fullmatch(value):
                scanner.add("number", value)
    return scanner


def _deliver_what_is_wrong(committed: Committed) -> None:
    """Everything by which a person can slip out of a file into what is said about it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = f"{NAME}{NUMBER}"[:31]
    for line in rows("CZ_PAY", range(777, 780), name=NAME):
        sheet.append(line)
    workbook = io.BytesIO()
    book.save(workbook)
    headerless = "\n".join(",".join(map(str, line)) for line in rows("CZ_PAY", [777], name=NAME))
    good, bad = rows("CZ_PAY", range(20), name=NAME), rows("CZ_PAY", range(20, 40), name=NAME)
    number = headers("CZ_PAY")[0]
    strange = delivery("CZ_PAY", *good).replace(number.encode(), f"{number}编号".encode(), 1)
    beside = strange.replace(b"\r\n", f",{NUMBER}\r\n".encode(), 1)
    for line in bad:
        line[-1] = NUMBER
    faulty = delivery("CZ_PAY", *good, *bad)
    cards = delivery("RS_CARD", *rows("RS_CARD", range(700, 740), name=NAME, status=CARD))
    for feed, content, name in (
        ("CZ_PAY", workbook.getvalue(), f"{NUMBER}.xlsx"),
        ("CZ_PAY", headerless.encode(), f"card {CARD}.csv"),
        ("CZ_PAY", strange, "人员.csv"),
        ("CZ_PAY", beside, "beside.csv"),
        ("CZ_PAY", faulty, "faulty.csv"),
        ("RS_CARD", cards, "cards.csv"),
        ("CZ_PAY", f"{NAME},{NUMBER}".encode(), "nothing.csv"),
        ("CZ_PAY", b"\x00\x01" + NUMBER.encode(), "binary.csv"),
    ):
        with committed.transaction() as session:
            import_delivery(session, feed, content, name, by=OFFICE)
    with committed.transaction() as session:
        waiting = session.scalars(
            select(Delivery).where(Delivery.state == "waiting").order_by(Delivery.id)
        ).all()
        assert len(waiting) >= 3, "nothing was odd enough to wait"
    for one in waiting[:2]:  # The others go on waiting, with their bytes.
        with committed.transaction() as session:
            try:
                with session.begin_nested():
                    confirm(session, one.id, by=OFFICE, reason=f"asked about {NUMBER}")
            except Exception as error:
                logging.getLogger("test").warning("not confirmed: %s", error)
                decline(session, one.id, by=OFFICE, reason=f"{CARD} is somebody else's")
    with committed.transaction() as session:
        for one in session.scalars(select(Delivery).where(Delivery.rows_rejected > 0)).all():
            rejected_workbook(session, one, by=OFFICE)


def _ask_the_pages(committed: Committed) -> str:
    """Send people to every kind of door by every kind of way; return all that was answered wrongly."""
    app = create_app()

    @app.post("/api/test/crash")
    def crash() -> None:
        raise ValueError(f"{NAME} {NUMBER} {CARD}")

    with committed.transaction():
        OfficerFactory.create(username="auditor", duties=["auditor"], password_hash=password_hash())
    answered = []
    with Browser(app, follow_redirects=False, raise_server_exceptions=False) as browser:
        for method, path, options in (
            ("GET", f"/{NUMBER}", {}),
            ("GET", f"/api/audit/entries?after={NUMBER}", {}),
            ("POST", "/api/test/crash", {}),
            ("POST", "/api/enquiry/codes", {"json": {"id_number": [NUMBER], "card": CARD}}),
            ("POST", "/api/enquiry/codes", {"content": f'{{"id_number": {NUMBER}'}),
            ("PUT", f"/api/feeds/CZ_PAY/pushes/{NUMBER}", {"json": {"rows": [[NAME, NUMBER]]}}),
            ("POST", "/login", {"data": {"username": NUMBER, "password": NAME}}),
        ):
            answer = browser.request(method, path, **options)
            assert answer.status_code >= 400, (method, path, answer.status_code)
            answered += [_said(answer.text, path), str(answer.headers)]
        browser.submit("/login", {"username": "auditor", "password": PASSWORD})
        for asked in (f"after={NUMBER}", f"since={NUMBER * 9}"):
            answer = browser.get(f"/api/audit/entries?{asked}")
            assert answer.status_code == 422
            answered.append(answer.text)
        answer = browser.get(f"/batches/{NUMBER}?name={NAME}")
        assert answer.status_code in (404, 422)
        answered += [_said(answer.text, f"/batches/{NUMBER}"), browser.get("/metrics").text]
    return "\n".join(answered)


def _said(answer: str, path: str) -> str:
    """Return a page without its own address, which is in its links to the other language."""
    return answer.replace(f'href="{path}', "")


def _queue(client: "redis.Redis") -> str:
    """Return everything the queue holds."""
    kept = []
    for name in client.scan_iter("*"):
        kind = client.type(name)
        read: dict[Any, Any] = {
            b"list": lambda key: client.lrange(key, 0, -1),
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"zset": lambda key: client.zrange(key, 0, -1),
            b"string": client.get,
        }
        value = read[kind](name)
        kept.append(f"{name!r} {value!r}")
    return "\n".join(kept)


def _let_the_worker_fail(committed: Committed) -> str:
    """Run a real worker until every failing job is given up; return its log."""
    log = committed.data_dir / "worker.log"
    wake.celery_app().send_task("test.outside", queue="batch")
    child = children.start(
        [
            "-m", "celery", "-A", "tests.service.residents.privacy.leaky_worker", "worker",
            "--beat", "--concurrency", "1", "--queues", "batch,periodic", "--loglevel", "WARNING",
            "--schedule", str(committed.data_dir / "beat"), "--without-gossip", "--without-mingle",
        ],
        environment={"PYTHONWARNINGS": "ignore", "PYTHONPATH": str(ROOT)},
        log=str(log),
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            with committed.transaction() as session:
                left = session.scalars(
                    select(Job.kind).where(Job.state == "queued", Job.kind.startswith("test."))
                ).all()
            written = log.read_text(encoding="utf-8")
            if not left and "celery" in written:
                return written
            time.sleep(0.2)
    finally:
        children.stop(child, seconds=10)
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])


def _commands() -> str:
    said = []
    for arguments in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-c", "from service.start import main; main()", *arguments],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        said.append(done.stdout + done.stderr)
    return "\n".join(said)


def test_whatever_happens_to_a_county_nobody_is_named(
    committed: Committed, county: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "_listening", True)
    written = io.StringIO()
    queue = redis.Redis.from_url(redis_url())
    with redirect_stderr(written), redirect_stdout(written):
        pages = _ask_the_pages(committed)
        import_folder(committed.transaction, county, by=OFFICE)
        _deliver_what_is_wrong(committed)
        jobs.drain()
        with committed.transaction() as session:
            for kind in ("test.say", "test.break_row"):
                session.add(_job(kind))
        with committed.transaction() as session:
            enqueue(session, "residents.look", "again", feed="CZ_PAY")
    messages = _queue(queue)
    worker = _let_the_worker_fail(committed)
    commands = _commands()
    messages += _queue(queue)
    queue.close()

    with committed.transaction() as session:
        scanner = _scanner(session)
        tables = scanner.in_tables(session)
    assert scanner.count("number") > 2_000
    assert scanner.count("card") > 500
    assert scanner.count("name") > 500
    log = written.getvalue()
    assert "request.failed" in log
    assert "feed.refused" in log
    assert "NotNullViolation" in worker
    assert "ValueError" in worker
    assert '"library": "celery' in worker
    assert "jobs.run" in messages
    for column in ("person_identifiers.value", "accounts.card", "rejected_rows.raw"):
        assert f"{column}\t" in commands
    assert "does not open" not in commands
    said = {"pages": pages, "log": log, "queue": messages, "worker": worker, "commands": commands}
    assert {where: scanner.found(one) for where, one in said.items()} == {
        where: [] for where in said
    }
    names = "\n".join(str(path) for path in committed.data_dir.rglob("*"))
    assert scanner.found(names) == []
    assert {place: kinds for place, kinds in tables.items() if place not in NAMES_ARE_KEPT} == {}
    assert all(tables[place] == ["name"] for place in NAMES_ARE_KEPT & tables.keys())


def _job(kind: str) -> Job:
    return Job(
        id=ids.uuid7(), kind=kind, key=kind, arguments={"work": "w"}, attempts_max=1,
        run_after=clock.now(), created_at=clock.now(),
    )  # fmt: skip
