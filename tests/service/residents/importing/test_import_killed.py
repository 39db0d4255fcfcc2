"""An import killed at any moment and run again ends as if nobody had ever killed it."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection

from tests.foundation.committed import Committed, committed, template
from tests.service.dispatch import killing
from tests.service.residents.importing import importers
from tests.service.residents.importing.deliveries import card_of, delivery, number_of, row
from tests.service.residents.importing.importers import Step, take_step
from tests.service.residents.importing.pictures import picture

__all__ = ["committed", "template"]

SEED = 20_261
MOMENTS = ((0.05, 0.3), (0.2, 0.45), (0.35, 0.6), (0.6, 0.95))
"""Parts of a step's usual time between which each kill is drawn; only the last may come too late."""
KILLS_MIN = 15
MID_TRANSACTION_MIN = 8
STEP_SECONDS_MAX = 300
BIRTHS = ("19400105", "19500105", "19600105")
PEOPLE = [(person, birth) for birth in BIRTHS for person in range(1000)]
_WORKING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""
_LOCKS = """
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@pytest.fixture
def undisturbed(committed: Committed, template: str, server_url: str) -> Iterator[str]:
    """The URL of a second database with the same keys, in which nobody is killed."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        yield f"{server_url}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _register(count: int, **cells: Any) -> bytes:
    """A register in which a few rows go back, and one number is carried by two people."""
    table = [
        row("GA_HUKOU", number_of(person, birth), birth=_day(birth), **cells)
        for person, birth in PEOPLE[:count]
    ]
    for place in range(0, 300, 10):
        table[place][0] = table[place][0][:-1] + "Q"
    table.append(row("GA_HUKOU", number_of(501, BIRTHS[0]), name="赵另人", birth=_day(BIRTHS[0])))
    return delivery("GA_HUKOU", *table)


def _day(birth: str) -> str:
    return f"{birth[:4]}-{birth[4:6]}-{birth[6:]}"


def _cards(**cells: Any) -> bytes:
    table = [
        row("RS_CARD", number_of(*one), card_no=card_of(place), **cells)
        for place, one in enumerate(PEOPLE)
    ]
    return delivery("RS_CARD", *table)


@pytest.fixture
def steps(tmp_path: Path) -> list[Step]:
    """A register and its cards, then both anew; the second register is cut off, waits, is confirmed."""
    files = {
        "register-1.csv": _register(len(PEOPLE)),
        "cards-1.csv": _cards(),
        "register-2.csv": _register(1_200, ethnic="畲"),
        "cards-2.csv": _cards(status="挂失"),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return [
        Step("GA_HUKOU", tmp_path / "register-1.csv", date(2026, 10, 1)),
        Step("RS_CARD", tmp_path / "cards-1.csv", date(2026, 10, 2)),
        Step("GA_HUKOU", tmp_path / "register-2.csv", date(2026, 11, 1)),
        Step("GA_HUKOU", tmp_path / "register-2.csv", date(2026, 11, 1), confirms=True),
        Step("RS_CARD", tmp_path / "cards-2.csv", date(2026, 11, 2)),
    ]


def _start(context: ForkServerContext, url: str, step: Step) -> BaseProcess:
    """Start a process on a step; return when it begins, so that no start is counted as work."""
    begun, tell = context.Pipe(duplex=False)
    settings = {**killing.environment(), "ANXIN_DATABASE_URL": url}
    process = context.Process(target=take_step, args=(settings, step, tell))
    process.start()
    assert begun.poll(STEP_SECONDS_MAX), f"{step} never began"
    return process


def _finish(context: ForkServerContext, url: str, step: Step) -> float:
    """Let a process do a step to its end; return the seconds it took."""
    process = _start(context, url, step)
    started = time.monotonic()
    process.join(STEP_SECONDS_MAX)
    assert process.exitcode == 0, f"{step} ended with {process.exitcode}"
    return time.monotonic() - started


def _kill_once(
    context: ForkServerContext, watch: Connection[Any], step: Step, seconds: float
) -> Counter[str]:
    """Kill a process at work on a step; count whether it worked and had a transaction open."""
    # A server process notices the death of its client only when it next speaks to it. What comes
    # after the last kill does not wait for that.
    _wait_for_none(watch, _WORKING)
    process = _start(context, killing.environment()["ANXIN_DATABASE_URL"], step)
    process.join(seconds)
    working = _number(watch, _WORKING) > 0
    alive = killing.kill(process, 0)
    return Counter(killed=alive, mid_transaction=alive and working)


def _number(watch: Connection[Any], query: str) -> int:
    return int((watch.execute(query.encode()).fetchone() or (0,))[0])


def _wait_for_none(watch: Connection[Any], query: str) -> int:
    """Return what is left of something after the server had a while to clear it away."""
    for _ in range(2400):
        if not _number(watch, query):
            return 0
        time.sleep(0.05)
    return _number(watch, query)


def test_imports_killed_again_and_again_end_in_the_picture_of_undisturbed_ones(
    committed: Committed, undisturbed: str, steps: list[Step]
) -> None:
    draw, seen = random.Random(SEED), Counter[str]()
    with (
        killing.warm(importers.__name__) as context,
        psycopg.connect(committed.url, autocommit=True) as watch,
    ):
        for step in steps:
            usual = _finish(context, undisturbed, step)
            for soonest, latest in MOMENTS:
                seen += _kill_once(context, watch, step, draw.uniform(soonest, latest) * usual)
            _finish(context, committed.url, step)
        assert _wait_for_none(watch, _LOCKS) == 0
    assert seen["killed"] >= KILLS_MIN, seen
    assert seen["mid_transaction"] >= MID_TRANSACTION_MIN, seen
    found, expected = picture(committed.url), picture(undisturbed)
    for part, said in expected.items():
        assert found[part] == said, part
    assert len(found["people"]) == found["persons"] == len(PEOPLE)
    assert found["contents"] == 0
    told = Counter(act.split()[0] for act in found["acts"])
    assert (told["feed.imported"], told["feed.waiting"], told["feed.confirmed"]) == (3, 1, 1)
