"""What would have been right at a place that is wrong, in both languages; never what stood there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bank_adapters.contract import BankAdapter
from bank_adapters.direct.adapter import Direct, IcbcDirect
from bank_adapters.direct.statuses import ABC, ICBC
from bank_adapters.sheets.profile import SheetProfile


class Shape(NamedTuple):
    """One shape in both languages; "" where nothing more can be said than the fault says."""

    en: str = ""
    zh: str = ""


UNSAID = Shape()
_YUAN = Shape("yuan with a point and two decimals: 1234.50", "以元为单位、两位小数：1234.50")
_FEN = Shape("whole fen, digits only: 123450", "以分为单位、只写数字：123450")
_TEXT = Shape(
    "a cell formatted as text, typed and not computed", "文本格式的单元格，直接录入而非公式"
)
_DAY = Shape("a day such as 2026-10-16", "日期，如 2026-10-16")
_OURS = Shape("our reference exactly as it was sent, once", "我方业务编号，与报盘一致且不重复")
_COUNT = Shape("the count or sum of the lines below it", "与明细相同的笔数或金额")
_SHAPES: Mapping[str, Shape] = {
    "number_not_text": _TEXT,
    "formula_cell": _TEXT,
    "cell_kind_wrong": _TEXT,
    "reference_malformed": _OURS,
    "reference_twice": _OURS,
    "reference_missing": _OURS,
    "reference_listed_twice": _OURS,
    "line_not_ours": Shape("one line for each payment of the file sent", "与所发文件逐笔对应"),
    "file_reference_missing": Shape("our file's number exactly as sent", "我方报盘文件编号，与报盘一致"),
    "serial_wrong": Shape("1, 2, 3 … as it was sent", "按报盘顺序 1、2、3……"),
    "count_differs": _COUNT,
    "total_differs": _COUNT,
    "total_factor_100": _COUNT,
    "details_differ": _COUNT,
    "currency_wrong": Shape("CNY", "CNY（人民币）"),
    "date_wrong": _DAY,
    "direction_wrong": Shape("CRDT or DBIT", "CRDT（贷）或 DBIT（借）"),
    "balance_wrong": Shape(
        "opening balance plus credits less debits", "期初余额加贷方减借方"
    ),
    "balance_missing": Shape("opening and closing balance of the day", "当日期初、期末余额"),
    "account_missing": Shape("our account's number", "我方账号"),
    "xml_broken": Shape("XML that is whole to its last tag", "完整的 XML，直至结束标签"),
    "json_broken": Shape("JSON that is whole to its last bracket", "完整的 JSON，直至最后的括号"),
    "line_end_wrong": Shape("a line end after the last line", "末行以换行结束"),
    "quoting_wrong": Shape("quotation marks in pairs", "引号成对"),
    "merged_cells": Shape("each value in a cell of its own", "每个值独占一个单元格"),
    "message_cut_off": Shape("-} after the last field", "最后一个域之后为 -}"),
    "line_unexplained": Shape("fields such as :61: at the start of a line", "以 :61: 等域标记开头的行"),
    "reply_incomplete": Shape("one line for each payment of the file sent", "所发文件每笔一行"),
}  # fmt: skip


def shape_of(adapter: BankAdapter, code: str, *, is_message: bool) -> Shape:
    """Return what would have been right, as this bank agreed it where it agreed anything."""
    profile = adapter.profile
    if code.startswith("amount_") and code != "amount_over_limit":
        return _amount(adapter, is_message=is_message)
    if code == "account_malformed":
        most = profile.account_max
        return Shape(f"1–{most} letters or digits", f"1–{most} 位字母或数字")
    if code in {"encoding_wrong", "bom_inside"}:
        name = profile.file_encoding.upper()
        return Shape(f"text in {name}", f"{name} 编码的文本")
    if not is_message and code == "status_unknown":
        return _results(adapter)
    if not is_message and isinstance(profile, SheetProfile):
        found = _of_table(profile, code)
        if found is not UNSAID:
            return found
    return _SHAPES.get(code, UNSAID)


def _amount(adapter: BankAdapter, *, is_message: bool) -> Shape:
    profile = adapter.profile
    in_fen = isinstance(adapter, IcbcDirect) or (
        isinstance(profile, SheetProfile) and profile.amount_unit == "fen"
    )
    return _FEN if in_fen and not is_message else _YUAN


def _results(adapter: BankAdapter) -> Shape:
    profile = adapter.profile
    if isinstance(profile, SheetProfile):
        words = list(profile.results)
    elif isinstance(adapter, Direct):
        words = list(ICBC if isinstance(adapter, IcbcDirect) else ABC)
    else:
        return UNSAID
    return Shape(f"one of: {', '.join(words)}", f"以下之一：{'、'.join(words)}")


def _of_table(profile: SheetProfile, code: str) -> Shape:
    shape = profile.answered
    names = [cell.name for cell in shape.columns]
    if code in ("columns_differ", "column_count_wrong"):
        return Shape(
            f"{len(names)} columns: {', '.join(names)}", f"{len(names)} 列：{'、'.join(names)}"
        )
    if code == "header_missing" and shape.header:
        begin = shape.header[0].begins
        return (
            Shape(f"a first line that begins with {begin}", f"首行以 {begin} 开头")
            if begin
            else UNSAID
        )
    if code in ("trailer_missing", "trailer_not_last") and shape.trailer:
        begin = shape.trailer[0].begins
        return Shape(f"a last line that begins with {begin}", f"末行以 {begin} 开头")
    return UNSAID
