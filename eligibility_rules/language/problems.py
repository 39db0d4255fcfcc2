"""Why an expression was refused; the file and line are added by whoever read the file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A stable code and the middle of a sentence, without a capital and a full stop."""

    code: str
    sentence: str
