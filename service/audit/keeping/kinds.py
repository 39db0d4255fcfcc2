"""The kinds of sealed content, how long each is kept at least, and by which rule."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import yaml

from service.foundation import clock
from service.foundation.months import Month

EVIDENCE = ("seen", "unverified", "own")


@dataclass(frozen=True)
class Kind:
    """One row of ``kinds.yaml``; ``acts`` are beginnings of acts, ``months`` count from the act."""

    code: str
    title: str
    title_zh: str
    acts: tuple[str, ...]
    months: int
    source: str
    source_zh: str
    evidence: str

    def kept_until(self, at: datetime) -> date:
        """Return the first civil day on which content of an act at that instant may be erased."""
        day = clock.civil(at).date()
        then = Month.of(day).minus(-self.months)
        return then.first_day.replace(day=min(day.day, then.last_day.day))


@lru_cache(maxsize=1)
def kinds() -> tuple[Kind, ...]:
    """Return the table as it is written."""
    rows = yaml.safe_load((Path(__file__).parent / "kinds.yaml").read_text(encoding="utf-8"))
    return tuple(Kind(**{**row, "acts": tuple(row["acts"])}) for row in rows)


def kind_of(act: str) -> Kind:
    """Return the kind of an act: the one whose beginning fits the longest."""
    fitting = [
        (len(begins), one) for one in kinds() for begins in one.acts if act.startswith(begins)
    ]
    return max(fitting, key=lambda pair: pair[0])[1]
