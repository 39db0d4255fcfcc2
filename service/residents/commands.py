"""``anxin feeds …``: import deliveries and see what became of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.residents import feeds
from service.residents.feeds.shown import dictionary_tables
from service.residents.feeds.template import template, write_new
from service.residents.importing import import_delivery, import_folder
from service.residents.models import Delivery, FeedRecord, RejectedRow

app = typer.Typer(
    name="feeds", help="The departments' deliveries. 部门数据报送。", no_args_is_help=True
)
_ROWS_SHOWN = 200
FeedCode = Annotated[str, typer.Argument(help="Code of the feed, for example GA_HUKOU.")]


@contextmanager
def _problems_as_sentences(console: Console) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        console.print(f"{problem.sentence_zh} {problem.sentence}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


@app.command("import")
def import_one(
    feed: FeedCode, file: Annotated[Path, typer.Argument(help="An .xlsx, .csv or .txt file.")]
) -> None:
    """Import one file of one feed. 导入一份报送文件。"""
    console = Console()
    with _problems_as_sentences(console):
        with transaction() as session:
            delivery = import_delivery(session, feed, file, file.name, by=SYSTEM)
        console.print(_deliveries([delivery]))
    _fail_if_refused(console, [delivery])


@app.command("import-dir")
def import_dir(
    folder: Annotated[Path, typer.Argument(help="A folder of deliveries.", file_okay=False)],
) -> None:
    """Import every file of a folder, each on its own. 导入整个文件夹。"""
    console = Console()
    with _problems_as_sentences(console):
        deliveries = import_folder(transaction, folder, by=SYSTEM)
        console.print(_deliveries(deliveries))
    _fail_if_refused(console, deliveries)


@app.command()
def status() -> None:
    """Show every feed: last delivery, current records, whether it is fresh. 各数据源状态。"""
    console = Console()
    with _problems_as_sentences(console), transaction() as session:
        console.print(_status(session))


@app.command()
def rejected(feed: FeedCode) -> None:
    """Show why rows of the feed's last delivery were rejected; values stay sealed. 被退回的行。"""
    console = Console()
    with _problems_as_sentences(console), transaction() as session:
        code = feeds.feed(feed).code
        console.print(_rejected(session, code))


@app.command("template")
def write_template(
    feed: FeedCode,
    output: Annotated[Path | None, typer.Option(help="The file to write; not overwritten.")] = None,
) -> None:
    """Write an empty workbook for the department to fill in. 生成填报模板。"""
    console = Console()
    with _problems_as_sentences(console):
        wanted = feeds.feed(feed)
        place = output or Path(f"{wanted.code}.xlsx")
        write_new(place, template(wanted))
    console.print(f"{place}", markup=False, soft_wrap=True)


@app.command("dictionary")
def show_dictionary(
    feed: FeedCode,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Explain every column of a feed and the facts that rest on it. 数据字典。"""
    console = Console()
    with _problems_as_sentences(console):
        for part in dictionary_tables(feeds.feed(feed), "en" if language == "en" else "zh"):
            console.print(part)


def _fail_if_refused(console: Console, deliveries: list[Delivery]) -> None:
    refused = [delivery for delivery in deliveries if delivery.state == "refused"]
    for delivery in refused:
        why = delivery.refusal or {}
        sentence = f"{delivery.feed}: {why.get('sentence_zh', '')} {why.get('sentence', '')}"
        console.print(sentence, markup=False, soft_wrap=True)
    if refused:
        raise typer.Exit(1)


def _columns(title: str, *headers: str, numbers: tuple[str, ...] = ()) -> Table:
    table = Table(title=title)
    for header in headers:
        table.add_column(header, justify="right" if header in numbers else "left")
    return table


def _deliveries(deliveries: list[Delivery]) -> Table:
    numbers = ("rows 行", "accepted 采信", "unchanged 未变", "rejected 退回")
    table = _columns("Deliveries 报送", "feed 数据源", "state 状态", *numbers, numbers=numbers)
    for one in deliveries:
        counts = (one.rows_total, one.rows_accepted, one.rows_unchanged, one.rows_rejected)
        table.add_row(one.feed, one.state, *(f"{count:,}" for count in counts))
    return table


def _status(session: Session) -> Table:
    current_rows = session.execute(
        select(FeedRecord.feed, func.count())
        .where(FeedRecord.known_to.is_(None))
        .group_by(FeedRecord.feed)
    )
    current = {row[0]: row[1] for row in current_rows}
    # In the order they came, so that the last one of a feed is the one that stays.
    last = {
        one.feed: one for one in session.scalars(select(Delivery).order_by(Delivery.received_at))
    }
    table = _columns(
        "Feeds 数据源", "feed 数据源", "department 部门", "last delivery 最近报送", "state 状态",
        "records 现行记录", "rejected 退回", "fresh 时效", numbers=("records 现行记录", "rejected 退回"),
    )  # fmt: skip
    for code, feed in feeds.every().items():
        delivery = last.get(code)
        table.add_row(
            code,
            feed.department_zh,
            f"{clock.civil(delivery.received_at):%Y-%m-%d %H:%M}" if delivery else "–",
            delivery.state if delivery else "never 从未报送",
            f"{current.get(code, 0):,}",
            f"{delivery.rows_rejected:,}" if delivery else "–",
            _freshness(feed, delivery),
        )
    return table


def _freshness(feed: feeds.Feed, delivery: Delivery | None) -> str:
    if delivery is None:
        return "–"
    late = clock.now() - delivery.received_at - timedelta(days=feed.freshness_days)
    return "yes 新" if late <= timedelta(0) else f"late 迟 {late.days + 1} d"


def _rejected(session: Session, code: str) -> Table:
    delivery = session.scalar(
        select(Delivery).where(Delivery.feed == code).order_by(Delivery.received_at.desc()).limit(1)
    )
    table = _columns(
        f"{code}: rejected rows 被退回的行", "sheet 工作表", "row 行", "code 代码",
        "why 原因", numbers=("row 行",),
    )  # fmt: skip
    if delivery is None:
        return table
    rows = session.scalars(
        select(RejectedRow)
        .where(RejectedRow.delivery_id == delivery.id)
        .order_by(RejectedRow.sheet, RejectedRow.row_no)
        .limit(_ROWS_SHOWN)
    )
    for row in rows:
        for fault in row.faults:
            sentence = f"{fault['sentence_zh']} {fault['sentence']}"
            table.add_row(row.sheet, str(row.row_no), fault["code"], sentence)
    if delivery.rows_rejected > _ROWS_SHOWN:
        table.caption = f"{_ROWS_SHOWN} / {delivery.rows_rejected}"
    return table
