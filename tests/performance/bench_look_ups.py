"""Residents' look-ups a second: the real server, a county's payments, and everybody asks at once.

Run with ``.venv/bin/python -m tests.performance.bench_look_ups [--residents 200000]``. Two processes
serve as under ``anxin web``. A light client on the same machine asks over connections that are
kept, each for another resident who is signed in: the API's answer, then the page. Beside it stand, in the
same run, an application of FastAPI that reads one payment and does nothing else, and the server's own
answer without any of it. Processor time is that of server and database; the client's is apart.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from sqlalchemy.orm import Session

MONTHS = ("2026-08", "2026-09", "2026-10")
SIGNED_IN = 4_000
WORKERS, CONNECTIONS = 2, 64
WANTED = 500
_ACCOUNTS = """
INSERT INTO accounts (person_id, card_sealed, card_index, tail, bank_code, bank_name, status,
    delivery_id, known_from)
SELECT p.id, '\\x00', sha256(('card ' || p.id)::bytea), lpad((p.id % 10000)::text, 4, '0'),
       '102336000019', '样例银行', '正常', (SELECT id FROM deliveries LIMIT 1), '2026-01-05T00:00:00Z'
FROM persons p
"""
_PAID = """
INSERT INTO payments (batch_id, state, programme, period, subject_kind, subject_id, payee_person_id,
    payee_name, division, account_id, amount_fen, settled_on, decision_id, line_type, attempt)
SELECT b.id, 'paid', b.programme, b.month, 'person', p.id, p.id, p.name, p.division, a.id,
       10000 + p.id % 100, to_date(b.month, 'YYYY-MM') + 15, NULL, 'regular', 1
FROM batches b CROSS JOIN persons p JOIN accounts a ON a.person_id = p.id
"""
_SERVE = """
import sys
from service.web.serving import serve
serve(sys.argv[1], "127.0.0.1", int(sys.argv[2]), int(sys.argv[3]))
"""
"""As ``anxin web`` does it."""
_SESSIONS = """
INSERT INTO enquiry_sessions (token_hash, person_id, started_at, ends_at)
SELECT sha256(('look-' || n)::bytea), 1 + (n * 48271::bigint) % :people, now(), now() + interval '1 day'
FROM generate_series(0, :many - 1) n
"""


def main() -> None:
    """Fill a database, start the server, and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--ask", nargs=6, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ask:
        port, path, seconds, connections, cookie, accepts = given.ask
        client = Client(int(port), path, cookie, accepts)
        print(json.dumps(asyncio.run(client.ask(float(seconds), int(connections)))))
        return
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        os.environ["ANXIN_DATA_DIR"] = folder
        os.environ["ANXIN_LOG_LEVEL"] = "WARNING"
        for name in ("ANXIN_DATABASE_URL", "ANXIN_REDIS_URL"):
            os.environ.pop(name, None)
        bench(Path(folder), given.residents, given.seconds)


def bench(home: Path, residents: int, seconds: float) -> None:
    """Fill, serve and measure."""
    from service.foundation import engines
    from service.foundation.migrating import upgrade_embedded

    upgrade_embedded()
    try:
        payments = fill(home, residents)
        print(f"{residents:,} residents, {payments:,} payments, {SIGNED_IN:,} signed in; "
              f"{WORKERS} processes, {CONNECTIONS} connections, {os.cpu_count()} processors, "
              f"load before {os.getloadavg()[0]:.1f}\n")  # fmt: skip
        print(f"{'':<34}{'a second':>10}{'p50 ms':>8}{'p95':>8}{'p99':>8}"
              f"{'CPU ms':>9}{'database':>10}{'client':>8}")  # fmt: skip
        with served("service.app:create_app", 8891) as server:
            month = f"?month={MONTHS[-1]}"
            look(server, f"GET /api/enquiry/payments{month}", seconds)
            look(server, "GET /me/payments", seconds)
            look(server, "GET /me/payments", seconds, accepts="gzip")
            look(server, "GET /me", seconds / 4, signed_in=False)
        with served("tests.performance.bench_look_ups:bare_app", 8892) as server:
            look(server, "GET /bare", seconds / 2)
        print(
            f"\nwanted: {WANTED} look-ups a second on two processors, every one of them in the trail"
        )
        print(f"the trail holds {_answers_read():,} entries of them")
    finally:
        engines.stop()


def fill(home: Path, residents: int) -> int:
    """Write a month that was decided, three months that were paid, and sessions; return the payments."""
    from sqlalchemy import text

    from service.foundation.database import engine, transaction
    from service.programmes.catalogue import rules
    from tests.factories.batches import BatchFactory
    from tests.factories.residents import use
    from tests.performance.bench_explain import fill_database, make_month

    fill_database(residents)
    make_month(home, residents, 7)
    with transaction() as session:
        use(session)
        session.execute(text("SET LOCAL session_replication_role = replica"))
        assessment = session.scalar(text("SELECT id FROM assessments"))
        for month in MONTHS:
            BatchFactory.create(
                month=month, state="answered", assessment_id=assessment, rule_digest=rules().digest
            )
        # Of the newest one everybody is told why, programme by programme: that must be the decided one.
        session.execute(
            text("UPDATE assessments SET assessed_at = now() WHERE files::text <> '{}'")
        )
        session.execute(
            text("DELETE FROM assessments WHERE files::text = '{}' AND month = :month"),
            {"month": MONTHS[-1]},
        )
        session.execute(text(_ACCOUNTS))
        _seal_two(session)
        session.execute(text(_PAID))
        session.execute(text(_SESSIONS), {"people": residents, "many": SIGNED_IN})
        found = session.scalar(text("SELECT count(*) FROM payments"))
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine().dispose()
    return int(found or 0)


