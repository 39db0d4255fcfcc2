"""Finance's workbooks' speed: a pay list of a hundred thousand lines, ours beside openpyxl's usual mode.

Run with ``.venv/bin/python -m tests.performance.bench_workbooks [--lines 100000]``. Both write the
same styled cells with a total; each runs in a process of its own and prints processor seconds
beside wall seconds and the most memory the process ever held. The usual mode writes a tenth of the
lines: its seconds are scaled up, its memory is what that tenth took. Ends with 1 if ours takes
thirty processor seconds or a hundred megabytes or more.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.styles import Border, Font, Side

from service.foundation.spreadsheets.styled import Book, Col

SECONDS_MAX, MEGABYTES_MAX = 30, 100
PEERS_SHARE = 10
COLUMNS = [
    Col("序号", "number"), Col("流水号"), Col("乡镇"), Col("村"), Col("收款人"), Col("账号"),
    Col("开户行"), Col("行号"), Col("所属期"), Col("类型"), Col("金额（元）", "money", is_summed=True),
    Col("代发银行"), Col("状态"),
]  # fmt: skip


def lines(count: int) -> Iterator[tuple[str | int, ...]]:
    for n in range(1, count + 1):
        yield (
            n, f"{n:013d}", "样例镇", "样例村", "王伟", f"62{n:017d}", "样例农商银行样例支行",
            "402331000019", "2026-10", "正常", 10_000 + n, "样例农商银行", "待发",
        )  # fmt: skip


def ours(count: int) -> None:
    book = Book("样例县")
    book.table("代发清单", ("代发清单", ""), COLUMNS, lines(count), total="合计")
    assert book.save()


def openpyxl_usual(count: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    font, side = Font(name="宋体", size=10), Side(style="thin", color="BFBFBF")
    border = Border(left=side, right=side, top=side, bottom=side)
    for row in lines(count):
        sheet.append([Decimal(one).scaleb(-2) if at == 10 else one for at, one in enumerate(row)])
        for cell in sheet[sheet.max_row]:
            cell.font, cell.border = font, border
            cell.number_format = "#,##0.00" if cell.column == 11 else "@"
    sheet.append([None] * 10 + [f"=SUM(K1:K{count})"])
    with TemporaryDirectory() as folder:
        book.save(Path(folder) / "out.xlsx")


WAYS: dict[str, Callable[[int], None]] = {"ours": ours, "openpyxl, usual mode": openpyxl_usual}


def measured(way: str, count: int) -> dict[str, float]:
    """Run one way in a process of its own."""
    run = [sys.executable, "-m", __spec__.name, "--way", way, "--lines", str(count)]
    return dict(json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--way", choices=WAYS)
    given = parser.parse_args()
    if given.way:
        began = time.monotonic()
        WAYS[given.way](given.lines)
        used = resource.getrusage(resource.RUSAGE_SELF)
        told = {
            "cpu": used.ru_utime + used.ru_stime,
            "wall": time.monotonic() - began,
            "mb": used.ru_maxrss / 1024,
        }
        print(json.dumps(told))
        return 0
    print(f"{given.lines:,} lines of {len(COLUMNS)} styled columns", flush=True)
    found = {}
    for way in WAYS:
        share = 1 if way == "ours" else PEERS_SHARE
        one = found[way] = measured(way, given.lines // share)
        cpu, wall = one["cpu"] * share, one["wall"] * share
        scaled = "" if share == 1 else f", scaled from {given.lines // share:,} lines"
        print(f"{way:24} {cpu:7.1f} CPU s {wall:7.1f} s {one['mb']:7.0f} MB{scaled}", flush=True)
    return int(found["ours"]["cpu"] >= SECONDS_MAX or found["ours"]["mb"] >= MEGABYTES_MAX)


if __name__ == "__main__":
    sys.exit(main())
