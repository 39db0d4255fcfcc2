"""``anxin workbook …``: finance's workbooks as files, each given out in an officer's name."""

from pathlib import Path
from typing import Annotated

import typer

from service.foundation.database import transaction
from service.foundation.problems import NotFound
from service.officers import queries as officer_queries
from service.reconciliation.workbooks.give import Wanted, give
from service.reconciliation.workbooks.reader import Reader
from service.residents.feeds.template import write_new
from service.web import here

app = typer.Typer(help="Finance's workbooks. 财务工作簿。", no_args_is_help=True)
BatchNo = Annotated[str, typer.Argument(help="A batch, like MZ15-2026-10-01. 批次号。")]
Out = Annotated[Path, typer.Option(help="The new file. 输出文件。")]
By = Annotated[str, typer.Option(help="User name of the officer it is for. 经办人用户名。")]
Reason = Annotated[
    str,
    typer.Option(help="With a reason, names and accounts in full where the officer may. 用途。"),
]
Language = Annotated[str, typer.Option(help="zh or en.")]
Month = Annotated[str, typer.Argument(help="A month, like 2026-10. 月份。")]
Bank = Annotated[str, typer.Argument(help="A bank's code, as “banks list” shows it. 银行代码。")]
Day = Annotated[str, typer.Option(help="A day, like 2026-10-01. 日期。")]


@app.command("pay-list")
def give_pay_list(
    batch_no: BatchNo, out: Out, by: By, reason: Reason = "", language: Language = "zh"
) -> None:
    """Every line of a batch as it is to be paid. 代发清单。"""
    _give("pay-list", Wanted(batch_no=batch_no), out, by, reason, language)


@app.command("replies")
def give_replies(
    batch_no: BatchNo, out: Out, by: By, reason: Reason = "", language: Language = "zh"
) -> None:
    """What the banks answered about a batch. 回盘分析。"""
    _give("replies", Wanted(batch_no=batch_no), out, by, reason, language)


@app.command("returns")
def give_returns(
    first: Day, last: Day, out: Out, by: By, reason: Reason = "", language: Language = "zh"
) -> None:
    """What banks sent back on some days. 退款台账。"""
    _give("returns", Wanted(first=first, last=last), out, by, reason, language)


@app.command("exceptions")
def give_exceptions(out: Out, by: By, reason: Reason = "", language: Language = "zh") -> None:
    """What reconciliation left for somebody to do, with reasons and next steps. 异常清单。"""
    _give("exceptions", Wanted(), out, by, reason, language)


@app.command("month")
def give_month(month: Month, out: Out, by: By, language: Language = "zh") -> None:
    """A month by programme and township. 月报。"""
    _give("month", Wanted(month=month), out, by, "", language)


@app.command("day")
def give_day(bank: Bank, day: Day, out: Out, by: By, language: Language = "zh") -> None:
    """One bank's day: its statement beside our ledger. 日结单。"""
    _give("day", Wanted(channel=bank, day=day), out, by, "", language)


def _give(kind: str, wanted: Wanted, out: Path, by: str, reason: str, language: str) -> None:
    here.enter(here.Visit(language="en" if language == "en" else "zh"))
    with transaction() as session:
        officer = officer_queries.by_username(session, by)
        if officer is None:
            raise NotFound("officer")
        made = give(session, kind, wanted, Reader(officer, bool(reason), reason))
        # Before the commit: what is on record as given out is there.
        write_new(out, made.content)
    typer.echo(f"{out}: {made.lines:,}")
