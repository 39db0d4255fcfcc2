"""The overview over a million payments: counting a closed day, and three years looked at by each reader.

Run with ``.venv/bin/python -m tests.performance.bench_overview [--payments 1000000] [--months 36]``. The
payments are spread over the months, twelve programmes and fifteen townships; a hundredth failed. A day's
close counts the months that it touched and the year of what people were spared. CPU seconds are those
of this process and of every PostgreSQL process together. Aims are printed beside the figures, none is
asserted.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

COUNT_AIM_SECONDS, PAGE_AIM_MS = 3.0, 150.0
REQUESTS = 30
LAST = "2026-10"
_PEOPLE = (
    (
        "INSERT INTO persons (id, name, division) OVERRIDING SYSTEM VALUE "
        "SELECT n, '试样', '330523' || (100 + n % 15)::text || (200 + n / 15 % 15)::text "
        "FROM generate_series(1, :people) n"
    ),
    """
    INSERT INTO feed_records (feed, record_key, person_id, data, digest, delivery_id, row_no, known_from)
    SELECT 'GA_HUKOU', 'h' || n, n, jsonb_build_object('sex', CASE n % 2 WHEN 0 THEN '男' ELSE '女' END,
           'birth', (DATE '1930-01-01' + (n % 30000)::int)::text), sha256(('h' || n)::bytea), :delivery, n,
           '2020-01-05T00:00:00Z'
    FROM generate_series(1, :people) n
    """,
)
_PAID = """
INSERT INTO payments (batch_id, bank_file_id, state, programme, period, subject_kind, subject_id,
    payee_person_id, payee_name, division, amount_fen, settled_on, failed_on, line_type, attempt)
SELECT b.id, f.id, CASE WHEN n % 100 = 7 THEN 'rejected' ELSE 'paid' END, b.programme, b.month, 'person',
       p.id, p.id, p.name, p.division, 10000 + p.id % 100,
       CASE WHEN n % 100 <> 7 THEN f.execution_date + (n % 5)::int END,
       CASE WHEN n % 100 = 7 THEN f.execution_date END, 'regular', 1
FROM batches b JOIN bank_files f ON f.batch_id = b.id
CROSS JOIN generate_series(1, :lines) n
JOIN persons p ON p.id = 1 + (n * 31 + ascii(substr(b.programme, 3)) * 977) % :people
"""


def main() -> None:
    """Fill a database of its own and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--months", type=int, default=36)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        os.environ["ANXIN_DATA_DIR"] = folder
        os.environ["ANXIN_LOG_LEVEL"] = "WARNING"
        for name in ("ANXIN_DATABASE_URL", "ANXIN_REDIS_URL"):
            os.environ.pop(name, None)
        from service.foundation import engines
        from service.foundation.migrating import upgrade_embedded

        upgrade_embedded()
        try:
            channel = fill(given.payments, given.months)
            count(channel, given.months)
            look()
        finally:
            engines.stop()


