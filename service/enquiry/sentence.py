"""A month in one sentence: how much came, when and where to; what is on its way; what failed."""

from collections.abc import Iterable
from datetime import date

from service.enquiry.answer import Line
from service.foundation.money import yuan
from service.foundation.spoken import spoken_day, spoken_period

Both = tuple[str, str]
"""The same in English and in Chinese."""
_NOTHING: Both = (
    "No payment is on the lists for you in {month}.",
    "{month}的发放名单上没有您的补贴。",
)
_ONE: Both = ("In {month} one payment is yours: ", "{month}您有 1 笔补贴：")
_SEVERAL: Both = (
    "In {month}, {count} payments are yours, {amount} yuan together: ",
    "{month}您有 {count} 笔补贴，共 {amount} 元：",
)
_ALL_ALIKE: Both = (
    "In {month}, {count} payments are yours: together ",
    "{month}您有 {count} 笔补贴：共 ",
)
_CAME: Both = (
    "{amount} yuan came on {on} to your account ending {tail}",
    "{amount} 元已于{on}发到尾号 {tail} 的账户",
)
_PARTS: tuple[tuple[frozenset[str], Both], ...] = (
    (
        frozenset({"sent", "unknown"}),
        ("{amount} yuan are with the bank and on their way", "{amount} 元已交银行，正在办理"),
    ),
    (
        frozenset({"waiting"}),
        ("{amount} yuan are on the list and wait for approval", "{amount} 元已列入名单，正在审批"),
    ),
    (
        frozenset({"held", "withheld"}),
        (
            "{amount} yuan are being checked first, and you need not bring anything",
            "{amount} 元正在核实，您无需提供材料",
        ),
    ),
    (
        frozenset({"rejected", "returned"}),
        (
            "{amount} yuan did not arrive and stay yours; what to do stands with the payment below",
            "{amount} 元未能存入，仍归您所有，办法见下面该笔说明",
        ),
    ),
)


def month_sentence(month: str, lines: Iterable[Line]) -> Both:
    """Return a month's payments, all programmes together, in one sentence in English and Chinese."""
    known = list(lines)
    if not known:
        return _said(_NOTHING, month=month)
    total = yuan(sum(one.amount_fen for one in known))
    parts = [*_came(known), *_rest(known)]
    # Where all of it is in one place, its sum is said once.
    opening = _ONE if len(known) == 1 else _SEVERAL if len(parts) > 1 else _ALL_ALIKE
    en, zh = _said(opening, month=month, count=len(known), amount=total)
    return en + "; ".join(one[0] for one in parts) + ".", zh + "；".join(
        one[1] for one in parts
    ) + "。"


def _came(lines: list[Line]) -> list[Both]:
    sums: dict[tuple[date | None, str], int] = {}
    for one in lines:
        if one.state == "paid":
            key = one.on, one.account_tail
            sums[key] = sums.get(key, 0) + one.amount_fen
    return [
        (
            _CAME[0].format(amount=yuan(fen), on=_day(on, "en"), tail=tail or "—"),
            _CAME[1].format(amount=yuan(fen), on=_day(on, "zh"), tail=tail or "—"),
        )
        for (on, tail), fen in sorted(sums.items(), key=lambda one: one[0][0] or date.min)
    ]


def _rest(lines: list[Line]) -> list[Both]:
    found = []
    for states, (en, zh) in _PARTS:
        fen = sum(one.amount_fen for one in lines if one.state in states)
        if fen:
            found.append((en.format(amount=yuan(fen)), zh.format(amount=yuan(fen))))
    return found


def _day(on: date | None, language: str) -> str:
    return spoken_day(on, language) if on else "—"


def _said(both: Both, *, month: str, **values: object) -> Both:
    en, zh = both
    return (
        en.format(month=spoken_period(month, "en"), **values),
        zh.format(month=spoken_period(month, "zh"), **values),
    )
