"""The work queue: every stage says what waits for an officer; the first page lists it all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.foundation import clock
from service.web.language import ngettext


@dataclass(frozen=True)
class WaitingItem:
    """One line of the queue, in the language of the request."""

    title: str
    """What is to be done, as a sentence without its full stop."""
    count: int
    href: str
    since: datetime | None = None
    """When the oldest of them began to wait."""
    note: str = ""
    who: str = ""
    """Who has the next step, in what an officer waits for from others."""

    @property
    def age(self) -> str:
        return age_of(self.since)


# Stages stand above this folder, so the officer's class has no name here.
Provider = Callable[[Session, Any], Sequence[WaitingItem]]
_providers: list[Provider] = []
_owed: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Let a stage's function ``(session, officer) -> items`` add to the queue; usable as decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def register_owed(provider: Provider) -> Provider:
    """The same for what an officer handed on: each item says ``who`` has the next step."""
    if provider not in _owed:
        _owed.append(provider)
    return provider


def waiting_for(session: Session, officer: Any) -> list[WaitingItem]:
    """Return what waits for an officer, the longest wait first; lines with nothing are left out."""
    return _asked(_providers, session, officer)


def owed_to(session: Session, officer: Any) -> list[WaitingItem]:
    """Return what an officer handed on and others have the next step of, in the same order."""
    return _asked(_owed, session, officer)


def _asked(providers: Sequence[Provider], session: Session, officer: Any) -> list[WaitingItem]:
    items = [item for provider in providers for item in provider(session, officer)]
    latest = clock.now()
    return sorted((item for item in items if item.count), key=lambda item: item.since or latest)


def age_of(since: datetime | None) -> str:
    """Return how long something has waited, in the largest unit that fits."""
    if since is None:
        return ""
    minutes = max(int((clock.now() - since).total_seconds()) // 60, 0)
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
