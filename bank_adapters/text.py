"""Recognise text that was already damaged before it reached us."""

from __future__ import annotations

# U+FFFD, and what its UTF-8 bytes turn into when someone reads them as GBK.
TRACES = ("\ufffd", "锟斤拷", "锟")


def damaged(text: str) -> bool:
    """Return whether the text shows that an encoding was mistaken somewhere on its way."""
    return any(trace in text for trace in TRACES)
