"""Every fault this package can report: one table of codes, severity and sentences.

Sentences carry a line, a field and a `detail` that is never a name or an account number; what was
actually found goes into `Fault.value`, which stays out of logs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bank_adapters.contract import Fault
from bank_adapters.table_wording import TABLE_WORDING
from bank_adapters.wording import Wording

WORDING: dict[str, Wording] = {
    **TABLE_WORDING,
    # What cannot be sent.
    "reference_malformed": Wording(
        True, "our reference must be {detail}.", "我方业务编号须为{detail}。"
    ),
    "reference_twice": Wording(
        True, "the same reference stands twice in one file.", "同一业务编号在一个文件中出现两次。"
    ),
    "file_reference_malformed": Wording(
        True, "the file reference must be {detail}.", "文件编号须为{detail}。"
    ),
    "created_at_without_zone": Wording(
        True, "the creation time has no time zone.", "文件生成时间没有时区。"
    ),
    "text_missing": Wording(True, "nothing was given.", "内容为空。"),
    "control_character": Wording(
        True,
        "contains the unsendable character {detail}; it must be corrected at its source.",
        "含有不可发送的字符 {detail}，须在数据来源处更正。",
    ),
    "delimiter_inside": Wording(
        True,
        "contains {detail}, which separates the columns of this bank's file.",
        "含有 {detail}，与该行文件的分隔符冲突。",
    ),
    "formula_start": Wording(
        True,
        "begins with {detail}; a spreadsheet at the bank would read it as a formula.",
        "以 {detail} 开头，银行用电子表格打开时会当作公式。",
    ),
    "charset_unsendable": Wording(
        True,
        "contains {detail}, which this bank's system cannot store; agree another way to pay.",
        "含有该行系统无法存储的字符 {detail}，须与银行另行商定支付方式。",
    ),
    "too_many_bytes": Wording(
        True, "is too long for this bank: {detail} bytes.", "超过该行长度上限：{detail} 字节。"
    ),
    "private_use_character": Wording(
        False,
        "contains the private-use character {detail}; the bank may hold another code for it.",
        "含有自造区字符 {detail}，银行系统中的编码可能不同。",
    ),
    "blank_at_edge": Wording(
        False, "begins or ends with a blank; it is sent as it is.", "首尾有空格，将原样发送。"
    ),
    "account_malformed": Wording(
        True,
        "an account number is {detail} letters or digits.",
        "账号须为 {detail} 位字母或数字。",
    ),
    "account_luhn": Wording(
        False,
        "fails the card check digit; passbook numbers may, cards may not.",
        "未通过银行卡校验位，存折账号可能如此，银行卡则有误。",
    ),
    "bank_code_wrong": Wording(
        True,
        "a bank code has 12 digits and a valid last digit (MOD 11,10).",
        "联行行号须为 12 位且校验位正确。",
    ),
    "amount_not_positive": Wording(
        True, "the amount must be a whole number of fen above zero.", "金额须为大于零的整数分。"
    ),
    "amount_over_limit": Wording(
        True, "the amount is over this bank's limit of {detail} yuan.", "金额超过该行上限 {detail} 元。"
    ),
    "too_few_lines": Wording(
        True, "the file has too few payments: {detail}.", "文件笔数过少：{detail}。"
    ),
    "too_many_lines": Wording(
        True, "the file has too many payments: {detail}.", "文件笔数过多：{detail}。"
    ),
    "too_many_characters": Wording(
        True, "is too long: {detail} characters.", "过长：{detail} 个字符。"
    ),
    "not_one_of": Wording(True, "must be one of {detail}.", "须为以下之一：{detail}。"),
    "read_only": Wording(
        True, "{detail} is read, not written.", "{detail} 只能读取，不能生成。"
    ),
    "write_only": Wording(
        True, "{detail} is written, not read.", "{detail} 只能生成，不能读取。"
    ),
    # A file of payments to write, in JSON.
    "json_broken": Wording(True, "this is not JSON: {detail}.", "不是合格的 JSON：{detail}。"),
    "json_shape": Wording(True, "must be {detail}.", "应为 {detail}。"),
    "key_missing": Wording(True, "is missing.", "缺少此项。"),
    "key_unknown": Wording(True, "nobody knows this field.", "没有这个字段。"),
    "key_twice": Wording(True, "stands twice.", "重复出现。"),
    # What cannot be believed when read.
    "file_empty": Wording(True, "the file has no bytes.", "文件为零字节。"),
    "file_too_large": Wording(True, "the file is too large: {detail} bytes.", "文件过大：{detail} 字节。"),
    "html_page": Wording(
        True, "this is a web page, not a bank file.", "这是网页，不是银行文件。"
    ),
    "dtd_refused": Wording(
        True,
        "the file brings its own document type or entities; that is never accepted.",
        "文件自带文档类型或实体定义，一律拒收。",
    ),
    "xml_broken": Wording(
        True, "the file is cut off or not well-formed XML.", "文件被截断或不是合格的 XML。"
    ),
    "message_unexpected": Wording(
        True, "the file holds no {detail} message.", "文件中没有 {detail} 报文。"
    ),
    "message_twice": Wording(
        True, "the file holds several {detail} messages.", "文件中有多个 {detail} 报文。"
    ),
    "bom_inside": Wording(
        True,
        "the file begins with a byte-order mark; someone saved it again.",
        "文件带有字节序标记，可能被另存过。",
    ),
    "encoding_wrong": Wording(
        True, "the bytes are not {detail} as agreed.", "文件编码不是约定的 {detail}。"
    ),
    "mojibake": Wording(
        False, "the text was already damaged before it reached us.", "文字在到达我方之前已成乱码。"
    ),
    "header_missing": Wording(
        True, "the first line is not this bank's header.", "首行不是该行的文件头。"
    ),
    "header_field_wrong": Wording(True, "the header is wrong here.", "文件头此项有误。"),
    "columns_differ": Wording(
        True, "the columns are not the agreed ones.", "列名或列序与约定不符。"
    ),
    "column_count_wrong": Wording(
        True, "the line has the wrong number of columns: {detail}.", "本行列数不对：{detail}。"
    ),
    "serial_wrong": Wording(
        True, "the serial numbers do not run 1, 2, 3 …", "序号不连续。"
    ),
    "trailer_missing": Wording(
        True, "the last line {detail} is missing: the file is cut off.", "缺少结束行 {detail}，文件不完整。"
    ),
    "trailer_not_last": Wording(
        True, "lines follow after the last line {detail}.", "结束行 {detail} 之后还有内容。"
    ),
    "line_end_wrong": Wording(
        True, "the last line does not end: the file may be still growing.", "末行没有换行，文件可能未写完。"
    ),
    "count_differs": Wording(
        True, "the stated count does not fit the lines: {detail}.", "声明笔数与明细不符：{detail}。"
    ),
    "total_differs": Wording(
        True, "the stated total does not fit the lines: {detail} yuan.", "声明金额与明细不符：{detail} 元。"
    ),
    "total_factor_100": Wording(
        True,
        "stated total and lines differ by exactly 100: fen and yuan are mixed up ({detail} yuan).",
        "声明金额与明细恰好相差 100 倍，元与分混淆（{detail} 元）。",
    ),
    "amount_missing": Wording(True, "the amount is missing.", "缺少金额。"),
    "amount_malformed": Wording(True, "this is not an amount.", "金额格式不对。"),
    "amount_thousands_separator": Wording(
        True, "the amount has thousands separators or a decimal comma.", "金额带有千分位或小数逗号。"
    ),
    "amount_full_width": Wording(True, "the amount has full-width digits.", "金额含全角数字。"),
    "amount_negative": Wording(True, "the amount is negative or signed.", "金额为负或带符号。"),
    "amount_scientific": Wording(
        True, "the amount is in scientific notation.", "金额为科学计数法。"
    ),
    "amount_too_precise": Wording(
        True, "the amount has more than two decimals.", "金额超过两位小数。"
    ),
    "amount_without_decimals": Wording(
        True,
        "the amount has no two decimals; it may be fen instead of yuan.",
        "金额没有两位小数，可能是分而非元。",
    ),
    "amount_zero": Wording(True, "the amount is zero.", "金额为零。"),
    "currency_wrong": Wording(True, "the currency is not CNY.", "币种不是人民币。"),
    "reference_missing": Wording(
        False, "the line carries no reference of ours.", "本行没有我方业务编号。"
    ),
    "reference_listed_twice": Wording(
        False, "the same reference is listed twice with the same result.", "同一业务编号重复列出，结果一致。"
    ),
    "status_contradictory": Wording(
        False,
        "one reference has two different final results: {detail}; a person must ask the bank.",
        "同一业务编号有两种不同结果：{detail}，须人工向银行查询。",
    ),
    "status_unknown": Wording(
        False, "the bank's status {detail} is not in our table.", "银行状态 {detail} 不在对照表中。"
    ),
    "group_contradicted": Wording(
        False,
        "the bank refused the file but reports {detail} for this payment.",
        "银行拒绝整个文件，却对本笔报告 {detail}。",
    ),
    "reply_incomplete": Wording(
        False, "the reply names fewer payments than the file had: {detail}.", "回盘笔数少于报盘：{detail}。"
    ),
    "request_refused": Wording(
        True,
        "the bank refused the request ({detail}); about no payment is anything known.",
        "银行拒绝了该请求（{detail}），各笔付款状态均不明。",
    ),
    "nothing_listed": Wording(
        True, "the reply names no payment and gives no result for the file.", "回盘既无明细也无整批结果。"
    ),
    "file_reference_missing": Wording(
        True, "the reply does not say which file it answers.", "回盘未注明对应的报盘文件。"
    ),
    "account_missing": Wording(True, "the statement names no account.", "对账单没有账号。"),
    "balance_missing": Wording(
        True, "the {detail} balance is missing.", "缺少{detail}余额。"
    ),
    "balance_wrong": Wording(
        True,
        "opening balance and entries do not give the closing balance: {detail} yuan.",
        "期初余额加发生额不等于期末余额：{detail} 元。",
    ),
    "details_differ": Wording(
        True, "an entry's details do not add up to the entry: {detail} yuan.", "明细合计与分录金额不符：{detail} 元。"
    ),
    "date_wrong": Wording(True, "the booking date is missing or wrong.", "记账日期缺失或有误。"),
    "direction_wrong": Wording(
        True, "the entry says neither credit nor debit.", "分录未注明借贷方向。"
    ),
    "entry_not_booked": Wording(
        False, "the entry is not booked ({detail}) and is left out.", "分录未入账（{detail}），不计入。"
    ),
    # Tagged fields of MT940 and MT942.
    "tag_outside": Wording(True, "stands outside any message.", "不在任何报文之内。"),
    "tag_unexpected": Wording(True, "does not belong into this message.", "不属于该报文。"),
    "tag_missing": Wording(True, "is missing.", "缺少此域。"),
    "tag_twice": Wording(True, "stands twice.", "重复出现。"),
    "tag_malformed": Wording(True, "does not have the form of this field.", "格式不符合该域。"),
    "line_unexplained": Wording(True, "this text belongs to no field.", "此处文字不属于任何域。"),
    "message_cut_off": Wording(
        True, "the message does not end: the file is cut off.", "报文没有结束标记，文件不完整。"
    ),
    "page_gap": Wording(
        True,
        "the page does not go on where the one before stopped: {detail}.",
        "本页与上一页不衔接：{detail}。",
    ),
    "return_assumed": Wording(
        False,
        "a credit names a reference and does not say that it is a return; compare it.",
        "贷记附有业务编号但未注明退汇，须核对。",
    ),
    "more_faults": Wording(
        False, "there are {detail} more faults.", "另有 {detail} 处问题未列出。"
    ),
    "schema_breach": Wording(
        False, "departs from the standard: {detail}.", "与标准不符：{detail}。"
    ),
    "held_at_bank": Wording(
        False,
        "the bank holds the money: neither credited nor returned ({detail}).",
        "款项滞留银行，既未入账也未退回（{detail}）。",
    ),
    "charges_taken": Wording(
        False, "the bank took charges off: {detail} yuan.", "银行扣收手续费 {detail} 元。"
    ),
    "details_incomplete": Wording(
        False, "the entry lists only part of its payments: {detail}.", "分录只列出部分明细：{detail}。"
    ),
    "details_without_amount": Wording(
        True, "an entry's details name no amounts: {detail} yuan.", "明细没有金额：{detail} 元。"
    ),
    "page_of_several": Wording(
        False, "this is one page of several: {detail}.", "这是多页中的一页：{detail}。"
    ),
    "booking_twice": Wording(
        False, "the same booking is told twice; it counts once.", "同一记账重复列出，只计一次。"
    ),
    "statement_twice": Wording(
        False, "the same statement is told twice; it counts once.", "同一对账单重复列出，只计一次。"
    ),
    "booked_again": Wording(
        False,
        "one reference was debited twice; ask the bank.",
        "同一业务编号两次扣款，须向银行查询。",
    ),
    "statement_number_missing": Wording(
        False, "the statement has no sequence number.", "对账单没有序号。"
    ),
}  # fmt: skip


# What a person calls each field; fields of a bank's own file are named as the file names them.
TITLES: dict[str, tuple[str, str]] = {
    "reference": ("reference", "业务编号"),
    "account_no": ("account number", "账号"),
    "account_name": ("account name", "户名"),
    "amount_fen": ("amount", "金额"),
    "bank_code": ("bank code", "联行行号"),
    "bank_name": ("bank name", "开户行"),
    "purpose": ("purpose", "摘要"),
    "file_reference": ("file reference", "文件编号"),
    "created_at": ("creation time", "生成时间"),
    "debtor_name": ("paying account's name", "付款户名"),
    "debtor_account": ("paying account", "付款账号"),
    "debtor_bank_code": ("paying bank's code", "付款行行号"),
    "programme_summary": ("summary", "批次说明"),
    "execution_date": ("day of execution", "执行日期"),
    "cancels_file": ("file to cancel from", "拟撤销文件编号"),
    "cancels_format": ("that file's format", "拟撤销文件格式"),
    "cancel_reason": ("reason to cancel", "撤销原因"),
}


def fault(
    code: str, *, line: int | None = None, field: str = "", value: str = "", detail: str = ""
) -> Fault:
    """Build a fault; `detail` goes into the sentences and must not be personal, `value` may be."""
    wording = WORDING[code]
    title_en, title_zh = TITLES.get(field, (field, field))
    where_en = ", ".join(part for part in (f"line {line}" if line else "", title_en) if part)
    where_zh = "、".join(part for part in (f"第 {line} 行" if line else "", title_zh) if part)
    said_en = (f"{where_en}: " if where_en else "") + wording.en.format(detail=detail)
    said_zh = (f"{where_zh}：" if where_zh else "") + wording.zh.format(detail=detail)
    return Fault(
        code=code,
        line=line,
        field=field,
        value=value[:200],
        sentence_en=said_en[0].upper() + said_en[1:],
        sentence_zh=said_zh,
        fatal=wording.fatal,
    )


def at_line(found: Fault, line: int) -> Fault:
    """Return the same fault, said about one line of a file."""
    return replace(
        found,
        line=line,
        sentence_en=f"Line {line}, {found.sentence_en[0].lower()}{found.sentence_en[1:]}",
        sentence_zh=f"第 {line} 行、{found.sentence_zh}",
    )


def is_fatal(faults: Iterable[Fault]) -> bool:
    """Return whether any of these faults is fatal."""
    return any(found.fatal for found in faults)
