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
}  # fmt: skip


def ended(outcome: Outcome, step: str, code: str) -> Delivery:
    """Return the delivery with the sentences of its code."""
    sentence_en, sentence_zh = SAID[code]
    return Delivery(outcome, step, code, sentence_en, sentence_zh)
