"""One explanation in a county of half a million: milliseconds from the request to the sentences.

Run with ``.venv/bin/python -m tests.performance.bench_explain [--residents 500000]``. It draws facts
for every column that the rules know, decides every programme about persons from them, keeps facts and
outcomes as the service does (encrypted, with their digests), and fills a database with persons and
records of several feeds. Then it explains random people and programmes as a page does: look up the
month, find the person's rows, explain, look up whose data it stood on, write the sentences. The limit
is printed beside the figures and not asserted: a timed test would fail on a busy machine for no
reason of ours.
"""

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

LIMIT_MS = 50.0
MONTH = "2026-10"
FEEDS = ("GA_HUKOU", "MZ_SA", "CL_CERT", "RS_INS")
"""Feeds of which everybody gets a record, so that the index is as deep as a county's."""


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=500_000)
    parser.add_argument("--asked", type=int, default=400, help="how many explanations are timed")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        os.environ["ANXIN_DATA_DIR"] = folder
        bench(Path(folder), given.residents, given.asked, given.seed)


def bench(home: Path, residents: int, asked: int, seed: int) -> None:
    """Make the month in ``home``, then time explanations of it."""
    from service.foundation import engines
    from service.foundation.migrating import upgrade_embedded

    upgrade_embedded()
    try:
        started = time.monotonic()
        fill_database(residents)
        print(f"{'database filled':<44} {time.monotonic() - started:8.1f} s", flush=True)
        started = time.monotonic()
        codes = make_month(home, residents, seed)
        print(f"{'month decided and kept':<44} {time.monotonic() - started:8.1f} s", flush=True)
        time_explanations(residents, codes, asked, seed)
    finally:
        engines.stop()


def fill_database(residents: int) -> None:
    """Insert persons, a delivery of every feed, and a record a person of some feeds."""
    from sqlalchemy import text

    from service.foundation import clock, ids
    from service.foundation.database import transaction
    from service.residents import feeds
    from service.residents.models import Delivery

    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO persons (name, division) "
                "SELECT '试', '330523100200' FROM generate_series(1, :n)"
            ),
            {"n": residents},
        )
        for code in feeds.every():
            delivery = Delivery(
                id=ids.uuid7(), feed=code, state="imported", mode="full", file_name=f"{code}.csv",
                sha256=code.encode(), encoding="utf-8", received_at=clock.now(),
                received_by="bench", confirmed_at=clock.now(), as_of=clock.today(),
            )  # fmt: skip
            session.add(delivery)
            session.flush()
            if code in FEEDS:
                session.execute(
                    text(
                        "INSERT INTO feed_records (feed, record_key, person_id, data, digest,"
                        " delivery_id, row_no, known_from)"
                        " SELECT :feed, p.id, p.id, '{}', '', :delivery, p.id, :at FROM persons p"
                    ),
                    {"feed": code, "delivery": delivery.id, "at": clock.now()},
                )
    with transaction() as session:
        session.execute(text("ANALYZE"))


def make_month(home: Path, residents: int, seed: int) -> list[str]:
    """Draw facts, decide, and keep both as the service does; return the programmes decided."""
    import duckdb

    from eligibility_rules import Month, Subject, compile_sql
    from service.assessment.cells import CELLS_TOGETHER, write_cells
    from service.assessment.models import Assessment
    from service.assessment.outcome_files import encrypted, purpose_of
    from service.foundation import clock, ids
    from service.foundation.database import transaction
    from service.foundation.settings import settings
    from service.programmes.catalogue import keep_version, rules
    from service.residents.models import Snapshot
    from service.residents.snapshot.at_rest import encrypt
    from service.residents.snapshot.opening import purpose_of as snapshot_purpose

    month = Month.parse(MONTH)
    digest, folder = "5" * 64, f"{MONTH}-{'5' * 12}"
    plain = home / "plain"
    plain.mkdir()
    facts, outcomes = plain / "person.parquet", plain / "person-outcomes.parquet"
    codes = [one.code for one in rules().of_subject(Subject.PERSON) if one.is_payable(month)]
    with duckdb.connect() as engine:
        engine.execute(f"SELECT setseed({seed / 100})")
        columns = ", ".join(drawn_columns())
        engine.execute(
            f"COPY (SELECT range + 1 AS person_id, '330523100200' AS division,"
            f" range + 1 AS payee_person_id, {columns} FROM range({residents}))"
            f" TO '{facts}' (FORMAT parquet, COMPRESSION zstd)"
        )
        sql = compile_sql(
            rules(), Subject.PERSON, month, table=f"read_parquet('{facts}')", codes=codes
        )
        engine.execute(f"COPY ({sql}) TO '{outcomes}' (FORMAT parquet, COMPRESSION zstd)")
        cells = write_cells(engine, outcomes, Subject.PERSON, codes)
    snapshots = settings().snapshots_dir
    (snapshots / folder).mkdir(parents=True)
    kept = encrypt(facts, snapshots / folder / "person.parquet", snapshot_purpose(digest))
    rule_digest = rules().digest
    purpose = purpose_of(digest, rule_digest)
    files = encrypted([outcomes], plain, purpose)
    files |= encrypted([cells], plain, purpose, CELLS_TOGETHER)
    (plain / "encrypted").rename(snapshots / f"{folder}-outcomes")
    for path in (facts, outcomes, cells):
        path.unlink()
    with transaction() as session:
        keep_version(session)
        snapshot = Snapshot(
            id=ids.uuid7(), month=MONTH, digest=digest, folder=folder, taken_at=clock.now(),
            manifest={"as_known_at": clock.now().isoformat(), "tables": {}},
            files={"person.parquet": kept},
        )  # fmt: skip
        session.add(snapshot)
        session.flush()
        session.add(
            Assessment(
                month=MONTH, snapshot_id=snapshot.id, rule_digest=rule_digest, digest="6" * 64,
                folder=f"{folder}-outcomes", files=files, counts={}, assessed_at=clock.now(),
            )
        )  # fmt: skip
    megabytes = sum(path.stat().st_size for path in snapshots.rglob("*.parquet")) / 2**20
    print(
        f"{len(codes)} programmes; facts and outcomes {megabytes:,.0f} MB on the disk", flush=True
    )
    return codes


