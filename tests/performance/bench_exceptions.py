"""A hundred thousand open holds: the work list, its filters, the preview, progress, CSV, and clearing all.

Run with ``.venv/bin/python -m tests.performance.bench_exceptions [--holds 100000]``. Pages are asked
for as a browser does; what is printed are the server's milliseconds, wall and CPU of this process and
of every PostgreSQL process together. The aim beside them is for pages; none is asserted. Synthetic:
nobody is meant.
"""

import argparse
import os
import statistics
import tempfile
import time
import warnings
from pathlib import Path
from urllib.parse import quote

import psutil
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service import load_jobs
from service.app import create_app
from service.audit.actor import SYSTEM
from service.batches.exceptions import find
from service.batches.exceptions.find import Wanted
from service.batches.models import Batch
from service.foundation import ids
from service.foundation.clock import now
from service.foundation.database import engine as database_engine
from service.foundation.database import transaction
from service.officers.models import Officer, OfficerSession
from service.officers.organisations import describe
from service.officers.sign_in import token_hash_of
from service.web import cookies
from tests.factories.batches import BatchFactory
from tests.factories.exceptions import ExceptionAssignmentFactory
from tests.factories.officers import OfficerFactory
from tests.factories.residents import use
from tests.performance.bench_batches import Clock, _forget
from tests.performance.bench_month import anxin

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PAGE_AIM_MS = 150.0
REQUESTS = 15
TOWNSHIPS = 15
MONTHS = ("2026-09", "2026-10")
PROGRAMMES = ("MZ15", "MZ16", "MZ05", "CL01", "NY01")
CONTROLS = (
    "account_unverified",
    "death_reported",
    "account_name_mismatch",
    "no_account",
    "payee_dead",
)
# Every fifth line is held by a second control as well; twice as many lines are held by nothing.
_LINES = """
INSERT INTO payments (batch_id, state, programme, period, subject_kind, subject_id, payee_person_id,
    payee_name, division, amount_fen)
SELECT :batch, :state, :programme, :month, 'person', :first + n, :first + n,
       '试样' || chr(19968 + n % 20000),
       '330523' || (100 + n % 15)::text || (200 + n / 15 % 15)::text, 10000 + n % 500
FROM generate_series(1, :lines) n
"""
_HOLDS = """
INSERT INTO payment_holds (payment_id, control, version, evidence, found_at)
SELECT p.id, (CAST(:controls AS text[]))[1 + (p.id + extra) % 5], 1, '{"feeds": ["GA_HUKOU"]}',
       timestamptz '2026-10-01 00:00Z' + interval '1 second' * (p.id % 40 * 1000)
FROM payments p CROSS JOIN generate_series(0, 1) extra
WHERE p.state = 'held' AND (extra = 0 OR p.id % 5 = 0)
"""
_TASKS = """
INSERT INTO exception_tasks (state, hold_id, assignment, organisation, due_on, remind_on)
SELECT 'given', h.id, :assignment, :office, :due_on, :due_on
FROM payment_holds h JOIN payments p ON p.id = h.payment_id
WHERE left(p.division, 9) = :township AND h.id % 3 = 0
"""


