"""What a hold or an erasure covers, as people write it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from service.foundation import clock
from service.foundation.problems import Problem

HOLDS = ("person", "payment", "batch", "programme", "period")
ERASURES = ("person", "entry")
_PERIOD = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})")


class ScopeUnclear(Problem):
    """What was written names nothing that can be held or erased."""

    code = "audit_scope_unclear"
    status = 422
    title = "It is not clear what is meant"

    def __init__(self, text: str, kinds: tuple[str, ...]) -> None:
        known = ", ".join(f"{kind}:…" for kind in kinds)
        super().__init__(
            f"“{text[:60]}” names nothing that this knows; write one of {known} "
            "(a period as period:2026-01-01/2026-06-30).",
            f"无法识别“{text[:60]}”；请写成 {known} 之一（期间写作 period:2026-01-01/2026-06-30）。",
        )


@dataclass(frozen=True)
class Scope:
    """A scope in its one way of writing; a period has both instants, its last day included."""

    text: str
    from_at: datetime | None = None
    to_at: datetime | None = None


def read(text: str, kinds: tuple[str, ...]) -> Scope:
    """Return the scope that ``kind:value`` names; raises :class:`ScopeUnclear`."""
    kind, _, value = text.strip().partition(":")
    if kind not in kinds or not value:
        raise ScopeUnclear(text, kinds)
    try:
        if kind == "period":
            return _period(value)
        if kind == "person" and not (value.isascii() and 0 < int(value) < 2**63):
            raise ValueError
        if kind in ("batch", "entry"):
            value = str(UUID(value))
    except ValueError:
        raise ScopeUnclear(text, kinds) from None
    if not re.fullmatch(r"[0-9A-Za-z-]{1,60}", value):
        raise ScopeUnclear(text, kinds)
    return Scope(f"{kind}:{value}")


def _period(value: str) -> Scope:
    found = _PERIOD.fullmatch(value)
    if found is None:
        raise ValueError
    first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
    if first > last:
        raise ValueError
    return Scope(
        f"period:{first}/{last}",
        datetime.combine(first, time(), clock.SHANGHAI),
        datetime.combine(last + timedelta(days=1), time(), clock.SHANGHAI),
    )
