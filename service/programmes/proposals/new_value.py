"""A figure's file with one more dated value, as somebody writes it who does not write files."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from service.programmes.proposals.write import MARKS

_MAX = 200


@dataclass(frozen=True)
class NewValue:
    """What somebody wrote; what is wrong with it is found when the proposal is checked."""

    value: str
    since: str
    """The day from which it holds, like 2027-01-01."""
    mark: str
    law: str
    """The document that says so."""


def new_value(
    value: Annotated[str, Query(max_length=_MAX)] = "",
    since: Annotated[str, Query(max_length=_MAX)] = "",
    mark: Annotated[str, Query(max_length=_MAX)] = "",
    law: Annotated[str, Query(max_length=_MAX)] = "",
) -> NewValue | None:
    """Return the value in the address, or None where there is none."""
    if not value.strip():
        return None
    known = mark if mark in set(MARKS) else str(MARKS[0])
    return NewValue(value.strip(), since.strip(), known, " ".join(law.split()))


def with_value(text: str, new: NewValue) -> str:
    """Return a figure's text with the value as the last of its list."""
    line = ", ".join(
        f"{key}: {_quoted(said)}"
        for key, said in (
            ("effective", new.since),
            ("value", new.value),
            ("evidence", new.mark),
            ("source", new.law),
        )
    )
    return f"{text.rstrip()}\n  - {{{line}}}\n"


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("'", "''")
    return f"'{escaped}'"
