"""Which links a page may show: one that would be refused is not offered.

Who may open which address is known further up; the doors register their judgement here.
"""

from collections.abc import Callable

Judge = Callable[[str], bool]
_judges: list[Judge] = []


def judge_by(judge: Judge) -> None:
    """Let ``judge(address)`` say whether the viewer of this request may open an address."""
    _judges[:] = [judge]


def leads(href: str) -> bool:
    """Return whether a link has somewhere to lead for the viewer of this request."""
    return bool(href) and all(judge(href) for judge in _judges)
