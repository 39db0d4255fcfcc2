"""Show a demonstration on a terminal: a live line a stage, and a table at the end."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.table import Table

from service.demo.chain import LONGER
from service.foundation.money import yuan
from service.programmes.catalogue import rules


class Stages:
    """Prints a line for each stage, live on a terminal and plain in a file; or nothing at all."""

    def __init__(self, console: Console, seconds: dict[str, float]) -> None:
        self._console = console
        self._seconds = seconds
        self.said = ""

    @contextmanager
    def stage(self, key: str, title: str) -> Iterator["Stages"]:
        """Time a stage; what it leaves in ``said`` is shown beside its title."""
        self.said, started = "", time.monotonic()
        if self._console.is_terminal:
            with self._console.status(title):
                yield self
        else:
            yield self
        taken = time.monotonic() - started
        self._seconds[key] = self._seconds.get(key, 0.0) + taken
        self._console.print(
            f"[green]✓[/] {title:<44} {self.said}  [dim]{taken:.1f} s[/]",
            highlight=False,
            soft_wrap=True,
        )


def summary(console: Console, result: dict[str, Any]) -> None:
    """Print the demonstration's closing tables."""
    console.print(_departments(result))
    money = Table(title="Where the money is 资金状态")
    money.add_column("State 状态")
    money.add_column("Payments 笔数", justify="right")
    money.add_column("Yuan 元", justify="right")
    for state, figures in result["payments"].items():
        money.add_row(
            f"{state} {STATES_ZH.get(state, '')}",
            f"{figures['count']:,}",
            yuan(figures["amount_fen"]),
        )
    console.print(money)
    held = ", ".join(f"{control} {count}" for control, count in result["held"].items()) or "none"
    audit = result["audit"]
    console.print(f"Held for a person 待人工核实: {held}", soft_wrap=True)
    console.print(
        f"Bank days closed 已关账: {', '.join(result['bank_days_closed']) or 'none'}",
        soft_wrap=True,
    )
    console.print(
        f"Audit trail 留痕: {audit['entries']:,} entries, "
        + ("verified 校验通过" if audit["verified"] else "[red]NOT verified 校验不通过[/]")
        + f"; {audit['cosigned']:,} of {audit['checkpoints']:,} checkpoints cosigned by both witnesses 双见证联署"
    )
    if result["signed_off"]:
        steps = " → ".join(
            f"{one['step_zh']} {'、'.join(one['names'])}" for one in result["signed_off"]
        )
        console.print(f"{LONGER} signed off by 逐级审批: {steps}", soft_wrap=True)
    if result["answer"]:
        console.print(f"A resident asked 居民查询: {result['answer']}", soft_wrap=True)
    if result["already_paid"]:
        console.print("This month was run before: nothing was paid twice. 本月已发放，未重复发放。")
    console.print(f"{sum(result['seconds'].values()):.1f} seconds in all.", highlight=False)


def _departments(result: dict[str, Any]) -> Table:
    """Return what each department's programmes paid; the JSON report has every programme."""
    known = rules().programmes
    sums: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for code, figures in result["programmes"].items():
        department = known[code].department
        name = f"{department.words.zh} {department.words.en}"
        # Several departments may stand behind a programme; the folder is the first one's.
        names[department.folder] = min(names.get(department.folder, name), name, key=len)
        added = sums.setdefault(department.folder, [0, 0, 0])
        for place, more in enumerate((1, figures["count"], figures["amount_fen"])):
            added[place] += more
    title = f"Anxin 安心 · {result['month']} · {result['residents']:,} residents 居民"
    table = Table(title=title, show_footer=True)
    totals = [sum(column) for column in zip(*sums.values(), strict=True)] or [0, 0, 0]
    table.add_column("Department 部门", "All 合计")
    table.add_column("Programmes 项目", str(totals[0]), justify="right")
    table.add_column("Lines 笔数", f"{totals[1]:,}", justify="right")
    table.add_column("Yuan 元", yuan(totals[2]), justify="right")
    for folder, (programmes, count, fen) in sorted(sums.items(), key=lambda one: -one[1][2]):
        table.add_row(names[folder], str(programmes), f"{count:,}", yuan(fen))
    return table


STATES_ZH = {
    "held": "暂缓",
    "ready": "待提交",
    "frozen": "待审批",
    "withheld": "签后暂缓",
    "sent": "已报盘",
    "paid": "已发放",
    "rejected": "未成功",
    "returned": "退回",
    "unknown": "待银行答复",
    "reissued": "已重新发放",
}
