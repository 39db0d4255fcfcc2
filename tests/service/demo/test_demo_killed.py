"""A demonstration killed with SIGKILL at any point and run again finishes as if never killed."""

import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.service.demo.county_run import CountyRun

pytestmark = pytest.mark.slow

KILLS = 5
SEED = 20261


def test_killed_again_and_again_it_ends_with_the_same_money(tmp_path: Path) -> None:
    draw = random.Random(SEED)
    killed, whole = CountyRun(tmp_path / "killed"), CountyRun(tmp_path / "whole")
    try:
        for _ in range(KILLS):
            _kill_after(killed, draw.uniform(1.0, 16.0))
        ended, reference = killed.demo(), whole.demo()
        same = ("decisions", "programmes", "held", "payments", "ledger", "bank_days_closed")
        assert {part: ended[part] for part in same} == {part: reference[part] for part in same}
        assert ended["audit"]["verified"]
        books = killed.books()
        assert books["paid_more_than_once"] == []
        assert books["totals"] == whole.books()["totals"]
    finally:
        killed.stop()
        whole.stop()


def _kill_after(run: CountyRun, seconds: float) -> None:
    running = subprocess.Popen(
        run.command("demo", "--residents", "2000", "--json"),
        env=run.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    running.send_signal(signal.SIGKILL)
    running.wait()