def fill(payments: int, months: int) -> str:
    """Write people, lists, files and their payments; return the bank's channel."""
    from service.foundation.database import engine, transaction
    from service.foundation.months import Month
    from tests.factories.assessment import AssessmentFactory
    from tests.factories.banks import BankFileFactory
    from tests.factories.batches import BatchFactory, channel
    from tests.factories.residents import DeliveryFactory, use

    programmes = [f"MZ{number:02d}" for number in range(1, 13)]
    started = time.monotonic()
    with transaction() as session:
        use(session)
        session.execute(text("SET LOCAL session_replication_role = replica"))
        bank, delivery = channel(), DeliveryFactory.create(feed="GA_HUKOU")
        people = max(1000, payments // months)
        for one in _PEOPLE:
            session.execute(text(one), {"people": people, "delivery": delivery.id})
        run = AssessmentFactory.create(month=LAST)
        for back in range(months):
            month = Month.parse(LAST).minus(back)
            for programme in programmes:
                batch = BatchFactory.create(
                    programme=programme, month=str(month), assessment_id=run.id,
                    rule_digest=run.rule_digest, state="answered",
                )  # fmt: skip
                BankFileFactory.create(
                    batch=batch, channel_id=bank.id,
                    execution_date=date(month.year, month.month, 16),
                )  # fmt: skip
        session.flush()
        lines = payments // (months * len(programmes))
        session.execute(text(_PAID), {"lines": lines, "people": people})
        made = session.scalar(text("SELECT count(*) FROM payments"))
        used = str(bank.id)
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine().dispose()
    print(f"{made:,} payments of {months} months, filled in {time.monotonic() - started:.0f} s; "
          f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    return used


def count(channel: str, months: int) -> None:
    """Time what a day's close asks for, then every month, so that there is something to look at."""
    from service.enquiry.overview.count import count_month, count_touched
    from service.enquiry.spared.count import count_spared
    from service.foundation.months import Month

    aim = f"aim {COUNT_AIM_SECONDS:.0f} s"
    day = f"{LAST}-20"
    timed(
        "a day's close: its months", lambda one: count_touched(one, channel=channel, day=day), aim
    )
    timed("one month", lambda one: count_month(one, LAST), aim)
    timed("a year of what was spared", lambda one: count_spared(one, year=LAST[:4]), aim)

    def every(session: Session) -> None:
        for back in range(months):
            count_month(session, str(Month.parse(LAST).minus(back)))

    timed(f"all {months} months, as after a restore", every)


def timed(what: str, act: Callable[[Session], object], aim: str = "") -> None:
    """Do it in a transaction and print its seconds."""
    from service.foundation.database import transaction

    before, started = _cpu(), time.monotonic()
    with transaction() as session:
        act(session)
    print(f"{what:<46}{time.monotonic() - started:8.2f} s {_cpu() - before:8.2f} CPU s  {aim}",
          flush=True)  # fmt: skip


def look() -> None:
    """Time the page as each reader asks for it."""
    import warnings

    from service.app import create_app
    from service.foundation.clock import now
    from service.foundation.database import transaction
    from service.officers.models import OfficerSession
    from service.officers.sign_in import token_hash_of
    from service.web import cookies
    from tests.factories.officers import OfficerFactory
    from tests.factories.residents import use

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    readers: dict[str, dict[str, Any]] = {
        "finance": {"duties": ["reconciler"]},
        "policy, without payments": {"duties": ["policy"]},
        "a township's reviewer": {"duties": ["reviewer"], "division": "330523104"},
    }
    addresses = ("", "&programme=MZ05", "&programme=MZ05&part=time", "&part=people")
    app = create_app()
    for reader, fields in readers.items():
        token = f"bench-{reader}"
        with transaction() as session:
            use(session)
            officer, at = OfficerFactory.create(**fields), now()
            session.add(
                OfficerSession(
                    officer_id=officer.id,
                    token_hash=token_hash_of(token),
                    started_at=at,
                    seen_at=at,
                )
            )
        browser = TestClient(app, headers={"accept-language": "zh-CN"})
        browser.cookies.set(cookies.SESSION, token)
        for more in addresses:
            address = f"/overview?from_month=2023-11&to_month={LAST}{more}"
            browser.get(
                address
            )  # The first request of a process compiles templates and statements.
            before, taken = _cpu(), []
            for _ in range(REQUESTS):
                started = time.monotonic()
                answer = browser.get(address)
                taken.append((time.monotonic() - started) * 1000)
                assert answer.status_code == 200, (address, answer.status_code)
            spent = (_cpu() - before) * 1000 / REQUESTS
            print(f"{f'36 months, {reader}{more}':<66} median {statistics.median(taken):6.1f} ms, "
                  f"p95 {statistics.quantiles(taken, n=20)[-1]:6.1f} ms, {spent:6.1f} CPU ms  "
                  f"aim {PAGE_AIM_MS:.0f} ms", flush=True)  # fmt: skip


def _cpu() -> float:
    found = sum(psutil.Process().cpu_times()[:2])
    for one in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if one.info["name"] == "postgres" and os.environ["ANXIN_DATA_DIR"] in " ".join(
                _server_of(one).cmdline()
            ):
                found += sum(one.cpu_times()[:2])
    return float(found)


def _server_of(process: psutil.Process) -> psutil.Process:
    """Return the first process of a database's own, which names its folder."""
    above = process.parent()
    return above if above is not None and above.name() == "postgres" else process


if __name__ == "__main__":
    main()
