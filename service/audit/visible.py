"""Show what somebody typed without obeying it: whatever steers a screen is written as its number."""

import unicodedata

# Controls (line breaks, ESC), formats (direction, zero width), line and paragraph separators,
# surrogates, private use and unassigned: none of them is a letter that a name or a reason needs.
_STEERS = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})
SHOWN_CHARS_MAX = 1_000


def visible(text: str, chars_max: int = SHOWN_CHARS_MAX) -> str:
    """Return ``text`` on one line, in the order in which it was typed, at most ``chars_max`` long."""
    shown = "".join(
        f"⟨U+{ord(one):04X}⟩" if unicodedata.category(one) in _STEERS else one
        for one in text[:chars_max]
    )
    left = len(text) - chars_max
    return f"{shown}… (+{left})" if left > 0 else shown