def main() -> None:
    """Make the county in a folder of its own and time everything about its exceptions."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--holds", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        home = Path(folder)
        os.environ.update(ANXIN_DATA_DIR=str(home / "data"), ANXIN_LOG_LEVEL="WARNING")
        os.environ.pop("ANXIN_DATABASE_URL", None)
        _forget()
        anxin("db", "upgrade")
        anxin("db", "url")
        load_jobs()
        postmaster = home / "data/postgres/data/postmaster.pid"
        clock = Clock(psutil.Process(int(postmaster.read_text().split()[0])))
        try:
            with transaction() as session:
                write_exceptions(session, given.holds)
            with database_engine().connect() as connection:
                outside = connection.execution_options(isolation_level="AUTOCOMMIT")
                outside.execute(text("VACUUM ANALYZE"))
            time_pages(clock)
            time_acts(clock)
        finally:
            _forget()
            anxin("down")


def write_exceptions(session: Session, holds: int) -> None:
    """Write lists of two months with so many open holds, and give a third of them to townships."""
    use(session)
    session.execute(text("SET LOCAL synchronous_commit = off"))
    lists = len(MONTHS) * len(PROGRAMMES)
    held = holds * 5 // 6 // lists
    number = 0
    for month in MONTHS:
        for programme in PROGRAMMES:
            batch = BatchFactory.create(month=month, programme=programme)
            for state, lines in (("held", held), ("ready", held * 2)):
                said = {
                    "batch": batch.id, "state": state, "programme": programme, "month": month,
                    "first": number, "lines": lines,
                }  # fmt: skip
                session.execute(text(_LINES), said)
                number += lines
    session.execute(text(_HOLDS), {"controls": list(CONTROLS)})
    OfficerFactory.create(username="bench-county")
    for place in range(TOWNSHIPS):
        township = f"330523{100 + place}"
        name = f"样例{place}镇"
        describe(session, name, "township", division=township, by=SYSTEM)
        duties = ["maker", "steward"]
        officer = OfficerFactory.create(
            username=f"bench-{place}", organisation=name, division=township, duties=duties
        )
        letter = ExceptionAssignmentFactory.create(officer=officer)
        given = {
            "assignment": letter.number, "office": name, "township": township,
            "due_on": f"2026-{11 + place % 2}-20",
        }  # fmt: skip
        session.execute(text(_TASKS), given)


def time_pages(clock: Clock) -> None:
    """Ask for the pages as an officer's browser does."""
    with transaction() as session:
        batch_no = session.scalars(select(Batch.batch_no).order_by(Batch.batch_no)).first()
        deep = _deep(session)
    lists = {
        "this month": "/exceptions",
        "all months": "/exceptions?month=",
        "all months, near the end": f"/exceptions?month=&after={deep}",
        "one control": "/exceptions?month=&control=no_account",
        "one township": "/exceptions?month=&place=330523107",
        "one programme": "/exceptions?month=&programme=NY01",
        "one list": f"/exceptions?batch={batch_no}",
        "one office": f"/exceptions?month=&organisation={quote('样例3镇')}",
        "overdue": "/exceptions?month=&standing=overdue",
        "given to nobody": "/exceptions?month=&standing=unassigned",
        "for a program": "/api/exceptions?month=2026-10",
        "progress": "/exceptions/progress",
        "progress of a month": "/exceptions/progress?month=2026-10",
        "preview: clear, one township": "/exceptions/preview?month=2026-10&place=330523107&act=clear",
        "the queue": "/",
    }
    for who in ("bench-county", "bench-7"):
        browser = sign_in(who)
        for what, path in lists.items():
            browser.get(path)  # The first request of a process compiles templates and statements.
            name, taken = f"{who[6:]}: {what}", []
            with clock.running(name):
                for _ in range(REQUESTS):
                    started = time.monotonic()
                    answer = browser.get(path)
                    taken.append((time.monotonic() - started) * 1000)
                    assert answer.status_code == 200, (path, answer.status_code)
            spent = clock.took[name][1] * 1000 / REQUESTS
            print(f"{name:<38} median {statistics.median(taken):7.1f} ms, worst {max(taken):7.1f} ms, "
                  f"{spent:7.1f} CPU ms  aim {PAGE_AIM_MS:.0f} ms", flush=True)  # fmt: skip


def time_acts(clock: Clock) -> None:
    """Save everything as CSV, preview clearing everything, and clear it."""
    browser = sign_in("bench-county")
    with clock.running("CSV of all"):
        rows = browser.get("/exceptions.csv").text.count("\n")
    clock.say("CSV of all", f"{rows:,} rows")
    api = "/api/exceptions"
    with clock.running("preview: give each to its township"):
        browser.post(f"{api}/assign/preview", json={"to": "each:township"})
    clock.say("preview: give each to its township")
    with clock.running("preview: clear all"):
        shown = browser.post(f"{api}/clear/preview", json={}).json()
    clock.say("preview: clear all", f"{shown['total']['exceptions']:,} holds")
    said = {"mark": shown["mark"], "reason": "已逐户核实"}
    with clock.running("clear all"):
        done = browser.post(f"{api}/clear", json=said)
    assert done.status_code == 200, done.text
    clock.say("clear all", f"{done.json()['lines']:,} lines")


def sign_in(username: str) -> TestClient:
    """Return a browser in which an officer is signed in."""
    token = f"bench-{ids.uuid7().hex}"
    with transaction() as session:
        officer = session.scalars(select(Officer).where(Officer.username == username)).one()
        made = OfficerSession(
            officer_id=officer.id, token_hash=token_hash_of(token), started_at=now(), seen_at=now()
        )
        session.add(made)
    browser = TestClient(create_app(), headers={"accept-language": "zh-CN"})
    browser.cookies.set(cookies.SESSION, token)
    return browser


def _deep(session: Session) -> str:
    """Return the key of a row near the end of the list."""
    officer = session.scalars(select(Officer).where(Officer.username == "bench-county")).one()
    after, seen = "", find.seen_by(officer)
    for _ in range(95):
        following = find.page(session, Wanted(), seen, after=after, limit=1_000)[1]
        if not following:
            break
        after = following
    return after


if __name__ == "__main__":
    main()
