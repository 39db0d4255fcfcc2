"""The audit trail beside a chain of hashes in each transaction, and beside none: the same work, one run.

Run with ``.venv/bin/python -m tests.performance.bench_audit [--seconds 10] [--workers 1 8 16]`` for
transactions a second, and with ``--entries 10000000`` for a long log: how fast it is given its places,
verified, and proofs are made. On an embedded PostgreSQL in a folder of its own.
"""

import argparse
import hashlib
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from sqlalchemy import text

MODES = ("no audit", "chain in the transaction", "trail and sequencer")
ACCOUNTS = 1_000
EVERY_SECONDS = 0.5
"""As the worker's schedule has it."""
PROOFS = 300
TABLES = """
CREATE TABLE bench_accounts (id int PRIMARY KEY, fen bigint NOT NULL);
CREATE TABLE bench_payments (id bigserial PRIMARY KEY, account int NOT NULL, fen bigint NOT NULL);
CREATE TABLE bench_chain (LIKE audit_entries INCLUDING ALL, no bigserial UNIQUE, hash bytea NOT NULL);
"""
MANY = r"""
INSERT INTO audit_entries (id, at, actor_kind, actor_id, act, object_type, object_id, canonical)
SELECT e.id, e.at, 'system', 'bench', 'payment.sent', 'payments', n::text, convert_to(
    '{"act":"payment.sent","actor":{"id":"bench","kind":"system","organisation":"","session":""},'
    || '"after":"sent","at":"' || to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
    || '+00:00","before":"frozen","details":{"amount_fen":' || (n % 90000) || '},"id":"' || e.id
    || '","object":{"id":"' || n || '","type":"payments"},"reason":"","version"\:1}', 'UTF8')
FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n CROSS JOIN LATERAL (SELECT
    ('01a00000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
    timestamptz '2026-01-01 00:00:00+00' + n * interval '1 millisecond' AS at) e
"""
_together: list[Any] = []
"""In a worker: the barrier at which all of them begin."""
COLUMNS = ("id", "at", "actor_kind", "actor_id", "act", "object_type", "object_id", "canonical")
_CHAINED = text(
    f"INSERT INTO bench_chain ({', '.join(COLUMNS)}, hash) "
    f"VALUES ({', '.join(f':{name}' for name in COLUMNS)}, :hash)"
)
LAGS = """
SELECT extract(epoch FROM p.published_at - e.at) FROM audit_leaves l
JOIN audit_entries e ON e.id = l.entry_id
CROSS JOIN LATERAL (SELECT published_at FROM audit_published p WHERE p.size > l.index
                    ORDER BY p.size LIMIT 1) p
WHERE l.index >= :first
"""


