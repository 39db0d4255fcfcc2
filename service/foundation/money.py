"""Money is whole fen in an integer; yuan exist only where people read or write them."""

import re
from decimal import Decimal

from service.foundation.problems import Problem

FEN_MAX = 10**13
"""A hundred thousand million yuan: no county amount comes near, so anything above is a mistake."""

_YUAN = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


class BadAmount(Problem):
    """The text is not an amount of money."""

    code = "bad_amount"
    status = 422
    title = "That is not an amount"

    def __init__(self, text: str) -> None:
        shown = (
            text[:30].encode("unicode_escape").decode("ascii") if not text.isascii() else text[:30]
        )
        super().__init__(
            f"“{shown}” is not an amount in yuan; write digits with at most two decimals, like 1175.50.",
            f"“{shown}”不是金额，请用数字书写，最多两位小数，例如 1175.50。",
        )


def fen_from_yuan(text: str) -> int:
    """Read yuan as people write them (``1175.50``) into fen; raises :class:`BadAmount`.

    Only ASCII digits and one point: no sign, separator, exponent, full-width or Arabic-Indic digit,
    all of which :class:`~decimal.Decimal` would accept.
    """
    if not _YUAN.fullmatch(text):
        raise BadAmount(text)
    return int(Decimal(text) * 100)


def yuan(amount_fen: int) -> str:
    """Return fen as yuan with two decimals and thousands separators: ``1,175.50``."""
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{cents:02d}"


def capitals(amount_fen: int) -> str:
    """Return an amount in the capital numerals of Chinese vouchers: ``壹仟壹佰柒拾伍元伍角整``.

    Follows the rules of 支付结算办法 annex 1: 整 after yuan or jiao, 零 for a gap, once.
    """
    if not 0 <= amount_fen < FEN_MAX:
        raise ValueError("capitals are written for amounts from 0 up to the limit of a batch")
    whole, cents = divmod(amount_fen, 100)
    jiao, fen = divmod(cents, 10)
    words = f"{_whole_capitals(whole)}元" if whole else ""
    if not cents:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif words:
        words += "零"
    return words + (f"{_DIGITS[fen]}分" if fen else "整")


def _whole_capitals(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    for index in reversed(range(len(groups))):
        group = groups[index]
        if not group:
            continue
        if words and (group < 1000 or not groups[index + 1] or groups[index + 1] % 10 == 0):
            words += "零"
        words += _group_capitals(group) + _GROUPS[index]
    return words


def _group_capitals(group: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
