"""Recognise what is not the text it should be: damaged on its way, or another kind of file."""

from __future__ import annotations

# U+FFFD, and what its UTF-8 bytes turn into when someone reads them as GBK.
TRACES = ("\ufffd", "锟斤拷", "锟")


def damaged(text: str) -> bool:
    """Return whether the text shows that an encoding was mistaken somewhere on its way."""
    return any(trace in text for trace in TRACES)


def looks_like_html(content: bytes) -> bool:
    """Return whether this is an error page that came instead of a file."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start