def main() -> None:
    """Measure what was asked for; print tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 8, 16])
    parser.add_argument("--entries", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as home:
        os.environ["ANXIN_DATA_DIR"] = home
        with _database():
            if given.entries:
                _long_log(given.entries)
            else:
                _side_by_side(given.seconds, given.workers)


@contextmanager
def _database() -> Iterator[None]:
    from service.foundation import engines
    from service.foundation.database import engine, transaction
    from service.foundation.migrating import upgrade_embedded

    upgrade_embedded()
    os.environ["ANXIN_DATABASE_URL"] = engines.database_url()
    try:
        with transaction() as session:
            session.execute(text(TABLES))
            session.execute(
                text("INSERT INTO bench_accounts SELECT n, 0 FROM generate_series(1, :n) n"),
                {"n": ACCOUNTS},
            )
        yield
    finally:
        engine().dispose()
        engines.stop()


def _side_by_side(seconds: float, workers: list[int]) -> None:
    print(f"{'mode':<28}{'workers':>8}{'tx a second':>13}{'p50 ms':>9}{'p99 ms':>9}")
    for count in workers:
        for mode in MODES:
            first = _signed()
            with _sequencer(mode == MODES[2]):
                taken, whole = _work(mode, count, seconds)
            each = _percentiles(taken)
            print(
                f"{mode:<28}{count:>8}{len(taken) / whole:>13,.0f}"
                f"{each[0] * 1e3:>9.1f}{each[1] * 1e3:>9.1f}",
                flush=True,
            )
            if mode == MODES[2]:
                _say_lags(first, len(taken))
    _verify()


def _say_lags(first: int, written: int) -> None:
    from service.foundation.database import transaction

    with transaction() as session:
        lags = [float(one) for one in session.scalars(text(LAGS), {"first": first})]
    if len(lags) != written:
        sys.exit(f"{written} entries were written, {len(lags)} were published: the run is void.")
    p50, p99 = _percentiles(lags)
    print(
        f"{'':<28}from the act to the published checkpoint: "
        f"p50 {p50:.2f} s, p99 {p99:.2f} s, max {max(lags):.2f} s"
    )


def _work(mode: str, workers: int, seconds: float) -> tuple[list[float], float]:
    """Return how long each transaction took, and how long they all worked."""
    context = get_context("spawn")
    together = context.Barrier(workers)
    with ProcessPoolExecutor(workers, context, _ready, (together,)) as pool:
        found = [pool.submit(_worker, mode, number, seconds) for number in range(workers)]
        taken = [one for worker in found for one in worker.result()]
    return taken, seconds


def _ready(together: Any) -> None:
    """Load, connect and record once before anything is measured."""
    from service.foundation.database import transaction

    with transaction() as session:
        session.execute(text("SELECT 1"))
    _record(_Caught(), 1)
    _together.append(together)


def _worker(mode: str, number: int, seconds: float) -> list[float]:
    from service.foundation.database import transaction

    acts: dict[str, Callable[[Any, int], None]] = dict(
        zip(MODES, (_nothing, _chain, _record), strict=True)
    )
    rng, act, taken = random.Random(number), acts[mode], []
    _together[0].wait(timeout=120)
    until = time.monotonic() + seconds
    while (start := time.monotonic()) < until:
        account, fen = rng.randint(1, ACCOUNTS), rng.randint(1, 90_000)
        with transaction() as session:
            session.execute(
                text("INSERT INTO bench_payments (account, fen) VALUES (:account, :fen)"),
                {"account": account, "fen": fen},
            )
            session.execute(
                text("UPDATE bench_accounts SET fen = fen + :fen WHERE id = :account"),
                {"account": account, "fen": fen},
            )
            act(session, fen)
        taken.append(time.monotonic() - start)
    return taken


def _nothing(_session: Any, _fen: int) -> None:
    return


def _chain(session: Any, fen: int) -> None:
    """What most systems do: each entry holds the hash of the one before, so they stand in line.

    The same entry, encoded by the same code, in a table with the same columns and indexes.
    """
    caught = _Caught()
    _record(caught, fen)
    entry = caught.entry
    session.execute(text("SELECT pg_advisory_xact_lock(1)"))
    before = session.scalar(text("SELECT hash FROM bench_chain ORDER BY no DESC LIMIT 1"))
    values = {name: getattr(entry, name) for name in COLUMNS}
    values["hash"] = hashlib.sha256((before or b"") + entry.canonical).digest()
    session.execute(_CHAINED, values)


class _Caught:
    """Takes an entry where a session would."""

    entry: Any = None

    def add(self, entry: Any) -> None:
        self.entry = entry


def _record(session: Any, fen: int) -> None:
    from service.audit.actor import SYSTEM
    from service.audit.record import record

    record(session, "payment.sent", by=SYSTEM, on=("payments", fen), details={"amount_fen": fen})


@contextmanager
def _sequencer(wanted: bool) -> Iterator[None]:
    """Sequence and publish as the worker does, in a process of its own, until nothing waits."""
    if not wanted:
        yield
        return
    context = get_context("spawn")
    stop = context.Event()
    process = context.Process(target=_sequence_until, args=(stop,))
    process.start()
    try:
        yield
    finally:
        stop.set()
        process.join(120)
        if process.is_alive():
            process.terminate()
            sys.exit("The sequencer did not finish in two minutes; the run is void.")


def _sequence_until(stop: Any) -> None:
    from service.audit.log.publish import publish
    from service.audit.log.sequence import sequence
    from service.foundation.database import transaction

    while True:
        last, start = stop.is_set(), time.monotonic()
        with transaction() as session:
            added = sequence(session)
        publish()
        if last and not added:
            return
        time.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - start)))


def _long_log(entries: int) -> None:
    from service.audit.log.publish import publish
    from service.audit.log.sequence import MOST_AT_ONCE, sequence
    from service.foundation.database import transaction

    for first in range(0, entries, MOST_AT_ONCE):
        with transaction() as session:
            last = min(first + MOST_AT_ONCE, entries) - 1
            session.execute(text(MANY), {"first": first, "last": last})
    with transaction() as session:
        session.execute(text("ANALYZE audit_entries"))
        session.execute(text("ANALYZE audit_waiting"))
    began, cpu, added = time.monotonic(), time.process_time(), MOST_AT_ONCE
    while added >= MOST_AT_ONCE:
        with transaction() as session:
            added = sequence(session)
        publish()
    _say("given their places", entries, began, cpu)
    with transaction() as session:
        session.execute(text("ANALYZE"))
    _verify()
    _proofs(entries)
    began = time.monotonic()
    with transaction() as session:
        sequence(session)
    print(f"an empty look of the sequencer: {(time.monotonic() - began) * 1e3:.1f} ms")


def _verify() -> None:
    from service.audit.verify import verify
    from service.foundation.database import transaction

    began, cpu = time.monotonic(), time.process_time()
    with transaction() as session:
        verdict = verify(session)
    if not verdict.verified:
        sys.exit(f"The log does not verify: {verdict.sentence}")
    _say("verified", verdict.entries, began, cpu)


def _proofs(entries: int) -> None:
    from service.audit.log.proofs import (
        check_consistency,
        check_inclusion,
        consistency_proof,
        inclusion_proof,
    )
    from service.audit.log.stored import Stored
    from service.foundation.database import transaction

    rng, inclusion, consistency = random.Random(7), [], []
    with transaction() as session:
        root = Stored(session).subtree(0, entries)
        for _ in range(PROOFS):
            index, began = rng.randrange(entries), time.monotonic()
            stored = Stored(session)
            proof = inclusion_proof(index, entries, stored.subtree)
            inclusion.append(time.monotonic() - began)
            check_inclusion(stored.complete(0, index), index, entries, proof, root)
            old, began = rng.randrange(1, entries), time.monotonic()
            proof = consistency_proof(old, entries, Stored(session).subtree)
            consistency.append(time.monotonic() - began)
            check_consistency(old, entries, Stored(session).subtree(0, old), root, proof)
    for what, taken in (("inclusion", inclusion), ("consistency", consistency)):
        p50, p99 = _percentiles(taken)
        print(
            f"{what} proof of {entries:,} entries: p50 {p50 * 1e3:.1f} ms, p99 {p99 * 1e3:.1f} ms, "
            f"max {max(taken) * 1e3:.1f} ms"
        )


def _signed() -> int:
    from service.foundation.database import transaction

    with transaction() as session:
        return session.scalar(text("SELECT coalesce(max(size), 0) FROM audit_checkpoints")) or 0


def _percentiles(values: list[float]) -> tuple[float, float]:
    """Return the median and the 99th of a hundred."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def _say(what: str, entries: int, began: float, cpu: float) -> None:
    seconds, used = time.monotonic() - began, time.process_time() - cpu
    print(
        f"{entries:,} entries {what} in {seconds:.1f} s: {entries / seconds:,.0f} a second "
        f"({used:.1f} s of our processor time: {entries / max(used, 1e-9):,.0f})",
        flush=True,
    )


if __name__ == "__main__":
    main()
