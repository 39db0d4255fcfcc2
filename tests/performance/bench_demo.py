"""The whole demonstration beside its limit: 20,000 residents, two months, under a minute.

Run with ``.venv/bin/python -m tests.performance.bench_demo``. A fresh data directory each time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

SECONDS_AIM = 60.0


def main() -> None:
    """Run the demonstration once and print what each stage took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--residents", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as home:
        environment = {**os.environ, "ANXIN_DATA_DIR": home}
        command = [sys.executable, "-c", "from service.start import main; main()", "demo"]
        started = time.monotonic()
        done = subprocess.run(
            [*command, "--residents", str(given.residents), "--json"],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        wall = time.monotonic() - started
    result = json.loads(done.stdout)
    for stage, took in result["seconds"].items():
        print(f"{stage:<12} {took:8.1f} s")
    lines = sum(one["count"] for one in result["programmes"].values())
    print(
        f"{given.residents:,} residents, {lines:,} lines in {result['month']}: "
        f"{wall:.1f} s from start to exit, of an aim of {SECONDS_AIM:.0f} s"
    )


if __name__ == "__main__":
    main()
