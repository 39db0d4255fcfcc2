"""Resealing at county size beside opening and sealing alone: rows a second.

Run with ``.venv/bin/python -m tests.performance.bench_reseal [--numbers 500000]``, on an embedded
PostgreSQL in a folder of its own.
"""

import argparse
import os
import tempfile
import time

from sqlalchemy import text


def main() -> None:
    """Seal that many ID numbers, rotate, reseal and check; print what each took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--numbers", type=int, default=500_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as home:
        os.environ["ANXIN_DATA_DIR"] = home
        _measure(given.numbers)


def _measure(numbers: int) -> None:
    from service.audit import key_commands
    from service.foundation import engines
    from service.foundation.database import engine, transaction
    from service.foundation.encryption import sealer
    from service.foundation.encryption.check import check
    from service.foundation.encryption.reseal import reseal
    from service.foundation.encryption.sealed_columns import SEALED_COLUMNS
    from service.foundation.migrating import upgrade_embedded
    from tests.foundation.encryption.everything import fill

    upgrade_embedded()
    try:
        with transaction() as session:
            fill(session, numbers, SEALED_COLUMNS[:1])
        with transaction() as session:
            session.execute(text("ANALYZE"))
            kept = session.execute(
                text("SELECT value_sealed, value_index FROM person_identifiers")
            ).all()
        with transaction() as session:
            key_commands._rotate(session)
        started, using = time.monotonic(), sealer()
        for sealed, index in kept:
            place = f"person_identifiers:value:{index.hex()}"
            using.seal(using.open(sealed, place), place)
        _say("opening and sealing alone", numbers, started)
        started = time.monotonic()
        assert reseal()[0].rows == numbers
        _say("resealing", numbers, started)
        started = time.monotonic()
        with transaction() as session:
            assert not any(one.broken for one in check(session))
        _say("checking", numbers, started)
    finally:
        engine().dispose()
        engines.stop()


def _say(what: str, numbers: int, started: float) -> None:
    seconds = time.monotonic() - started
    print(f"{what:<28}{numbers / seconds:>12,.0f} a second{seconds:>10.1f} s")


if __name__ == "__main__":
    main()
