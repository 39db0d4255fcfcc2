"""The one button at county size: from imported feeds to built batches, seconds a stage and memory.

Run with ``.venv/bin/python -m tests.performance.bench_month [--residents 500000]``. It makes a
synthetic county, imports both months' feeds, runs the earlier month's monthly programmes so that
there is something to compare with, then times ``anxin month run`` for the later month in a process
of its own, as an operator would start it. With ``--keep FOLDER`` the county is made once; give each
run a folder of its own or a fresh copy, because a month is decided once. Limits printed beside the figures are the aims, not
asserted: a timed test would fail on a busy machine for no reason of ours.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

SECONDS_AIM = 60.0
MEGABYTES_AIM = 4096


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="keep or reuse the data in this folder")
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        bench(given.keep, given.residents, given.seed)
    else:
        with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
            bench(Path(folder), given.residents, given.seed)


def bench(home: Path, residents: int, seed: int) -> None:
    """Prepare the county in ``home`` if needed, then time the month."""
    os.environ["ANXIN_DATA_DIR"] = str(home / "data")
    county = home / "county"
    if not (county / "complete").exists():
        took = timed("county made", "county", "make", str(county), "--residents", str(residents),
                     "--seed", str(seed))  # fmt: skip
        line("county made", took)
        anxin("ledger", "appropriate", str(county / "appropriations.csv"))
        for month in ("2026-09", "2026-10"):
            took = timed("import", "feeds", "import-dir", str(county / month))
            line(f"{month} imported", took)
            if month == "2026-09":
                monthly = "MZ01,MZ07,MZ08,MZ09,MZ15,MZ16,MZ17,WJ02"
                anxin("month", "run", month, "--programmes", monthly)
        (county / "complete").touch()
    # The server stays up, so that its size can be looked at afterwards.
    url = anxin("db", "url").strip()
    before = database_cpu(home)
    result = json.loads(anxin("month", "run", "2026-10", "--json"))
    print(
        f"\nanxin month run 2026-10, {residents:,} residents × {len(result['batches'])} programmes"
    )
    seconds = result["seconds"]
    for stage in ("freeze", "assess", "build"):
        line(stage, seconds[stage], f"cpu {seconds[f'{stage}_cpu']:.1f} s in this process")
    line("total", seconds["total"], f"cpu {database_cpu(home) - before:.1f} s in the database")
    kept, decided = decisions(url)
    print(
        f"{decided:,} decisions made, {kept:,} of them stored as rows, "
        f"{decided / seconds['assess']:,.0f} made and {kept / seconds['assess']:,.0f} stored a second"
    )
    lines = sum(figures["count"] for figures in result["batches"].values())
    print(f"{lines:,} lines; {result['seconds']['total']:.1f} s of an aim of {SECONDS_AIM:.0f} s; "
          f"peak {result['peak_mb']:,} MB in this process, {database_mb(home):,} MB in the largest "
          f"database process, of an aim of {MEGABYTES_AIM:,} MB")  # fmt: skip
    anxin("down")


def timed(_what: str, *arguments: str) -> float:
    """Run a command and return its seconds."""
    started = time.monotonic()
    anxin(*arguments)
    return time.monotonic() - started


def anxin(*arguments: str) -> str:
    """Run the command line and return what it printed."""
    command = [sys.executable, "-c", "from service.start import main; main()", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"anxin {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def decisions(url: str) -> tuple[int, int]:
    """Return how many rows of the last assessment there are, and how many decisions it made."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(
            "WITH last AS (SELECT id, counts FROM assessments ORDER BY assessed_at DESC LIMIT 1) "
            "SELECT (SELECT count(*) FROM decisions JOIN last ON last.id = assessment_id), "
            "(SELECT sum((f->>'due')::bigint + (f->>'not_due')::bigint + (f->>'unknown')::bigint) "
            "FROM last, jsonb_each(counts) each(code, f))"
        ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def database_cpu(home: Path) -> float:
    """Return the processor seconds of all PostgreSQL processes of this run, ended ones included."""
    pid_file = home / "data" / "postgres" / "data" / "postmaster.pid"
    if not pid_file.exists():
        return 0.0
    postmaster = psutil.Process(int(pid_file.read_text().splitlines()[0]))
    ended = postmaster.cpu_times()
    total = ended.user + ended.system + ended.children_user + ended.children_system
    for one in postmaster.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return float(total)


def database_mb(home: Path) -> int:
    """Return the largest resident set of a PostgreSQL process of this run, in MB."""
    pid_file = home / "data" / "postgres" / "data" / "postmaster.pid"
    if not pid_file.exists():
        return 0
    family = psutil.Process(int(pid_file.read_text().splitlines()[0])).children()
    return max((int(one.memory_info().rss) for one in family), default=0) // 2**20


def line(what: str, seconds: float, beside: str = "") -> None:
    """Print one figure, and what to hold it against."""
    print(f"{what:<28} {seconds:8.1f} s  {beside}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
