"""The correction workbook's columns, and the mark by which one of ours is known again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.foundation.spreadsheets import Spreadsheet, text_of
from service.residents.feeds import Column, Feed
from service.residents.feeds.definition import Limits

VERSION = 1
ROWS_MAX = 20_000
FILLED_IN = ("account", "bank_name", "bank_code", "holder", "evidence")
"""The fields that a clerk fills in; the others only say which payment it is."""
_MARK = re.compile("anxin-corrections/([0-9]{1,4})/([0-9]{6})/([0-9]{1,6})")
_MARK_ROWS = 5

COLUMNS = (
    Column("reference", "流水号", "text", "付款流水号", "The payment's reference",
           aliases=("Reference",), required=True, register_no=True),
    Column("account", "新账号", "card", "收款人的新账号", "The payee's new account",
           aliases=("New account",), required=True),
    Column("bank_name", "开户银行", "text", "新账号的开户银行", "The branch of the new account",
           aliases=("Bank's branch",), required=True),
    Column("bank_code", "开户行行号", "bankcode", "开户银行的 12 位行号", "The branch's 12-digit code",
           aliases=("Branch code",), required=True),
    Column("holder", "银行户名", "name", "银行登记的户名", "The account's name at the bank",
           aliases=("Name at the bank",), required=True),
    Column("evidence", "更正依据", "text", "更正所依据的材料", "What the correction rests on",
           aliases=("Evidence",), required=True),
)  # fmt: skip
TEMPLATE = Feed(
    code="CORRECTIONS",
    department_zh="财政局",
    department_en="Finance bureau",
    system_zh="安心",
    system_en="Anxin",
    zh="更正表",
    en="Correction workbook",
    mode="incremental",
    freshness_days=1,
    gate_days=1,
    key=("reference",),
    limits=Limits(fault_ratio_bp=10_000, rows_max=ROWS_MAX),
    columns=COLUMNS,
)
"""Read as departments' tables are: by header, every cell by its type, nothing guessed."""


class NotACorrectionWorkbook(Problem):
    """The file has no mark of ours, or of another version or county."""

    code = "correction_workbook_strange"
    status = 422
    title = "This is not a correction workbook of ours"

    def __init__(self, why: str, why_zh: str) -> None:
        super().__init__(
            f"{why}; export the failed payments again and fill in that workbook, with its first two rows.",
            f"{why_zh}，请重新导出更正表后填写，并保留表头上方两行。",
        )


@dataclass(frozen=True)
class Mark:
    """Which version of which county, and how many lines were given out."""

    version: int
    county: str
    lines: int


def written_mark(lines: int) -> str:
    """Return the mark of a workbook that is given out now."""
    return f"anxin-corrections/{VERSION}/{settings().county_division}/{lines}"


def require_mark(spreadsheet: Spreadsheet) -> Mark:
    """Return a file's mark; raises :class:`NotACorrectionWorkbook`."""
    mark = next(_marks(spreadsheet), None)
    if mark is None:
        raise NotACorrectionWorkbook(
            "The file has no mark of a correction workbook", "文件没有更正表标识"
        )
    if mark.version != VERSION:
        raise NotACorrectionWorkbook(
            f"The file is of version {mark.version}; version {VERSION} is read",
            f"文件为第 {mark.version} 版更正表，当前只读取第 {VERSION} 版",
        )
    if mark.county != settings().county_division:
        raise NotACorrectionWorkbook(
            f"The file is of another county ({mark.county})",
            f"文件属于其他县（{mark.county}）",
        )
    return mark


def _marks(spreadsheet: Spreadsheet) -> Iterator[Mark]:
    for sheet in spreadsheet.sheets:
        if sheet.hidden:
            continue
        for _, cells in takewhile(lambda row: row[0] <= _MARK_ROWS, sheet.rows()):
            found = _MARK.search(" ".join(text_of(cell) for cell in cells))
            if found:
                yield Mark(int(found[1]), found[2], int(found[3]))
