"""What is known after trying to hand a file over, and what looking at the bank's side shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """`NOT_DELIVERED` only when provably nothing was handed over; every doubt is `UNKNOWN`."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    UNKNOWN = "unknown"


class Place(StrEnum):
    """Where a file of ours was seen on the bank's server."""

    INBOX = "inbox"
    ARCHIVE = "archive"
    ACK = "ack"
    ANSWER = "answer"  # The bank said, when asked, that it has it.
    PART = "part"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The end of one attempt: what is known, at which step it ended, and why (stable code)."""

    outcome: Outcome
    step: str
    code: str
    sentence_en: str
    sentence_zh: str
    number: str = ""  # Of this attempt, where the bank was given one.


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a look at the bank's folders showed.

    `outcome` is DELIVERED only when the whole file (or the bank's answer to it) was seen. Seen
    nowhere stays UNKNOWN: not visible yet is not the same as not received. `size` is what the
    server reports (None: nothing).
    """

    place: Place
    size: int | None
    outcome: Outcome


class BankUnreachable(ConnectionError):
    """The bank's server could not be asked; `code` says why, the message names no person."""

    def __init__(self, code: str, step: str) -> None:
        self.code = code
        self.step = step
        super().__init__(f"The bank's server did not answer at step {step!r}: {code}.")


# Code → what it means, in both languages.
SAID: dict[str, tuple[str, str]] = {
    "delivered": (
        "The whole file lies in the bank's inbox.",
        "文件已完整放入银行收件目录。",
    ),
    "with_clerk": (
        "The file is laid out for the clerk; whether the bank has it is said by two officers or by its answer.",
        "文件已放入待送目录；银行是否收到，以两名人员确认或银行答复为准。",
    ),
    "folder_missing": (
        "A folder of this bank is missing or is none; nothing was laid out.",
        "该行的交换目录不存在或不是目录，未放出任何文件。",
    ),
    "folder_open_to_all": (
        "Everybody on the machine may write to the bank's folder; nothing was laid out.",
        "该行的交换目录允许任何人写入，未放出任何文件。",
    ),
    "unreachable": ("The bank's server cannot be reached.", "无法连接银行服务器。"),
    "host_key_changed": (
        "The bank's server showed another host key than the pinned one; nothing was sent.",
        "银行服务器出示的主机密钥与登记的不符，未发送任何内容。",
    ),
    "key_malformed": (
        "The configured key is not a key in OpenSSH form.",
        "配置的密钥不是 OpenSSH 格式。",
    ),
    "login_refused": ("The bank's server refused our login.", "银行服务器拒绝登录。"),
    "sftp_refused": ("The bank's server opens no file channel.", "银行服务器未开放文件通道。"),
    "name_taken": (
        "A file of this name already lies at the bank; look before anything else is done.",
        "银行已有同名文件，须先查看再处理。",
    ),
    "part_exists": (
        "An earlier attempt left its unfinished file; look before anything else is done.",
        "上次发送留有未完成文件，须先查看再处理。",
    ),
    "open_refused": ("The bank's server did not accept the file.", "银行服务器不接受该文件。"),
    "write_refused": ("The bank's server stopped taking the file.", "银行服务器中途拒收文件。"),
    "stat_refused": (
        "The bank's server does not tell a file's size, so a send cannot be checked.",
        "银行服务器不返回文件大小，无法核对发送结果。",
    ),
    "size_differs": ("The bank holds fewer or more bytes than were sent.", "银行收到的字节数与发送的不符。"),
    "rename_refused": (
        "The bank's server refused to give the file its final name.",
        "银行服务器拒绝将文件改为正式名称。",
    ),
    "gone_after_rename": (
        "The file is no longer in the inbox; the bank may have taken it at once.",
        "文件已不在收件目录，可能已被银行即时取走。",
    ),
    "connection_lost": (
        "The connection broke; whether the bank has the file is not known.",
        "连接中断，银行是否收到文件尚不确定。",
    ),
    "timed_out": (
        "The bank's server did not answer in time; whether it has the file is not known.",
        "银行服务器未及时应答，是否收到文件尚不确定。",
    ),
    "accepted": (
        "The bank's answer repeats the file's number, count and sum: it has taken it.",
        "银行应答重复了文件编号、笔数和金额，已受理。",
    ),
    "certificate_changed": (
        "The bank's server showed another certificate than the pinned one; nothing was sent.",
        "银行服务器出示的证书与登记的不符，未发送任何内容。",
    ),
    "client_certificate_unusable": (
        "Our own certificate for this bank is over or cannot be used; nothing was sent. Register the new one.",
        "我方用于该行的客户端证书已过期或无法使用，未发送任何内容，请登记新证书。",
    ),
    "client_certificate_refused": (
        "The bank's server does not accept our certificate, or wants one; nothing was taken over. Ask the bank which it knows.",
        "银行服务器不接受我方客户端证书（或要求出示证书），未予受理，请向银行核实其登记的证书。",
    ),
    "address_refused": (
        "The bank's host name leads to an address that no bank can have; nothing was sent.",
        "银行主机名指向不允许的地址，未发送任何内容。",
    ),
    "question_unclear": (
        "The bank does not clearly say whether it has this file.",
        "银行未明确答复是否已有该文件。",
    ),
    "redirected": (
        "The bank's server pointed to another address, which is never followed.",
        "银行服务器要求转到其他地址，一律不跟随。",
    ),
    "accepted_for_later": (
        "The bank's server took the request and did not say what it will do with it.",
        "银行服务器收下请求，但未说明如何处理。",
    ),
    "http_error": ("The bank's server answered with an error.", "银行服务器返回错误。"),
    "answer_unclear": (
        "What the bank's server answered is no answer to this file.",
        "银行服务器的应答不是对该文件的答复。",
    ),
    "answer_broken": (
        "The bank's answer broke off or is no HTTP.",
        "银行应答中断或不符合 HTTP 格式。",
    ),
    "answer_too_long": ("The bank's answer is too long.", "银行应答过长。"),
    "already_used": (
        "The bank says it has had this file before; it must say what became of it.",
        "银行称此前已收到该文件，须查询其处理结果。",
    ),
    "order_refused": (
        "The bank answered with an error code, which does not prove that nothing was paid.",
        "银行返回错误代码，但不能证明未付款。",
    ),
}  # fmt: skip


def ended(outcome: Outcome, step: str, code: str, number: str = "") -> Delivery:
    """Return the delivery with the sentences of its code."""
    sentence_en, sentence_zh = SAID[code]
    return Delivery(outcome, step, code, sentence_en, sentence_zh, number)
