"""The rules' speed: a million persons × 22 programmes, ours beside other engines, in one run.

Run with ``.venv/bin/python -m tests.performance.bench_rules [--persons 1000000] [--parts 10]``.
Every engine runs in a process of its own, decides the same people by the same rules, and must pay
the same fen. Reading the people is not counted; what is counted begins with the people in memory in
the engine's own form and ends with its results there, in the order of the people. What one does that
another does not is said in its line: OpenFisca and NumPy know nothing unknown and give amounts only. The engines beside ours come from
``pip install --require-hashes -r requirements-bench.lock``; what is not installed is left out and said.
``--long 60`` decides only 60 million persons of ours, part by part, and counts the lines paid.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from eligibility_rules import Subject, compile_sql, evaluate, load_rules
from tests.performance.engines_of_rules import ENGINES, MONTH, Clock
from tests.performance.rules_22 import CODES, rules_22, write_people

ROOT = Path(__file__).parents[2]
NEEDS = {"openfisca": "openfisca_core", "zen": "zen", "polars": "polars", "numpy": "numpy"}


def main() -> None:
    """Run every engine and print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=10, help="parts of --persons for the long run")
    parser.add_argument("--long", type=int, help="only this many parts, Parquet to Parquet")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(ENGINES[given.one](given.folder, given.persons, given.parts)))
        return
    with tempfile.TemporaryDirectory(prefix="anxin-bench-rules-") as folder:
        home = Path(folder)
        (home / "rules").mkdir()
        rules = rules_22(home / "rules")
        if given.long:
            _long(home, given.persons, given.long)
            return
        write_people(rules, home, 0, given.persons, unknowns=False)
        print(f"{given.persons:,} persons × {len(CODES)} programmes, {os.cpu_count()} processors")
        print(f"{'engine':<46}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}  beside OpenFisca")
        _table(home, given.persons, given.parts)
        _by_itself()


def _long(home: Path, persons: int, parts: int) -> None:
    one = _in_a_process("duckdb-parts", home, persons, parts)
    print(
        f"{parts * persons:,} persons × {len(CODES)} programmes in {parts} parts: "
        f"wall {one['wall']:.1f} s, cpu {one['cpu']:.1f} s, resident {one['mb']:,} MB of 1,500; "
        f"{one['lines']:,} lines paid, {one['fen'] / 100:,.2f} yuan"
    )


def _in_a_process(name: str, home: Path, persons: int, parts: int) -> dict[str, Any]:
    # By its module's name from the root, so that it does not matter how this one was started.
    module = "tests.performance.bench_rules"
    command = [sys.executable, "-m", module, "--one", name, "--folder", str(home)]
    command += ["--persons", str(persons), "--parts", str(parts)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _table(home: Path, persons: int, parts: int) -> None:
    found: dict[str, dict[str, Any]] = {}
    for name in ENGINES:
        needed = NEEDS.get(name.partition("-")[0])
        if needed and importlib.util.find_spec(needed) is None:
            print(f"{name:<46}  not installed; see requirements-bench.lock")
            continue
        found[name] = _in_a_process(name, home, persons, parts)
    base = found.get("openfisca-amounts", {}).get("wall")
    for name, one in found.items():
        share = f"{one['wall'] / base:10.2f}" if base and one.get("like") else ""
        print(
            f"{one.get('said', name):<46}{one['wall']:>9.2f}{one['cpu']:>9.2f}{one['mb']:>9,}{share}"
        )
    sums = {name: one["sums"] for name, one in found.items() if one.get("sums")}
    expected = sums["duckdb-masks"]
    for name, mine in sums.items():
        assert mine == expected, (
            name,
            {c: (mine[c], expected[c]) for c in CODES if mine[c] != expected[c]},
        )
    print(f"all paid the same: {sum(expected.values()) / 100:,.2f} yuan")


def _by_itself() -> None:
    clock = Clock()
    rules = load_rules()
    print(
        f"\nshipped rules read and checked: {len(rules.programmes)} in {clock.read()['wall']:.2f} s"
    )
    for dialect in ("duckdb", "spark"):
        clock = Clock()
        for subject in Subject:
            compile_sql(rules, subject, MONTH, dialect=dialect)
        print(f"compiled for {dialect}: {clock.read()['wall']:.2f} s")
    clock = Clock()
    for code in rules.programmes:
        for _ in range(10):
            evaluate(rules, code, {"p.birth": None}, MONTH)
    each = clock.read()["wall"] * 100 / len(rules.programmes)
    print(f"one explanation, all programmes' mean: {each:.2f} ms")


if __name__ == "__main__":
    main()
