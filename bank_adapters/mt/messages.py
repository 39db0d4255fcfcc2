"""Cut a file into messages and tagged fields, with the line each field starts on.

Banks send the text block alone, or within {1:…}{4:…-} blocks, with their own lines in front. What
lies between messages must be such wrapping; text that is neither field nor continuation is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bank_adapters.collected import Collected
from bank_adapters.faults import fault
from bank_adapters.text import damaged, looks_like_html

TAG = re.compile(r":([0-9]{2}[A-Z]?):(.*)", re.DOTALL)
ENDS = frozenset({"-", "-}"})
TEXT_BLOCK = "{4:"
WRAPPING_LINES_MAX = 8
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Field:
    """One tagged field; `lines` are its text and continuation lines, stripped at the right."""

    tag: str
    lines: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """The field's first line."""
        return self.lines[0]


@dataclass(slots=True)
class Message:
    """The fields of one message; `ended`: its closing mark was there."""

    line: int
    fields: list[Field] = field(default_factory=list)
    ended: bool = False

    def first(self, *tags: str) -> Field | None:
        """Return the first field with one of these tags."""
        return next((one for one in self.fields if one.tag in tags), None)


class _Cutter:
    """Takes one line after the other."""

    def __init__(self, faults: Collected) -> None:
        self.faults = faults
        self.messages: list[Message] = []
        self.tag = ""
        self.begins = 0
        self.lines: list[str] = []
        self.outside = 0

    def take(self, line: str, number: int) -> None:
        """Take one line, its end stripped."""
        if TEXT_BLOCK in line:
            line = line.partition(TEXT_BLOCK)[2].strip()
        match = TAG.match(line)
        if line in ENDS or line.startswith("-}"):
            self.close_field()
            if self.messages:
                self.messages[-1].ended = True
        elif match is not None:
            self.close_field()
            self._open_field(match[1], match[2], number)
        elif self.tag:
            self.lines.append(line)
        elif line:
            self._wrapping(number)

    def close_field(self) -> None:
        """End the field that is open."""
        if self.tag and self.messages:
            self.messages[-1].fields.append(Field(self.tag, tuple(self.lines), self.begins))
        self.tag, self.lines = "", []

    def _open_field(self, tag: str, text: str, number: int) -> None:
        if tag == "20":
            self.messages.append(Message(number))
        elif not self.messages or self.messages[-1].ended:
            self.faults.append(fault("tag_outside", line=number, field=f":{tag}:"))
        self.tag, self.lines, self.begins, self.outside = tag, [text], number, 0

    def _wrapping(self, number: int) -> None:
        self.outside += 1
        if self.outside > WRAPPING_LINES_MAX:
            self.faults.append(fault("line_unexplained", line=number))
            self.outside = 0


def messages_of(content: bytes, faults: Collected) -> list[Message]:
    """Return the messages of a file; faults say what is not one."""
    cutter = _Cutter(faults)
    text = _decoded(content, faults)
    for number, line in enumerate(text.split("\n"), start=1):
        cutter.take(line.rstrip("\r "), number)
    cutter.close_field()
    if text and not cutter.messages:
        faults.append(fault("header_missing", field=":20:"))
    return cutter.messages


def _decoded(content: bytes, faults: Collected) -> str:
    if not content.strip():
        faults.append(fault("file_empty"))
        return ""
    if looks_like_html(content):
        faults.append(fault("html_page"))
        return ""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        found = CONTROL.search(text)
        if found is not None:
            line = text.count("\n", 0, found.start()) + 1
            faults.append(fault("control_character", line=line, detail=f"U+{ord(found[0]):04X}"))
            return ""
        if damaged(text):
            faults.append(fault("mojibake"))
        return text
    faults.append(fault("encoding_wrong", detail="ASCII, UTF-8, GB18030"))
    return ""
