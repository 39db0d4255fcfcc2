"""Signed notes (C2SP signed-note): a text, a blank line, and one line for every signature.

Reading says nothing about trust: a text may be used only after :func:`service.audit.log.note_keys.verified`.
"""

import base64
import binascii
from dataclasses import dataclass

from service.foundation.problems import Problem

NOTE_BYTES_MAX = 512 * 1024
SIGNATURES_MAX = 64
_DASH = "— "
_SIGNATURE_BYTES_MAX = 8 * 1024


class NoteMalformed(Problem):
    """A text is no signed note; ``line`` counts from 1, 0 means the whole."""

    code = "note_malformed"
    status = 422
    title = "That is no signed note"

    def __init__(self, line: int, what: str, what_zh: str) -> None:
        where, where_zh = (f"line {line}", f"第 {line} 行") if line else ("the note", "该文本")
        super().__init__(
            f"This is no signed note: {where} {what}.",
            f"这不是有效的签名文本：{where_zh}{what_zh}。",
            line=line,
        )
        self.line = line


@dataclass(frozen=True)
class Signature:
    """One signature line: who says it signed (name and 4-byte key id) and what it made."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        """Return the line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A text (ending in a newline) and its signatures, in order."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def write(self) -> str:
        """Return the note as text; reading it gives this note again."""
        return f"{self.text}\n" + "".join(one.line() for one in self.signatures)

    def signed_by(self, *more: Signature) -> "Note":
        """Return the note with more signatures after those it has; none is kept twice."""
        fresh = [one for one in more if one not in self.signatures]
        return Note(self.text, (*self.signatures, *dict.fromkeys(fresh)))


def read_note(content: str | bytes) -> Note:
    """Return the note that a text is.

    The text is parted from the signatures by the last empty line. Raises :class:`NoteMalformed`,
    which names the line.
    """
    text = _decoded(content)
    _refuse_control_characters(text)
    if not text.endswith("\n"):
        raise NoteMalformed(text.count("\n") + 1, "does not end in a newline", "没有以换行结束")
    at = text.rfind("\n\n")
    if at < 0:
        raise NoteMalformed(0, "has no empty line before its signatures", "在签名前没有空行")
    body, lines = text[: at + 1], text[at + 2 : -1].split("\n")
    first = body.count("\n") + 2
    if at + 2 == len(text):
        raise NoteMalformed(first - 1, "is the last one: no signature follows", "之后没有签名")
    if len(lines) > SIGNATURES_MAX:
        raise NoteMalformed(
            first + SIGNATURES_MAX,
            f"is signature {SIGNATURES_MAX + 1}; at most {SIGNATURES_MAX} are read",
            f"是第 {SIGNATURES_MAX + 1} 个签名；最多读取 {SIGNATURES_MAX} 个",
        )
    return Note(body, tuple(_signature(one, first + at) for at, one in enumerate(lines)))


def require_name(name: str, line: int = 0) -> str:
    """Return a key's name if it is one: not empty, no space, no plus, no control character."""
    if not name or "+" in name or any(one.isspace() or not one.isprintable() for one in name):
        raise NoteMalformed(
            line,
            "has a key name that is empty or holds a space, a plus or a control character",
            "的密钥名为空，或含有空格、加号或控制字符",
        )
    return name


def decode_base64(text: str, line: int) -> bytes:
    """Return the bytes of standard base64, padded and in its one canonical form."""
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if base64.b64encode(value).decode() != text:
        raise NoteMalformed(line, "holds something that is not base64", "含有不是 base64 的内容")
    return value


def _decoded(content: str | bytes) -> str:
    if len(content) > NOTE_BYTES_MAX:
        raise NoteMalformed(
            0, f"is longer than {NOTE_BYTES_MAX} bytes", f"超过 {NOTE_BYTES_MAX} 字节"
        )
    if isinstance(content, str):
        return content
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NoteMalformed(line, "is not UTF-8", "不是 UTF-8 编码") from None


def _refuse_control_characters(text: str) -> None:
    for at, one in enumerate(text):
        if one < " " and one != "\n":
            raise NoteMalformed(
                text.count("\n", 0, at) + 1,
                f"holds the control character U+{ord(one):04X}",
                f"含有控制字符 U+{ord(one):04X}",
            )


def _signature(line: str, number: int) -> Signature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise NoteMalformed(
            number,
            "is no signature line: “— name base64” is expected",
            "不是签名行：应为“— 名称 base64”",
        )
    name, value = require_name(parts[0], number), decode_base64(parts[1], number)
    if not 4 < len(value) <= _SIGNATURE_BYTES_MAX:
        raise NoteMalformed(
            number,
            f"has a signature of {len(value)} bytes; 5 to {_SIGNATURE_BYTES_MAX} are possible",
            f"的签名为 {len(value)} 字节；应为 5 至 {_SIGNATURE_BYTES_MAX} 字节",
        )
    return Signature(name, value[:4], value[4:])
