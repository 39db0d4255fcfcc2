"""Turn a return sheet's bytes into lines: decode first, split after.

Under GB18030 the second byte of a Chinese character may be the delimiter's byte, so splitting
bytes would cut characters in two.
"""

from __future__ import annotations

from bank_adapters.ccb.layout import ENCODING, MARK
from bank_adapters.contract import Fault
from bank_adapters.faults import fault
from bank_adapters.text import looks_like_html

BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x84\x31\x95\x33")


def lines_of(content: bytes, max_bytes: int) -> tuple[list[str], list[Fault]]:
    """Return the lines without their ends, and the faults that make reading pointless."""
    found = _at_sight(content, max_bytes)
    if found is not None:
        return [], [found]
    try:
        text = content.decode(ENCODING)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [], [fault("encoding_wrong", line=line, detail="GB18030")]
    if "\0" in text:
        return [], [fault("encoding_wrong", detail="GB18030 (NUL)")]
    if not text.startswith(MARK) and _is_utf8(content):
        return [], [fault("encoding_wrong", line=1, detail="GB18030 (UTF-8?)")]
    faults = [] if text.endswith("\n") else [fault("line_end_wrong")]
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    return lines, faults


def _at_sight(content: bytes, max_bytes: int) -> Fault | None:
    if not content:
        return fault("file_empty")
    if len(content) > max_bytes:
        return fault("file_too_large", detail=f"{len(content)} > {max_bytes}")
    if looks_like_html(content):
        return fault("html_page")
    if content.startswith(BYTE_ORDER_MARKS):
        return fault("bom_inside")
    return None


def _is_utf8(content: bytes) -> bool:
    try:
        return content.decode("utf-8").startswith(MARK)
    except UnicodeDecodeError:
        return False
