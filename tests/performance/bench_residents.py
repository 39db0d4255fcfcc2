"""The shared resident database at county and city size: rows a second, beside a bare COPY.

``.venv/bin/python -m tests.performance.bench_residents [--residents 500000]`` makes a synthetic
county of fifty feeds, imports it as an operator would (``anxin feeds import-dir --workers 2``),
and prints: the full import beside a bare COPY of the same rows into a table without an index, a
day's increment of 5,000 rows, a snapshot, and the look-up of one resident. ``--growth
500000,1000000,5000000`` imports the two longest feeds at several sizes instead, to show that time
grows linearly and memory does not. Limits printed beside the figures are the aims, not asserted.
"""

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
from pathlib import Path

import psycopg

from tests.performance.bench_month import anxin, line, timed
from tests.performance.long_lists import write_cards, write_register

IMPORT_AIM_SECONDS = 300.0
INCREMENT_AIM_SECONDS = 5.0
INCREMENT_ROWS = 5_000
SNAPSHOT_AIM_SECONDS = 30.0
LOOK_UP_AIM_MILLISECONDS = 10.0
LOOK_UPS = 500


def main() -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--growth", help="sizes, comma separated; instead of the county")
    parser.add_argument("--county", type=Path, help="a county that is already made")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        home = Path(folder)
        os.environ["ANXIN_DATA_DIR"] = str(home / "data")
        try:
            if given.growth:
                grow(home, [int(size) for size in given.growth.split(",")])
            else:
                full(home, given.residents, given.seed, given.workers, given.county)
        finally:
            anxin("down")


def full(home: Path, residents: int, seed: int, workers: int, made: Path | None) -> None:
    """Time a whole county: import, increment, snapshot, look-up."""
    county = made or home / "county"
    if made is None:
        took = timed("made", "county", "make", str(county), "--residents", str(residents), "--seed",
                     str(seed))  # fmt: skip
        line("county made", took)
    month = min(path for path in county.iterdir() if path.is_dir())
    took = timed("import", "feeds", "import-dir", str(month), "--workers", str(workers))
    rows, copy_seconds = bare_copy()
    print(f"\nfull import of fifty feeds, {residents:,} residents, {workers} processes")
    line(
        "anxin feeds import-dir", took, f"{rows / took:,.0f} rows/s, aim {IMPORT_AIM_SECONDS:.0f} s"
    )
    line(
        "bare COPY of the same rows",
        copy_seconds,
        f"{rows / copy_seconds:,.0f} rows/s, no index, no check",
    )
    _increment(home)
    _snapshot(month.name)
    _look_up()


def bare_copy() -> tuple[int, float]:
    """Return how many rows were imported, and the seconds PostgreSQL needs just to take them in."""
    from sqlalchemy import text

    from service.foundation.database import engine, transaction

    with transaction() as session:
        rows = session.scalar(text("SELECT sum(rows_accepted) FROM deliveries")) or 0
    url = engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    with tempfile.TemporaryFile() as passing, psycopg.connect(url) as connection:
        cursor = connection.cursor()
        with cursor.copy("COPY feed_records TO STDOUT") as out:
            for piece in out:
                passing.write(piece)
        passing.seek(0)
        cursor.execute("CREATE TABLE bare (LIKE feed_records)")
        started = time.monotonic()
        with cursor.copy("COPY bare FROM STDIN") as into:
            while part := passing.read(1 << 20):
                into.write(part)
        connection.commit()
        took = time.monotonic() - started
        cursor.execute("DROP TABLE bare")
        connection.commit()
    return int(rows), took


def _increment(home: Path) -> None:
    path = home / "increment.csv"
    write_cards(path, INCREMENT_ROWS, start=7_000_000)
    took = timed("increment", "feeds", "import", "RS_CARD", str(path))
    line(f"increment of {INCREMENT_ROWS:,} rows", took, f"aim {INCREMENT_AIM_SECONDS:.0f} s")


def _snapshot(month: str) -> None:
    from service.audit.actor import SYSTEM
    from service.foundation.database import transaction
    from service.foundation.months import Month
    from service.residents.snapshot import freeze

    started = time.monotonic()
    with transaction() as session:
        freeze(session, Month.parse(month), by=SYSTEM)
    took = time.monotonic() - started
    line("snapshot", took, f"aim {SNAPSHOT_AIM_SECONDS:.0f} s")


def _look_up() -> None:
    """Time the look-up of one resident by number: find the person, read every current record."""
    from sqlalchemy import select

    from service.foundation.database import transaction
    from service.foundation.encryption import sealer
    from service.residents.identity.find import find
    from service.residents.models import FeedRecord, PersonIdentifier

    rng = random.Random(11)
    with transaction() as session:
        kept = session.scalars(
            select(PersonIdentifier).where(PersonIdentifier.kind == "id18").limit(100_000)
        ).all()
        numbers = [
            sealer().open(one.value_sealed, f"person_identifiers:value:{one.value_index.hex()}")
            for one in rng.sample(kept, LOOK_UPS)
        ]
    took = []
    with transaction() as session:
        for number in numbers:
            session.expunge_all()
            started = time.monotonic()
            person = find(session, number)
            assert person is not None
            session.scalars(
                select(FeedRecord).where(
                    FeedRecord.person_id == person.id, FeedRecord.known_to.is_(None)
                )
            ).all()
            took.append((time.monotonic() - started) * 1000)
    middle, worst = statistics.median(took), sorted(took)[int(len(took) * 0.99)]
    print(f"{'look-up of one resident':32} median {middle:5.1f} ms, p99 {worst:5.1f} ms "
          f"(aim {LOOK_UP_AIM_MILLISECONDS:.0f} ms, {LOOK_UPS} look-ups)")  # fmt: skip


def grow(home: Path, sizes: list[int]) -> None:
    """Import register and cards at several sizes, each in a fresh database."""
    print(
        f"{'residents':>12} {'rows':>12} {'seconds':>9} {'CPU s':>9} {'rows/s':>9} {'file MB':>9} {'peak MB':>9}"
    )
    for size in sizes:
        os.environ["ANXIN_DATA_DIR"] = str(home / f"data-{size}")
        register, cards = home / "register.csv", home / "cards.csv"
        write_register(register, size)
        write_cards(cards, size)
        megabytes = (register.stat().st_size + cards.stat().st_size) / 1e6
        anxin("db", "upgrade")
        started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        anxin("feeds", "import", "GA_HUKOU", str(register))
        anxin("feeds", "import", "RS_CARD", str(cards))
        took, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        # Of the importing processes alone: the same on a busy machine.
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = after.ru_maxrss / 1024
        print(f"{size:>12,} {2 * size:>12,} {took:>9.1f} {spent:>9.1f} {2 * size / took:>9,.0f} {megabytes:>9,.0f} "
              f"{peak:>9,.0f}", flush=True)  # fmt: skip
        anxin("down")


if __name__ == "__main__":
    main()
