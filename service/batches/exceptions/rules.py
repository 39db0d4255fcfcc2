"""The rules of deadlines, reminders and of who is above whom: data, read from a file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from service.batches import controls
from service.batches.findings import catalogue
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.foundation.working_days import calendar, last_day
from service.officers.models import ORGANISATION_KINDS

FILE = Path(__file__).with_name("rules.yaml")
OWN_FILE = "exceptions.yaml"
DAYS_MAX = 60
SEVERITIES = ("stop", "check")
SEVERITY_OF: Mapping[str, str] = {
    code: one.severity
    for known in (controls.BY_CODE, catalogue.BY_CODE)
    for code, one in known.items()
}
"""{control: severity} of every control and finding."""


class RulesBroken(Problem):
    """The file of deadlines says something impossible."""

    code = "exception_rules_broken"
    status = 500
    title = "The rules of deadlines cannot be read"

    def __init__(self, file: str, faults: Iterable[str]) -> None:
        listed = "; ".join(faults)
        super().__init__(f"{file}: {listed}.", f"{file} 有误：{listed}。")


@dataclass(frozen=True)
class Deadline:
    """How many working days an office has, and how many before the last it is reminded."""

    days: int
    remind_before: int


@dataclass(frozen=True)
class ExceptionRules:
    """Deadlines by severity and by control, and which kinds of office are above a kind."""

    severity: Mapping[str, Deadline]
    control: Mapping[str, Deadline]
    superior: Mapping[str, tuple[str, ...]]

    def of(self, control: str) -> Deadline:
        """Return the deadline of a control."""
        return self.control.get(control) or self.severity[SEVERITY_OF.get(control, "stop")]


def rules_now() -> ExceptionRules:
    """Return the rules in force, with the county's own; raises :class:`RulesBroken`."""
    return _read_once(settings().county_rules)


@lru_cache(maxsize=4)
def _read_once(county: Path | None) -> ExceptionRules:
    found = read_rules(FILE.read_text(encoding="utf-8"), FILE.name)
    own = county / OWN_FILE if county is not None else None
    if own is None or not own.exists():
        return found
    changed = read_rules(own.read_text(encoding="utf-8"), own.name, whole=False)
    return ExceptionRules(
        {**found.severity, **changed.severity},
        {**found.control, **changed.control},
        {**found.superior, **changed.superior},
    )


def read_rules(content: str, file: str, *, whole: bool = True) -> ExceptionRules:
    """Read a file's text; raises :class:`RulesBroken` with every fault.

    A file that is not ``whole`` may leave out whatever it does not change.
    """
    try:
        said = yaml.safe_load(content) or {}
    except yaml.YAMLError as problem:
        raise RulesBroken(file, [str(problem).replace("\n", " ")]) from None
    if not isinstance(said, dict) or not all(isinstance(part, dict) for part in said.values()):
        raise RulesBroken(file, ["is not a mapping of mappings"])
    faults = [
        f"{name} is not known" for name in said if name not in ("severity", "control", "superior")
    ]
    severity, control, superior = (
        said.get(name, {}) for name in ("severity", "control", "superior")
    )
    faults += _unknown("severity", severity, SEVERITIES) + _unknown("control", control, SEVERITY_OF)
    faults += _unknown("superior", superior, ORGANISATION_KINDS)
    faults += [
        f"{name}: {fault}"
        for name, one in (*severity.items(), *control.items())
        for fault in _wrong(one)
    ]
    for kind, above in superior.items():
        if not isinstance(above, list) or not set(above) <= set(ORGANISATION_KINDS):
            faults.append(f"superior {kind}: {above} is no list of kinds of office")
    if whole:
        faults += [f"severity {name} is missing" for name in SEVERITIES if name not in severity]
        faults += [
            f"superior {kind} is missing" for kind in ORGANISATION_KINDS if kind not in superior
        ]
    if faults:
        raise RulesBroken(file, faults)
    return ExceptionRules(
        {name: Deadline(**one) for name, one in severity.items()},
        {name: Deadline(**one) for name, one in control.items()},
        {name: tuple(above) for name, above in superior.items()},
    )


def _unknown(part: str, said: dict[Any, Any], known: Iterable[str]) -> list[str]:
    return [f"{part} {name} is not known" for name in said if name not in known]


def _wrong(one: Any) -> list[str]:
    if not isinstance(one, dict) or set(one) != {"days", "remind_before"}:
        return ["needs days and remind_before"]
    if any(type(value) is not int for value in one.values()):
        return ["days and remind_before are whole numbers"]
    if not (1 <= one["days"] <= DAYS_MAX and 0 <= one["remind_before"] < one["days"]):
        return [f"days is 1 to {DAYS_MAX}, and remind_before less than it"]
    return []


def days_of(deadline: Deadline, *, asked_on: date) -> tuple[date, date]:
    """Return the last day to answer and the day of the reminder, both working days."""
    due_on = last_day(asked_on, deadline.days, working=True).last
    known, remind_on = calendar(), due_on
    for _ in range(deadline.remind_before):
        remind_on -= timedelta(days=1)
        while not known.is_working(remind_on):
            remind_on -= timedelta(days=1)
    return due_on, remind_on
