"""Where and for which programmes a duty counts: the scopes of an officer's duties on a day.

A place is the leading digits of a division code; "" is the whole county. Places are compared digit
by digit, never by a pattern, so that a ``%`` opens nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from service.foundation import clock


class Holder(Protocol):
    """What of an officer decides the scopes."""

    duties: Any
    scopes: Any
    division: Any


@dataclass(frozen=True)
class Scope:
    """One place and some programmes; no programmes and no departments means all programmes."""

    division: str = ""
    programmes: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    @property
    def is_for_all_programmes(self) -> bool:
        return not self.programmes and not self.departments

    def covers_programme(self, code: str) -> bool:
        """Return whether a programme is among those of the scope; "" stands for no single one."""
        return (
            not code
            or self.is_for_all_programmes
            or code in self.programmes
            or department_of(code) in self.departments
        )

    def covers_place(self, division: str) -> bool:
        """Return whether a place lies within the scope's; "" is the whole county."""
        return division[: len(self.division)] == self.division

    def touches_place(self, division: str) -> bool:
        """Return whether a place lies within the scope's, or the scope's within it."""
        shorter = min(len(division), len(self.division))
        return division[:shorter] == self.division[:shorter]

    def every_programme(self) -> frozenset[str]:
        """Return the codes of the named programmes and of those of the named departments."""
        of_departments = {
            code for code, folder in _departments().items() if folder in self.departments
        }
        return self.programmes | of_departments


WHOLE = Scope()


def scopes_of(officer: Holder, duty: str, on: date | None = None) -> tuple[Scope, ...]:
    """Return where an officer holds a duty on a day (today); empty when not at all.

    A duty of which no scope is written counts for the officer's division and all programmes.
    """
    if duty not in officer.duties:
        return ()
    written = (officer.scopes or {}).get(duty)
    if written is None:
        return (Scope(officer.division or ""),)
    day = (on or clock.today()).isoformat()
    return tuple(
        Scope(one["division"], frozenset(one["programmes"]), frozenset(one["departments"]))
        for one in written
        if one["from"] <= day and (one["to"] is None or day <= one["to"])
    )


def _nobody() -> Mapping[str, str]:
    return {}


_departments: Callable[[], Mapping[str, str]] = _nobody


def name_departments_by(source: Callable[[], Mapping[str, str]]) -> None:
    """Let the programmes' stage say {programme code: its department's folder}."""
    global _departments  # noqa: PLW0603 - set once, when the stage above is loaded
    _departments = source


def department_of(code: str) -> str:
    """Return the folder of a programme's department; "?" for a programme nobody knows."""
    return _departments().get(code, "?")


def known_departments() -> frozenset[str]:
    """Return the folders of all departments that have programmes."""
    return frozenset(_departments().values())


def known_programmes() -> frozenset[str]:
    """Return the codes of all programmes."""
    return frozenset(_departments())
