"""What a programme's rule says about its public notice: where, how long, and what may be shown."""

from dataclasses import dataclass
from enum import StrEnum

LEVELS = (
    "none",
    "village",
    "township",
    "county",
    "school",
    "unit",
    "village+township",
    "village+school",
    "village+county",
    "community+county",
)
"""Where a list may hang."""
DAYS_MAX = 90
ANSWER_DAYS = 15
ANSWER_DAYS_MAX = 60


class Counting(StrEnum):
    """Which days count, from the day after posting."""

    NATURAL = "natural"
    WORKING = "working"


class Shown(StrEnum):
    """What the list shows of each line. Children are never shown by name, whatever the rule says."""

    NAMES_AND_AMOUNTS = "names_and_amounts"
    NAMES = "names"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class Notice:
    """The public notice: 0 days means nothing is posted before it is paid.

    `answer_days` are the working days within which an objection is answered.
    """

    level: str
    days: int
    note: str
    counted: Counting
    shows: Shown
    answer_days: int

    @property
    def is_asked(self) -> bool:
        """Whether a list must hang before it may be approved."""
        return self.level != "none" and self.days > 0
