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
