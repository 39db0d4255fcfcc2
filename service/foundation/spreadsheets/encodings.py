"""Find the encoding of a text file, and refuse text that a wrong encoding has already damaged."""

import codecs
import re

from service.foundation.spreadsheets.refusals import TextGarbled, TextHasNul, TextUnreadable

_HIGH = bytes(range(0x80, 0x100))
_SAMPLE_CHARS = 20_000
# Chinese text in GB18030 is valid UTF-8 by accident for about 30 % of its high bytes (at most 50 %
# in forty-character pieces of Chinese prose and names, measured); UTF-8 read as GBK, even with
# characters lost, stays above 75 %.
_SHARE_OF_DAMAGE = 0.7
_HIGH_BYTES_MIN = 12
_CJK = re.compile("[\u3400-\u9fff]")
_LATIN_1 = re.compile("[\u00a0-\u00ff]")


def decode(content: bytes) -> tuple[str, str]:
    """Return (encoding, text) of a text file; the encoding is ``utf-8``, ``gb18030``, ``utf-16``.

    Raises :class:`TextHasNul`, :class:`TextUnreadable` or :class:`TextGarbled`.
    """
    encoding, text = _decode(content)
    if "\0" in text:
        raise TextHasNul
    _refuse_garbled(text)
    return encoding, text


def _decode(content: bytes) -> tuple[str, str]:
    try:
        if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise TextUnreadable
        if content.startswith(codecs.BOM_UTF8):
            return "utf-8", content.decode("utf-8-sig")
        if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", content.decode("utf-16")
        if b"\0" in content[:4096]:
            return "utf-16", content.decode(_utf16_order(content[:4096]))
    except UnicodeDecodeError:
        raise TextUnreadable from None
    try:
        return "utf-8", content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030", _decode_gb18030(content)


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


def _decode_gb18030(content: bytes) -> str:
    if _utf8_share(content) > _SHARE_OF_DAMAGE:
        raise TextGarbled  # UTF-8 with some bytes cut or changed; GB18030 would "succeed".
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        raise TextUnreadable from None


def _utf8_share(content: bytes) -> float:
    """Return how much of the bytes above 0x7F forms valid UTF-8 (a share, not money)."""
    plain = len(content.translate(None, _HIGH))
    high = len(content) - plain
    if high < _HIGH_BYTES_MIN:
        return 0.0
    return (len(content.decode("utf-8", "ignore").encode()) - plain) / high


def _refuse_garbled(text: str) -> None:
    sample = text[:_SAMPLE_CHARS]
    if "\ufffd" in sample[:2000] or "锟斤拷" in sample:
        raise TextGarbled
    if not _CJK.search(sample):
        if len(_LATIN_1.findall(sample)) >= _HIGH_BYTES_MIN:
            raise TextGarbled  # Chinese bytes shown as Western European letters.
        return
    if _utf8_share(sample.encode("gb18030", "ignore")) > _SHARE_OF_DAMAGE:
        raise TextGarbled
