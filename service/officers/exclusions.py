"""Which duties nobody holds together, and why.

The four duties over money check one another, so each excludes the other three. Who brings the data
does not check, sign or reconcile what was paid because of them, and who writes the rules does not
approve them. Who runs the machines, who says what officers may do, and who watches them all (三权分立)
have no power over money and none over one another: each of the three excludes everything else.
"""

from collections.abc import Iterable
from itertools import combinations

from service.foundation.problems import Problem
from service.officers.models import ALONE, DUTIES

NAMES_ZH = {
    "maker": "编制",
    "reviewer": "复核",
    "signer": "财政签发",
    "reconciler": "对账",
    "steward": "数据专员",
    "policy": "政策",
    "auditor": "审计",
    "system_administrator": "系统管理",
    "security_administrator": "安全管理",
}

EXCLUSIVE: frozenset[frozenset[str]] = frozenset(
    [
        *(
            frozenset(pair)
            for pair in combinations(("maker", "reviewer", "signer", "reconciler"), 2)
        ),
        *(frozenset({"steward", other}) for other in ("reviewer", "signer", "reconciler")),
        *(frozenset({"policy", other}) for other in ("reviewer", "signer")),
        *(frozenset({alone, other}) for alone in ALONE for other in DUTIES if other != alone),
    ]
)


class DutiesExclusive(Problem):
    """One person may not hold these duties together."""

    code = "duties_exclusive"
    status = 422
    title = "These duties exclude one another"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            f"One person may not be both {first} and {second}; give one of the duties to somebody else.",
            f"同一人不得兼任“{NAMES_ZH[first]}”与“{NAMES_ZH[second]}”，请将其中一项职责交由他人。",
        )


class DutyUnknown(Problem):
    """There is no such duty, or none was given."""

    code = "duty_unknown"
    status = 422
    title = "There is no such duty"

    def __init__(self, duty: str) -> None:
        given = f"“{duty[:20]}”" if duty else "nothing"
        super().__init__(
            f"An officer has at least one of the duties {', '.join(DUTIES)}; {given} is none of them.",
            f"职责应为以下之一：{'、'.join(NAMES_ZH[one] for one in DUTIES)}；所填内容无效。",
        )


def refuse_exclusive(duties: Iterable[str]) -> None:
    """Refuse unknown duties and pairs that exclude one another.

    Raises :class:`DutyUnknown`, :class:`DutiesExclusive` (naming the first such pair).
    """
    held = set(duties)
    if not held or not held <= set(DUTIES):
        raise DutyUnknown(min(held - set(DUTIES), default=""))
    for first, second in combinations([duty for duty in DUTIES if duty in held], 2):
        if frozenset({first, second}) in EXCLUSIVE:
            raise DutiesExclusive(first, second)