def drawn_columns() -> list[str]:
    """Return an SQL expression with its name for every column the catalogue has about persons."""
    from eligibility_rules import Subject
    from eligibility_rules.language.kinds import Kind
    from service.programmes.catalogue import rules

    drawn = []
    for fact in rules().facts.facts.values():
        if Subject.PERSON not in fact.subjects:
            continue
        codes = (
            [one.code for one in rules().of_subject(Subject.PERSON)] if fact.per_programme else [""]
        )
        if fact.kind is Kind.BOOL:
            value = "random() < 0.5"
        elif fact.kind is Kind.CODE:
            words = ", ".join(f"'{word}'" for word in fact.codes)
            value = f"[{words}][1 + (random() * {len(fact.codes) - 1})::INT]"
        elif fact.kind.is_number:
            low, high = (fact.span.low, fact.span.high) if fact.span else (0, 1000)
            value = f"{max(low, 0)} + (random() * {min(high, 300_000) - max(low, 0)})::BIGINT"
        else:
            value = "DATE '1926-01-01' + (random() * 36800)::INT"
        drawn += [
            f'CASE WHEN random() < 0.8 THEN {value} END AS "{fact.column(code)}"' for code in codes
        ]
    return drawn


def time_explanations(residents: int, codes: list[str], asked: int, seed: int) -> None:
    """Explain random people; print the first one of the process and what the others took."""
    from service.assessment.explain import explain_one, explain_person, latest
    from service.assessment.told import tell
    from service.foundation.database import transaction

    draw = random.Random(seed)

    def explain() -> None:
        with transaction() as session:
            month = latest(session, MONTH)
            assert month is not None
            whole = explain_one(
                session, month, "person", draw.randint(1, residents), draw.choice(codes)
            )
            assert tell(whole, "zh", traced=True).conditions

    def explain_all() -> None:
        with transaction() as session:
            month = latest(session, MONTH)
            assert month is not None
            assert len(explain_person(session, month, draw.randint(1, residents))) == len(codes)

    started = time.perf_counter()
    explain()
    first = (time.perf_counter() - started) * 1000
    print(f"\n{residents:,} residents, {len(codes)} programmes about persons, one process")
    print(f"{'first of a process (every byte checked)':<44} {first:8.1f} ms")
    show("one explanation, whole, with its sources", timed(explain, asked), LIMIT_MS)
    show("all of a person's outcomes, a sentence each", timed(explain_all, asked // 4), None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'largest memory of this process':<44} {peak:8,} MB (making the month included)")


def timed(act: Callable[[], None], times: int) -> tuple[list[float], float]:
    """Return the milliseconds of each of some repetitions, sorted, and the processor's for one."""
    found = []
    before = time.process_time()
    for _ in range(times):
        started = time.perf_counter()
        act()
        found.append((time.perf_counter() - started) * 1000)
    return sorted(found), (time.process_time() - before) * 1000 / times


def show(what: str, measured: tuple[list[float], float], limit: float | None) -> None:
    """Print the middle and the slow end, and what to hold them against."""
    taken, processor = measured
    p50, p95 = taken[len(taken) // 2], taken[len(taken) * 95 // 100]
    beside = "" if limit is None else f"   limit {limit:.0f} ms"
    print(f"{what:<44} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   "
          f"processor {processor:6.1f} ms{beside}")  # fmt: skip


if __name__ == "__main__":
    main()
