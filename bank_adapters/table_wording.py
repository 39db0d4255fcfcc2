"""The faults that only tables have: sheets, delimited text, archives. Part of `faults.WORDING`."""

from __future__ import annotations

from bank_adapters.wording import Wording

TABLE_WORDING: dict[str, Wording] = {
    # What only some banks' tables ask for.
    "blank_inside": Wording(True, "this bank takes no blanks here.", "该行此项不允许空格。"),
    "id_number_malformed": Wording(
        True, "an ID number is letters and digits.", "证件号码须为字母或数字。"
    ),
    "lines_alike": Wording(
        True,
        "same account and same amount as a line above; this bank's answer could not tell them apart.",
        "与前面一行账号、金额均相同，该行回盘无法区分。",
    ),
    "day_number_wrong": Wording(
        True, "the day's file number must be 1–999.", "当日文件序号须为 1–999。"
    ),
    # What cannot be believed in a table.
    "archive_broken": Wording(
        True, "this is no complete ZIP archive.", "不是完整的 ZIP 压缩文件。"
    ),
    "archive_unsafe": Wording(
        True, "the archive is not opened: {detail}.", "压缩文件不予打开：{detail}。"
    ),
    "archive_too_large": Wording(
        True, "the archive expands beyond the limit: {detail} bytes.", "压缩文件解压后超限：{detail} 字节。"
    ),
    "file_protected": Wording(True, "the file is locked by a password.", "文件设有密码。"),
    "workbook_broken": Wording(
        True, "this is no complete workbook.", "不是完整的电子表格文件。"
    ),
    "merged_cells": Wording(
        True, "rows {detail} have merged cells.", "第 {detail} 行有合并单元格。"
    ),
    "quoting_wrong": Wording(True, "the quotation marks do not fit.", "引号不配对。"),
    "formula_cell": Wording(
        True, "the cell holds a formula; only plain values are believed.", "单元格为公式，仅接受数值或文本。"
    ),
    "cell_kind_wrong": Wording(
        True, "the cell holds a date, a truth value or an error.", "单元格为日期、逻辑值或错误值。"
    ),
    "number_not_text": Wording(
        True,
        "the cell holds a number where text must stand; digits may be lost.",
        "单元格为数字而非文本，位数可能已丢失。",
    ),
    "constant_wrong": Wording(
        True, "this column must hold {detail}.", "本列须为 {detail}。"
    ),
    "columns_contradict": Wording(
        True, "two columns that must agree differ.", "两列应一致而不一致。"
    ),
    "amount_with_decimals": Wording(
        True,
        "the amount has decimals, but this bank writes fen; fen and yuan may be mixed up.",
        "金额带小数，而该行以分为单位，可能元与分混淆。",
    ),
    "paid_amount_differs": Wording(
        False,
        "the amount paid is not the amount asked for; a person must ask the bank.",
        "实处理金额与应处理金额不符，须人工向银行查询。",
    ),
    "file_not_named": Wording(
        False,
        "neither the file nor its name says which file of ours it answers.",
        "文件内容和文件名均未注明对应的报盘文件。",
    ),
    "line_not_ours": Wording(
        True, "the line fits no payment of the file that was sent.", "本行与所发文件的任何一笔都不对应。"
    ),
}  # fmt: skip
