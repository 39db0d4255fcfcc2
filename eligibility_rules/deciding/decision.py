"""What the rules decide about one subject, one programme and one month."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from eligibility_rules.words import Words


class Outcome(IntEnum):
    """The numbers are those of the `_outcome` columns."""

    NOT_DUE = 0
    DUE = 1
    UNKNOWN = 2


State = Literal["true", "false", "unknown"]


@dataclass(frozen=True, slots=True)
class ValueUsed:
    """A fact, parameter or other programme behind a condition, written for a person."""

    name: str
    label: Words
    shown: Words
    feeds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition, whether it held, its sentence and the values it stood on.

    The last reason of an explanation is the amount's arithmetic; its id ends in -AMOUNT.
    """

    condition_id: str
    state: State
    zh: str
    en: str
    values: tuple[ValueUsed, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one subject; `held` and `unknown` are bitmasks over the conditions.

    `amount_fen` is whole fen and None unless the outcome is due.
    """

    outcome: Outcome
    amount_fen: int | None
    held: int
    unknown: int
    reasons: tuple[Reason, ...]
