"""Find the encoding of a text file, and refuse text that a wrong encoding has already damaged.

The bytes are decoded once from end to end to see that they can be, a piece at a time and without
keeping the text: a register of millions of rows must not be in memory twice.
"""

import codecs
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from service.foundation.spreadsheets.refusals import TextGarbled, TextHasNul, TextUnreadable

_HIGH = bytes(range(0x80, 0x100))
_PIECE_BYTES = 1024 * 1024
_SAMPLE_CHARS = 64 * 1024
_SAMPLE_SEARCHED = 20_000
_SHARE_BYTES = 64 * 1024 * 1024
# Chinese text in GB18030 is valid UTF-8 by accident for about 30 % of its high bytes (at most 50 %
# in forty-character pieces of Chinese prose and names, measured); UTF-8 read as GBK, even with
# characters lost, stays above 75 %.
_SHARE_OF_DAMAGE = 0.7
_HIGH_BYTES_MIN = 12
_CJK = re.compile("[\u3400-\u9fff]")
_LATIN_1 = re.compile("[\u00a0-\u00ff]")


class Text(NamedTuple):
    """A text file that can be decoded: its encoding's name, its beginning, and its lines."""

    encoding: str
    """``utf-8``, ``gb18030`` or ``utf-16``, as it is shown."""
    codec: str
    sample: str
    """At least the first 64 Ki characters, or all of it."""
    content: bytes

    def lines(self) -> io.TextIOWrapper:
        """Return the text from its beginning, line by line, with newlines as they are."""
        return io.TextIOWrapper(io.BytesIO(self.content), encoding=self.codec, newline="")


def open_text(content: bytes) -> Text:
    """Return a text file by its encoding.

    Raises :class:`TextHasNul`, :class:`TextUnreadable` or :class:`TextGarbled`.
    """
    encoding, codec, sample = _found(content)
    _refuse_garbled(sample)
    return Text(encoding, codec, sample, content)


def _found(content: bytes) -> tuple[str, str, str]:
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise TextUnreadable
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8", "utf-8-sig", _sample(content, "utf-8-sig")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "utf-16", _sample(content, "utf-16")
    if b"\0" in content[:4096]:
        codec = _utf16_order(content[:4096])
        return "utf-16", codec, _sample(content, codec)
    try:
        return "utf-8", "utf-8", _sample(content, "utf-8")
    except TextUnreadable:
        if _utf8_share(content[:_SHARE_BYTES]) > _SHARE_OF_DAMAGE:
            # UTF-8 with some bytes cut or changed; GB18030 would "succeed".
            raise TextGarbled from None
        return "gb18030", "gb18030", _sample(content, "gb18030")


def _sample(content: bytes, codec: str) -> str:
    """Decode everything, keep the beginning; raises :class:`TextUnreadable`, :class:`TextHasNul`."""
    kept: list[str] = []
    chars = 0
    try:
        for piece in _pieces(content, codec):
            if "\0" in piece:
                raise TextHasNul
            if chars < _SAMPLE_CHARS:
                kept.append(piece)
                chars += len(piece)
    except UnicodeDecodeError:
        raise TextUnreadable from None
    return "".join(kept)


def _pieces(content: bytes, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(content)
    for start in range(0, len(content), _PIECE_BYTES):
        yield decoder.decode(view[start : start + _PIECE_BYTES])
    yield decoder.decode(b"", final=True)


def _utf16_order(start: bytes) -> str:
    """Return the byte order of UTF-16 without a mark: where the zero bytes of ASCII stand.

    A table's digits and delimiters make a fifth of one half zero, and nothing of the other; a few
    zero bytes anywhere else are NUL characters.
    """
    high_first, low_first = start[::2].count(0), start[1::2].count(0)
    many = len(start) // 10
    if low_first > many and not high_first:
        return "utf-16-le"
    if high_first > many and not low_first:
        return "utf-16-be"
    raise TextHasNul


def _utf8_share(content: bytes) -> float:
    """Return how much of the bytes above 0x7F forms valid UTF-8 (a share, not money)."""
    plain = len(content.translate(None, _HIGH))
    high = len(content) - plain
    if high < _HIGH_BYTES_MIN:
        return 0.0
    return (len(content.decode("utf-8", "ignore").encode()) - plain) / high


def _refuse_garbled(text: str) -> None:
    sample = text[:_SAMPLE_SEARCHED]
    if "\ufffd" in sample[:2000] or "锟斤拷" in sample:
        raise TextGarbled
    if not _CJK.search(sample):
        if len(_LATIN_1.findall(sample)) >= _HIGH_BYTES_MIN:
            raise TextGarbled  # Chinese bytes shown as Western European letters.
        return
    if _utf8_share(sample.encode("gb18030", "ignore")) > _SHARE_OF_DAMAGE:
        raise TextGarbled
