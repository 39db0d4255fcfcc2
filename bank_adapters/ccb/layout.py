"""The sheet as a table: header line, column line, payment lines, closing line.

    #建行代发|1.0|文件编号|执行日期|生成时间|付款账号|付款户名|付款行行号|总笔数|总金额|说明
    序号|账号|户名|金额|跨行标识|行名|联行行号|摘要|备注
    1|6217…|王秀英|150.00|0|…支行|105…|高龄津贴 2026-11|A1B2C3
    ########|1|150.00

The return sheet is the same with two more columns, a closing line over the lines it holds, and in
it count and sum of the successful ones. Lines end in CRLF; a file without its closing line is
incomplete.
"""

from __future__ import annotations

from typing import NamedTuple

MARK = "#建行代发"
VERSION = "1.0"
HEADER_FIELDS = (
    "标识", "版本", "文件编号", "执行日期", "生成时间",
    "付款账号", "付款户名", "付款行行号", "总笔数", "总金额", "说明",
)  # fmt: skip
COLUMNS = ("序号", "账号", "户名", "金额", "跨行标识", "行名", "联行行号", "摘要", "备注")
RETURN_COLUMNS = (*COLUMNS, "处理结果", "失败原因")
CLOSING = "########"
CLOSING_FIELDS = ("结束", "笔数", "金额")
RETURN_CLOSING_FIELDS = (*CLOSING_FIELDS, "成功笔数", "成功金额")
DELIMITER = "|"
LINE_END = "\r\n"
ENCODING = "gb18030"
# First three digits of a bank code name the bank; 105 is this one (secondary).
OWN_BANK = "105"


class ReturnLine(NamedTuple):
    """One line of a return sheet, in the order of its columns."""

    serial: str
    account_no: str
    account_name: str
    amount: str
    cross_bank: str
    bank_name: str
    bank_code: str
    purpose: str
    reference: str
    result: str
    reason: str


def cross_bank_mark(bank_code: str) -> str:
    """Return 0 for an account at this bank, 1 for any other."""
    return "0" if bank_code.startswith(OWN_BANK) else "1"
