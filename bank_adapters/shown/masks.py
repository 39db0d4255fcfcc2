"""Mask what a bank's file says of people without moving a single character: places stay places.

A cell whose meaning is known is masked by it. Where a row does not have the agreed shape nobody
knows what stands where, and whatever looks like an account or a name is masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

IsOurs = Callable[[str], bool]
"""Whether a word is a reference of ours, which is shown although it may be all digits."""

ACCOUNT, NAME, FREE, CODE, PLAIN = "account", "name", "free", "code", "plain"
MEANINGS = {
    "account_no": ACCOUNT,
    "debtor_account": ACCOUNT,
    "payee_id_no": ACCOUNT,
    "account_name": NAME,
    "debtor_name": NAME,
    "result": FREE,
    "reason": FREE,
    "purpose": FREE,
    "bank_name": FREE,
    "bank_code": CODE,
    "programme_summary": FREE,
    "literal": FREE,
    "blank": FREE,
}
"""What a column holds → how it is masked; what is not here holds figures and references."""
_LONG = re.compile(r"(?:[0-9０-９][ -]?){10,}[0-9０-９Xx]")
_WORDS = re.compile("[A-Za-z0-9]+")
_HAN = "[㐀-鿿豈-﫿\U00020000-\U0003fffd·]"
_NAMES = re.compile(f"{_HAN}(?:[ \u3000]?{_HAN})+")
_BANK_CODE = re.compile("[0-9]{12}")
_SHOWN = 4


def masked(text: str, meaning: str, is_ours: IsOurs, *, known: Collection[str] = ()) -> str:
    """Return a cell as it may be shown, as long as it was."""
    if meaning == ACCOUNT:
        return account(text)
    if meaning == NAME:
        return name(text)
    if text.strip() in known or (meaning == CODE and _BANK_CODE.fullmatch(text)):
        return text
    return digits(text if meaning == FREE else names(text), is_ours)


def account(text: str) -> str:
    """Return an account with its last four characters; blanks and signs between them stay."""
    places = [at for at, one in enumerate(text) if one.isalnum()]
    hidden = places[:-_SHOWN] if len(places) >= 2 * _SHOWN else places
    return _starred(text, hidden)


def name(text: str) -> str:
    """Return a name of which only the first character is shown."""
    places = [at for at, one in enumerate(text) if not one.isspace()]
    return _starred(text, places[1:] or places)


def names(text: str) -> str:
    """Mask every run of Chinese characters as if it were a name; one alone is none."""
    return _NAMES.sub(lambda found: name(found[0]), text)


def digits(text: str, is_ours: IsOurs) -> str:
    """Mask every run of digits as long as an account's, but for our own references."""
    ours = [found.span() for found in _WORDS.finditer(text) if is_ours(found[0])]

    def _one(found: re.Match[str]) -> str:
        inside = any(start <= found.start() and found.end() <= end for start, end in ours)
        return found[0] if inside else account(found[0])

    return _LONG.sub(_one, text)


def letters(text: str, is_ours: IsOurs) -> str:
    """Mask every word of a free text, but for code words between slashes and our own references."""

    def _one(found: re.Match[str]) -> str:
        before = text[found.start() - 1 : found.start()]
        is_code = before == "/" and text[found.end() : found.end() + 1] == "/"
        return found[0] if is_code or is_ours(found[0]) else account(found[0])

    return names(_WORDS.sub(_one, text))


def _starred(text: str, places: Collection[int]) -> str:
    hidden = set(places)
    # A full-width digit is often the fault itself, so its mask is as wide.
    stars = ("*" if one.isascii() or not one.isdecimal() else "＊" for one in text)
    return "".join(
        star if at in hidden else one
        for at, (one, star) in enumerate(zip(text, stars, strict=True))
    )