def _seal_two(session: Session) -> None:
    """Seal the first and the last card truly: the server opens both before it starts."""
    from sqlalchemy import text

    from service.foundation.encryption import sealer

    ends = "SELECT id, card_index FROM accounts WHERE id IN ((SELECT min(id) FROM accounts), (SELECT max(id) FROM accounts))"
    for account_id, index in session.execute(text(ends)).all():
        sealed = sealer().seal("6230910000000000", f"accounts:card:{bytes(index).hex()}")
        session.execute(
            text("UPDATE accounts SET card_sealed = :sealed WHERE id = :id"),
            {"sealed": sealed, "id": account_id},
        )


@contextmanager
def served(application: str, port: int) -> Iterator[tuple[int, list[psutil.Process]]]:
    """Serve an application as ``anxin web`` does; give its port and the processes that answer."""
    child = subprocess.Popen(
        [sys.executable, "-c", _SERVE, application, str(port), str(WORKERS)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 120
        client = Client(port, "GET /me", "", "identity")
        while time.monotonic() < deadline:
            try:
                asyncio.run(client.ask(0.05, WORKERS * 2))
                break
            except OSError:
                time.sleep(0.5)
        yield port, [psutil.Process(child.pid), *psutil.Process(child.pid).children(recursive=True)]
    finally:
        child.terminate()
        child.wait(timeout=60)


def look(
    server: tuple[int, list[psutil.Process]],
    path: str,
    seconds: float,
    *,
    signed_in: bool = True,
    accepts: str = "identity",
) -> None:
    """Let the client ask for a while; print what it saw and what it cost."""
    port, processes = server
    asked = [sys.executable, "-m", "tests.performance.bench_look_ups", "--ask", str(port), path]
    tail = [str(CONNECTIONS), "look-" if signed_in else "nobody-", accepts]
    # Warm: a connection's first ten questions are planned one by one, in each process, and what rules say
    # of a piece is put together when it is first asked for.
    warm = str(max(3.0, seconds / 2))
    subprocess.run([*asked, warm, *tail], check=True, stdout=subprocess.DEVNULL)
    ours, database = _cpu(processes), _cpu(_postgres())
    ran = subprocess.run(
        [*asked, str(seconds), *tail], check=True, stdout=subprocess.PIPE, text=True
    )
    said = json.loads(ran.stdout)
    ours, database = _cpu(processes) - ours, _cpu(_postgres()) - database
    count, took = len(said["ms"]), sorted(said["ms"])
    p50, p95, p99 = (took[min(count - 1, int(count * part))] for part in (0.5, 0.95, 0.99))
    shown = path.partition("?")[0] + (f" ({accepts})" if accepts != "identity" else "")
    print(f"{shown:<34}{count / said['seconds']:>10,.0f}{p50:>8.1f}{p95:>8.1f}{p99:>8.1f}"
          f"{ours * 1000 / count:>9.2f}{database * 1000 / count:>10.2f}"
          f"{said['cpu'] * 1000 / count:>8.2f}", flush=True)  # fmt: skip


def _postgres() -> list[psutil.Process]:
    from service.foundation.settings import settings

    pid = int(next(settings().data_dir.rglob("postmaster.pid")).read_text().split()[0])
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def _cpu(processes: list[psutil.Process]) -> float:
    """Return the processor seconds of some processes and of the children they have buried."""
    total = 0.0
    for one in processes:
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        # A connection that ended meanwhile is in the account of the process that began it.
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _answers_read() -> int:
    from sqlalchemy import text

    from service.foundation.database import transaction

    with transaction() as session:
        found = session.scalar(text("SELECT count(*) FROM audit_entries WHERE act = 'answer.read'"))
    return int(found or 0)


class Client:
    """A client that parses no more than it must: it shares the processors with what it measures."""

    def __init__(self, port: int, path: str, cookie: str, accepts: str) -> None:
        self.port, self.cookie, self.draw = port, cookie, random.Random()
        self.accepts = accepts
        self.method, _, self.path = path.partition(" ")
        self.took: list[float] = []

    async def ask(self, seconds: float, connections: int) -> dict[str, object]:
        """Ask on so many connections until the time is over; every answer must be a whole 200."""
        began, cpu = time.perf_counter(), time.process_time()
        until = began + seconds
        await asyncio.gather(*(self._connection(until) for _ in range(connections)))
        return {
            "ms": self.took,
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
        }

    async def _connection(self, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while (began := time.perf_counter()) < until:
            token = f"{self.cookie}{self.draw.randrange(SIGNED_IN)}"
            writer.write(
                f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                f"Authorization: Bearer {token}\r\nAccept-Encoding: {self.accepts}\r\n"
                f"Cookie: anxin-resident={token}; anxin-visitor=abcdefgh\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 200"):
                raise ValueError(f"{head.decode()}{body[:500].decode(errors='replace')}")
            self.took.append((time.perf_counter() - began) * 1000)
        writer.close()


def bare_app() -> object:
    """An application that reads one payment by its payee, with the same engine, and nothing else."""
    from fastapi import FastAPI
    from sqlalchemy import text

    from service.foundation.database import engine

    app, draw = FastAPI(), random.Random(5)
    one = text(
        "SELECT programme, amount_fen, settled_on FROM payments WHERE payee_person_id = :who"
    )

    @app.get("/bare")
    @app.get("/me")
    def read() -> dict[str, object]:
        with engine().connect() as connection:
            row = connection.execute(one, {"who": draw.randint(1, 50_000)}).first()
        return {"payment": list(row) if row else None}

    return app


if __name__ == "__main__":
    main()
