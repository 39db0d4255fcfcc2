"""Everything this bank can be told to do, each one small thing with a name and a sentence.

`python -m bank_adapters.simulator --list` prints them; the plan and the page know them by name.
Where they belong: `payment` is the `do` of an account, `return` the `how` of a payment that comes
back, the others are kinds of `faults` and happen so many times.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Place(StrEnum):
    """Where a behaviour stands in the plan."""

    PAYMENT = "payment"
    RETURN = "return"
    ORDER = "order"
    ANSWER = "answer"
    STATEMENT = "statement"
    RECALL = "recall"
    CONNECTION = "connection"
    HTTPS = "https"
    CLERK = "clerk"


class Behaviour(NamedTuple):
    """One named thing; `options` are the keys it may bring in the plan beside its name."""

    name: str
    place: Place
    english: str
    chinese: str
    options: tuple[str, ...] = ()


def _of(place: Place, *rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[Behaviour]:
    return [Behaviour(row[0], place, row[1], row[2], tuple(row[3:])) for row in rows]


BEHAVIOURS: tuple[Behaviour, ...] = (
    *_of(
        Place.PAYMENT,
        ("accept", "The payment is paid and said to be paid.", "付款成功并如实答复。"),
        ("reject", "The payment is refused; no money moves.", "拒付，资金不动。"),
        ("return", "Paid and said to be paid; comes back `after_days` statements later as a new credit.", "先付成功，after_days 份对账单后作为新的贷记退回。"),
        ("silent", "Paid, but the answer does not mention it.", "已付，但回单里没有这一笔。"),
        ("later_paid", "Said to be under way; a second answer `after_days` closings later says paid.", "先答“处理中”，after_days 个日终后第二份回单答“成功”。"),
        ("later_rejected", "Said to be under way; a second answer says refused, and no money moves.", "先答“处理中”，第二份回单答“失败”，资金不动。"),
        ("paid_after_rejection", "File 1 says refused, file 2 says paid: the money went out all along.", "第一份回单答“失败”，第二份更正为“成功”：钱其实付出去了。"),
        ("rejected_after_payment", "File 1 says paid, file 2 says refused: the money never went out.", "第一份回单答“成功”，第二份更正为“失败”：钱从未付出。"),
    ),
    *_of(
        Place.RETURN,
        ("summed", "All such returns of a day come in one credit that names none of them.", "同日多笔退汇合并为一笔贷记，不列明细。"),
        ("summed_listed", "All such returns of a day come in one credit that lists each of them.", "同日多笔退汇合并为一笔贷记，并列出明细。"),
        ("unnamed", "The credit bears no reference, only the payee's name and the amount.", "退汇贷记没有业务编号，只有户名和金额。"),
        ("fee", "`fee_fen` are kept back: the credit is smaller than the payment.", "退汇时扣手续费 fee_fen，到账小于原付款。"),
        ("other_account", "The credit comes on `to_account`, another account of the same customer.", "退到同一客户的另一个账户 to_account。"),
        ("on_day", "The credit waits for the closing of `day` or later: another month, another year.", "等到 day 当日或以后日终才退：跨月、跨年。"),
        ("twice_round", "The return is itself undone `undone_after_days` statements later: the payee has the money after all.", "undone_after_days 份对账单后退汇又被冲回：收款人最终收到款。"),
        ("reference_cut", "The credit bears the first `length` characters of our reference.", "退汇里的业务编号只剩前 length 位。"),
        ("reference_upper", "The credit bears our reference in capitals, with blanks inside.", "退汇里的业务编号变成大写并夹有空格。"),
        ("reference_bare", "The credit bears our reference without its leading zeros.", "退汇里的业务编号丢了开头的零。"),
    ),
    *_of(
        Place.ORDER,
        ("lost_order", "The file is archived and forgotten: nothing is paid, nothing answered.", "文件归档后被遗忘：不付款，也不答复。"),
        ("refused_order", "The whole file is refused with `code`, although nothing is wrong with it.", "整份文件以 code 拒绝，尽管文件没有问题。", "code"),
        ("pays_what_it_can", "Lines are paid in order until the money ends; the rest is refused with AM04.", "按顺序付到余额用完为止，其余以 AM04 拒付。"),
    ),
    *_of(
        Place.ANSWER,
        ("duplicate_reply", "The answer comes twice under two names.", "同一份回单以两个文件名各来一次。"),
        ("id_twice_reply", "A second answer has the same message id and says that everything was refused.", "另一份回单用同一报文编号，却说全部失败。"),
        ("truncated_reply", "The answer is cut after two thirds of its bytes.", "回单只有前三分之二字节。"),
        ("wrong_total_reply", "A sum stated in the answer is one fen too high.", "回单里的合计多一分。"),
        ("reply_for_unknown_file", "A second answer speaks of a file that nobody sent.", "另有一份回单，所答的文件从未发送。"),
        ("reply_for_other_county", "A second answer belongs to another county: its file, its payees.", "另有一份回单属于别的县：别人的文件和收款人。"),
        ("no_reply", "Everything is paid, the answer never comes.", "全部付出，但始终没有回单。"),
        ("late_reply", "The answer comes only after `days` closings.", "回单在 days 个日终之后才来。", "days"),
        ("part_reply", "The answer names the first half; the rest follows after `days` closings.", "回单先答前一半，其余 days 个日终后补齐。", "days"),
        ("backwards_reply", "The lines of the answer stand in reverse order.", "回单各行顺序颠倒。"),
        ("status_backwards_reply", "After the answer an older one follows, in which everything is still under way.", "回单之后又来一份更早的，全部还是“处理中”。"),
        ("wrong_encoding_reply", "The answer is written in an encoding nobody agreed.", "回单用了没有约定的编码。"),
        ("bom_reply", "The answer begins with a byte order mark.", "回单开头多了 BOM 字节。"),
        ("html_reply", "A web page about maintenance comes under the answer's name.", "以回单的名字来了一张“系统维护”网页。"),
        ("empty_reply", "The answer has no bytes.", "回单是零字节。"),
        ("group_only_reply", "A status report says only that the file is settled and names no payment (ISO 20022).", "状态报告只答整份文件，不列任何一笔（ISO 20022）。"),
        ("fen_for_yuan_reply", "Amounts are a hundred times too high: fen where yuan were agreed.", "金额放大一百倍：把分当成元。"),
        ("amount_reply", "The first line's amount is one fen too high, and the sums with it.", "第一行金额多一分，合计也跟着多一分。"),
        ("line_twice_reply", "The first line stands twice.", "第一行出现两次。"),
        ("extra_line_reply", "A line speaks of a payment that nobody ordered.", "多出一行从未委托的付款。"),
        ("unknown_status_reply", "The first line has a status that nobody agreed.", "第一行的状态是没有约定的词。"),
        ("reference_cut_reply", "References are cut to `length` characters.", "业务编号只剩前 length 位。", "length"),
        ("reference_upper_reply", "References come in capitals with blanks inside.", "业务编号变成大写并夹有空格。"),
        ("reference_bare_reply", "References have lost their leading zeros.", "业务编号丢了开头的零。"),
    ),
    *_of(
        Place.STATEMENT,
        ("single_debits", "Each payment is booked alone instead of the file in one sum.", "逐笔记账，而不是整批一笔。"),
        ("notice", "A notice of the day's movements (camt.054) comes beside the statement.", "对账单之外另有一份借贷记通知（camt.054）。"),
        ("interest", "Interest of `amount_fen` is credited.", "结息 amount_fen。", "amount_fen"),
        ("fees", "Fees of `amount_fen` are debited.", "扣收手续费 amount_fen。", "amount_fen"),
        ("foreign_credit", "A stranger's deposit of `amount_fen` comes on the account.", "陌生人存入 amount_fen。", "amount_fen"),
        ("lookalike_credit", "A deposit comes that only looks like a return: amount and name of a payment, no reference.", "来了一笔貌似退汇的存款：与某笔付款同额同名，没有编号。"),
        ("pending_entry", "An entry of `amount_fen` is announced and not booked (camt.053).", "预告一笔 amount_fen 的未入账分录（camt.053）。", "amount_fen"),
        ("statement_missing", "The statement is made and never laid out: a number is missing.", "对账单生成后没有放出：缺一个序号。"),
        ("statement_late", "The statement comes `days` closings later (2 if not said), after a younger one.", "对账单迟 days 个日终（默认 2），晚于后面的对账单。", "days"),
        ("statement_twice", "The statement comes twice under two names.", "同一份对账单以两个文件名各来一次。"),
        ("statement_other_id", "The day's bookings come again in a statement with another id.", "当日分录在另一编号的对账单里又来一次。"),
        ("statement_corrected", "The statement lacks its last movement; a corrected one follows `days` closings later.", "对账单漏了最后一笔，days 个日终后再来更正的一份。", "days"),
        ("statement_gap", "The opening balance is one fen more than yesterday's closing balance.", "期初余额比上日期末多一分。"),
        ("statement_unbalanced", "The closing balance is one fen more than the movements make.", "期末余额比分录算出的多一分。"),
        ("statement_truncated", "The statement is cut after two thirds of its bytes.", "对账单只有前三分之二字节。"),
    ),
    *_of(
        Place.RECALL,
        ("recall_refused", "A request not to execute (camt.055) is refused; the payments go on.", "撤销请求（camt.055）被拒绝，付款照常执行。"),
        ("recall_pending", "The request is being looked at; the answer comes `days` closings later.", "撤销请求先答“处理中”，days 个日终后再答结果。", "days"),
        ("recall_silent", "The request is never answered and changes nothing.", "撤销请求从不答复，也不起作用。"),
        ("recall_given_back", "What was paid and said to be paid comes back on the next statement.", "已付并已答复的款项，在下一份对账单退回。"),
    ),
    *_of(
        Place.CONNECTION,
        ("drop_mid_write", "The line drops in the middle of a file.", "文件写到一半断线。"),
        ("drop_after_rename", "The line drops when the file has its final name.", "文件改成正式名后断线。"),
        ("consumed_at_once", "The file is taken before anybody can look at it.", "文件刚放下就被取走。"),
        ("silent_discard", "The server says yes and stores nothing.", "服务器答应了，却什么也没存。"),
        ("stored_truncated", "The server stores only the first two thirds of the file.", "服务器只存下前三分之二。"),
        ("stored_twice", "The server appends to an existing file: the content stands twice.", "服务器向已有文件追加：内容出现两遍。"),
        ("disk_full", "The server's disk is full.", "服务器磁盘已满。"),
        ("rename_denied", "The server does not allow the final name.", "服务器不允许改成正式名。"),
        ("no_stat", "The server cannot tell a file's size.", "服务器不支持查询文件大小。"),
        ("hang_on_rename", "The server never answers the renaming.", "改名之后服务器再无回音。"),
        ("host_key_changed", "The server shows another host key.", "服务器出示了另一把主机密钥。"),
        ("account_locked", "The account is locked: the right password is refused.", "账号被锁：密码正确也被拒绝。"),
    ),
    *_of(
        Place.HTTPS,
        ("timeout_before", "The order is never answered and never carried out.", "委托既不答复也不执行。"),
        ("timeout_after", "The order is carried out and never answered.", "委托已执行，但始终不答复。"),
        ("error_after", "The order is carried out and answered with 500.", "委托已执行，却答复 500。"),
        ("accepted_then_nothing", "The order is answered with 202 and forgotten.", "委托答复 202 后被遗忘。"),
        ("redirect", "The order is pointed to another address and not carried out.", "委托被要求转到其他地址，未执行。"),
        ("redirect_question", "A question is pointed to another address.", "查询被要求转到其他地址。"),
        ("html_page", "The order is carried out and answered with a web page.", "委托已执行，却答复一张网页。"),
        ("half_answer", "The order is carried out and half the answer comes.", "委托已执行，答复只来一半。"),
        ("endless_answer", "The order is carried out and the answer does not end.", "委托已执行，答复没完没了。"),
        ("error_body", "The order is answered with an error code in a 200 and not carried out.", "以 200 答复错误代码，未执行。"),
        ("stale_answer", "The order is not carried out; the answer to an earlier order comes again.", "委托未执行，重复了对早先某一委托的答复。"),
        ("not_yet_visible", "A question finds nothing, whatever was carried out.", "无论是否执行，查询都说没有。"),
        ("other_certificate", "The server shows another certificate.", "服务器出示了另一张证书。"),
    ),
    *_of(
        Place.CLERK,
        ("clerk_forgets", "The clerk lets the file lie and never uploads it.", "经办人把文件搁下，没有上传。"),
        ("clerk_uploads_twice", "The clerk uploads the file a second time under another name.", "经办人把文件换名又上传一次。"),
    ),
)  # fmt: skip
BY_NAME = {one.name: one for one in BEHAVIOURS}
FAULT_PLACES = frozenset(
    {
        Place.ORDER,
        Place.ANSWER,
        Place.STATEMENT,
        Place.RECALL,
        Place.CONNECTION,
        Place.HTTPS,
        Place.CLERK,
    }
)
FAULTS = frozenset(one.name for one in BEHAVIOURS if one.place in FAULT_PLACES)


def at(*places: Place) -> frozenset[str]:
    """Return the names of the behaviours of these places."""
    return frozenset(one.name for one in BEHAVIOURS if one.place in places)


def listing() -> Iterator[str]:
    """Yield the lines of `--list`: place, name, options, and what happens in both languages."""
    for place in Place:
        yield f"{place}:"
        for one in BEHAVIOURS:
            if one.place is place:
                options = f" ({', '.join(one.options)})" if one.options else ""
                yield f"  {one.name}{options}"
                yield f"      {one.english}"
                yield f"      {one.chinese}"
