"""Evidence packs of a long list: seconds, bytes and memory, of the batch and of one payment in it.

Run with ``.venv/bin/python -m tests.performance.bench_packs [--lines 200000]``. The list is approved
by the real verbs while it is small and then grown; its lines are masked, hashed and compressed as
they go by, so that the peak of memory is to be the same at any length. CPU seconds are this process's
and PostgreSQL's together. The verifier runs as an outsider runs it. Limits are printed beside the
figures and not asserted: a timed test would fail on a busy machine for no reason of ours.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import psutil

from tests.performance.bench_batches import Clock
from tests.performance.bench_dispatch import _postmaster
from tests.performance.bench_month import anxin

BATCH_LIMIT_SECONDS, PAYMENT_LIMIT_SECONDS, GROWTH_LIMIT_MB = 60.0, 10.0, 40


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=200_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        home = Path(folder)
        os.environ["ANXIN_DATA_DIR"] = str(home / "data")
        os.environ["ANXIN_DATABASE_URL"] = anxin("db", "url").strip()
        try:
            anxin("db", "upgrade")
            bench(home, given.lines)
        finally:
            os.environ.pop("ANXIN_DATABASE_URL", None)
            anxin("down")


def bench(home: Path, lines: int) -> None:
    """Grow a list and pack it."""
    from service import load_jobs
    from service.audit.log.sequence import sequence
    from service.foundation.database import transaction
    from tests.factories import residents
    from tests.factories.banks import OPENING_FEN
    from tests.factories.officers import staff
    from tests.performance.dispatch_data import approved_list

    load_jobs()
    with transaction() as session:
        residents.use(session)
        batch_id = approved_list(session, staff(), lines, OPENING_FEN * 100).id
    with transaction() as session:
        sequence(session)
    clock = Clock(psutil.Process(_postmaster(home)))
    print(f"\n{lines:,} lines\n{'what':<40}{'cpu s':>8}{'wall s':>8}{'MB':>8}  limit")
    path = home / "batch.zip"
    pack_batch(home / "small.zip", batch_id, lines=10)  # Imports and caches are not the pack's.
    before = _peak_mb()
    _timed(clock, "batch pack", path, lambda: pack_batch(path, batch_id), BATCH_LIMIT_SECONDS)
    grown = _peak_mb() - before
    print(f"{'memory it added at its peak':<40}{'':>16}{grown:>8}  {GROWTH_LIMIT_MB} MB")
    one = home / "payment.zip"
    _timed(clock, "payment pack", one, lambda: pack_payment(one, batch_id), PAYMENT_LIMIT_SECONDS)
    for pack in (path, one):
        _verified(pack)


def pack_batch(path: Path, batch_id: UUID, lines: int = 0) -> None:
    """Write the batch's pack; with ``lines``, only so many of them, to warm up."""
    from service.batches.models import Batch
    from service.evidence.archive.stream import streaming
    from service.evidence.batch.gather import write_batch
    from service.evidence.batch.lines import Totals, lines_of
    from service.foundation.database import transaction

    with transaction() as session:
        batch = session.get_one(Batch, batch_id)
        if not lines:
            write_batch(session, batch, path, whole=False)
            return
        with streaming(path) as pack:
            many = lines_of(session, batch, Totals(), whole=False)
            pack.put("payments.jsonl", (line for _, line in zip(range(lines), many, strict=False)))
            pack.finish("batch", batch.batch_no)


def pack_payment(path: Path, batch_id: UUID) -> None:
    """Write the pack of the list's last line."""
    from sqlalchemy import func, select

    from service.batches.models import Payment
    from service.evidence.payment.gather import pack_of
    from service.evidence.payment.subject import subject_of
    from service.foundation.database import transaction
    from service.foundation.ids import reference_of

    with transaction() as session:
        last = session.scalar(select(func.max(Payment.id)).where(Payment.batch_id == batch_id)) or 0
        about = subject_of(session, reference_of(last), whole=False)
        path.write_bytes(pack_of(session, about).content)


def _timed(clock: Clock, what: str, path: Path, make: Callable[[], None], limit: float) -> None:
    with clock.running(what):
        make()
    wall, cpu = clock.took[what]
    size = path.stat().st_size / 1e6
    print(f"{what:<40}{cpu:>8.1f}{wall:>8.1f}{size:>8.1f}  {limit} CPU s")


def _verified(path: Path) -> None:
    """Verify a pack as an outsider does and say what it took."""
    verifier = Path(__file__).parents[2] / "service" / "evidence" / "standalone" / "verify.py"
    began = time.monotonic()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(verifier), str(path)], check=False, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    print(f"{'verified: ' + path.name:<40}{cpu:>8.1f}{time.monotonic() - began:>8.1f}{'':>8}  exit code {done.returncode}")  # fmt: skip


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
