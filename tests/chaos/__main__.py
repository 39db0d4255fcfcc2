"""``python -m tests.chaos [--kills 1000] [--seed 1]``: chaos, with its seed, on this machine.

Kills workers of dispatch, reconciliation and day close until there were as many as asked for, pays
everything that was signed meanwhile, and compares the bank's books with ours. Ends with one
sentence and with exit code 1 unless everything is well. docs/operate.md says what it means.
"""

import argparse
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.chaos.kills import Killing, Result


def main() -> int:
    """Run what is asked for and say what came of it."""
    parser = argparse.ArgumentParser(prog="make chaos", description="Kill workers, compare books.")
    parser.add_argument("--kills", type=int, default=1000, help="workers to kill")
    parser.add_argument("--seed", type=int, default=None, help="repeat the draw of an earlier run")
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    with tempfile.TemporaryDirectory(prefix="anxin-chaos-") as folder:
        os.environ["ANXIN_DATA_DIR"] = folder
        os.environ.pop("ANXIN_DATABASE_URL", None)
        os.environ.pop("ANXIN_REDIS_URL", None)
        result = kill(given.kills, seed, Path(folder))
    return 1 if result.lost or result.doubled or result.problems else 0


def kill(kills: int, seed: int, folder: Path) -> Result:
    """Run the killing in a database of its own and print its progress and its sentence."""
    from service import load_jobs
    from service.foundation import engines
    from service.foundation.migrating import upgrade
    from tests.bank_adapters.banks import RunningBank
    from tests.chaos.workers import Workers
    from tests.factories.town import Town
    from tests.foundation.committed import copied

    load_jobs()
    began = time.monotonic()
    say(f"seed {seed}: {kills} kills; the same again with --seed {seed}")
    server = engines.database_url().rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE chaos_template")
    upgrade(f"{server}/chaos_template")
    bank = RunningBank(folder / "bank")
    try:
        with copied("chaos_template", server, folder / "data") as committed, Workers() as workers:
            town = Town(committed, bank)
            run = Killing(town, workers, seed, say=say, bank_dies_every_days=4)
            result = run.run(kills)
    finally:
        bank.stop()
        engines.stop()
    for point, times in result.where.items():
        say(f"  {times:>5} killed {point}")
    say(f"  {result.lost_between:>5} files lost their sender between intent and outcome")
    say(f"{result.said()} {time.monotonic() - began:.0f} s, seed {seed}.")
    return result


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
