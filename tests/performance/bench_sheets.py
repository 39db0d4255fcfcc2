"""Payroll sheets' speed: a hundred thousand payments written and read, ours beside openpyxl.

Run with ``.venv/bin/python -m tests.performance.bench_sheets [--payments 100000]``. Every
measurement runs in a process of its own and prints processor seconds beside wall seconds and the
most memory the process ever held; ours checks every field of every payment and every cell that
comes back, openpyxl only moves cells. Ends with 1 if writing or reading a hundred thousand takes
ten processor seconds or more.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl

from bank_adapters import adapter_for
from bank_adapters.sheets.adapter import SheetAdapter
from bank_adapters.sheets.values import rows_of
from tests.bank_adapters.makers import HEADER, instruction

PROFILE = "ccb-sheet"
LIMIT_SECONDS = 10
TITLES = ("处理结果", "失败原因")


def _adapter() -> SheetAdapter:
    found = adapter_for(PROFILE)
    assert isinstance(found, SheetAdapter)
    return found


def _rows(count: int) -> list[list[str]]:
    one = instruction()
    payments = [
        replace(
            one, reference=f"P{n:09d}", account_no=f"62{n:017d}", account_name=f"王{NAMES[n % 20]}"
        )
        for n in range(count)
    ]
    return [list(row) for row in rows_of(_adapter().profile, HEADER, payments)]


NAMES = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"


def write_ours(count: int, _: Path) -> None:
    """Check and write the sheet."""
    one = instruction()
    payments = [
        replace(
            one, reference=f"P{n:09d}", account_no=f"62{n:017d}", account_name=f"王{NAMES[n % 20]}"
        )
        for n in range(count)
    ]
    assert _adapter().write(HEADER, payments).count == count


def write_openpyxl(count: int, _: Path) -> None:
    """Write the same cells."""
    _save(_rows(count))


def _save(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("代发")
    for row in rows:
        sheet.append([cell or None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_ours(count: int, answer: Path) -> None:
    """Read and judge the answer."""
    reply = _adapter().read_reply("OAA-2026-11-01.xlsx", answer.read_bytes())
    assert reply.faults == ()
    assert len(reply.records) == count


def read_openpyxl(count: int, answer: Path) -> None:
    """Look at every cell of the answer."""
    sheet = openpyxl.load_workbook(answer, read_only=True).worksheets[0]
    assert sum(1 for _ in sheet.iter_rows(values_only=True)) == count + 1


MEASURED: dict[str, Callable[[int, Path], None]] = {
    "write, ours": write_ours,
    "write, openpyxl": write_openpyxl,
    "read, ours": read_ours,
    "read, openpyxl": read_openpyxl,
}


def main() -> int:
    """Print what each took; 1 if ours is over the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=100_000)
    parser.add_argument("--only", choices=sorted(MEASURED))
    parser.add_argument("--answer", type=Path)
    given = parser.parse_args()
    if given.answer:
        print(json.dumps(_measured(given.only, given.payments, given.answer)))
        return 0
    slow = False
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as folder:
        answer = Path(folder) / "answer.xlsx"
        titles, *rows = _rows(given.payments)
        # The serial and the amount are numbers in a bank's own sheet; as text they are read too.
        answer.write_bytes(_save([[*titles, *TITLES], *([*row, "成功", ""] for row in rows)]))
        for name in [given.only] if given.only else MEASURED:
            asked = ["--payments", str(given.payments), "--only", name, "--answer", str(answer)]
            module = [sys.executable, "-m", "tests.performance.bench_sheets"]
            done = subprocess.run([*module, *asked], capture_output=True, check=True)
            took = json.loads(done.stdout)
            print(
                f"{name:16} {given.payments:>9,} payments  {took['cpu']:6.1f} CPU s"
                f"  {took['wall']:6.1f} s  {took['mb']:5} MB"
            )
            limit = LIMIT_SECONDS * max(given.payments, 100_000) / 100_000
            slow = slow or (name.endswith("ours") and took["cpu"] >= limit)
    return int(slow)


def _measured(name: str, count: int, answer: Path) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    MEASURED[name](count, answer)
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    sys.exit(main())
