"""``python -m tests.chaos [--kills 1000] [--seeds 200] [--seed N]``: chaos on this machine.

Kills workers of dispatch, reconciliation and day close until there were as many as asked for, pays
everything that was signed meanwhile, and compares the bank's books with ours. Then lives through a
county's days as seeds decide them. Ends with one sentence each, and with exit code 1 unless
everything is well. docs/operate.md says what it means.
"""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg

TEMPLATE = "chaos_template"


def main() -> int:
    """Run what is asked for and say what came of it."""
    parser = argparse.ArgumentParser(prog="make chaos", description="Kill workers, compare books.")
    parser.add_argument("--kills", type=int, default=1000, help="workers to kill; 0: none")
    parser.add_argument("--seeds", type=int, default=200, help="seeds to simulate; 0: none")
    parser.add_argument("--seed", type=int, default=None, help="repeat the draw of an earlier run")
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    with tempfile.TemporaryDirectory(prefix="anxin-chaos-") as folder:
        os.environ["ANXIN_DATA_DIR"] = folder
        os.environ.pop("ANXIN_DATABASE_URL", None)
        os.environ.pop("ANXIN_REDIS_URL", None)
        from service.foundation import engines

        try:
            server = _server()
            well = given.kills == 0 or kill(given.kills, seed, Path(folder), server)
            well = (given.seeds == 0 or simulate(given.seeds, seed, Path(folder), server)) and well
        finally:
            engines.stop()
    return 0 if well else 1


def _server() -> str:
    """Return the URL of a server that holds a migrated template."""
    from service import load_jobs
    from service.foundation import engines
    from service.foundation.migrating import upgrade

    load_jobs()
    server = engines.database_url().rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    upgrade(f"{server}/{TEMPLATE}")
    return server


def kill(kills: int, seed: int, folder: Path, server: str) -> bool:
    """Run the killing in a database of its own, print its sentence, return whether all is well."""
    from tests.bank_adapters.banks import RunningBank
    from tests.chaos.kills import Killing
    from tests.chaos.workers import Workers
    from tests.factories.town import Town
    from tests.foundation.committed import copied

    began = time.monotonic()
    say(f"seed {seed}: {kills} kills; the same again with --kills {kills} --seeds 0 --seed {seed}")
    bank = RunningBank(folder / "bank")
    try:
        with copied(TEMPLATE, server, folder / "data") as committed, Workers() as workers:
            town = Town(committed, bank)
            result = Killing(town, workers, seed, say=say, bank_dies_every_days=4).run(kills)
    finally:
        bank.stop()
    for point, times in result.where.items():
        say(f"  {times:>5} killed {point}")
    say(f"  {result.lost_between:>5} files lost their sender between intent and outcome")
    say(f"{result.said()} {time.monotonic() - began:.0f} s, seed {seed}.")
    return not (result.lost or result.doubled or result.problems)


def simulate(seeds: int, first: int, folder: Path, server: str) -> bool:
    """Live through the days of so many seeds; say which broke, and return whether none did."""
    from tests.chaos.simulation import Broken, Simulation
    from tests.foundation.committed import copied

    began, broken = time.monotonic(), 0
    happened: Counter[str] = Counter()
    for seed in range(first, first + seeds):
        home = folder / f"seed-{seed}"
        home.mkdir()
        with copied(TEMPLATE, server, home / "data") as committed:
            try:
                happened.update(Simulation(committed, home, seed).run())
            except Broken as found:
                broken += 1
                say(f"{found}\nthe same again with --kills 0 --seeds 1 --seed {seed}")
        if (seed - first + 1) % 20 == 0:
            say(f"{seed - first + 1} seeds, {broken} broken, {happened['crashes']} crashes")
    say(
        f"{seeds} seeds from {first}: {happened['crashes']} crashes, {happened['payments']} payments, "
        f"{happened['looks']} looks at every invariant, {broken} broken. "
        f"{time.monotonic() - began:.0f} s."
    )
    return not broken


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
