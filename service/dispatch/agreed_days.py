"""What was agreed with a bank about its days: read from the terms, and kept on its channel."""

import re
from dataclasses import dataclass
from datetime import date, time

LATE_FILE = ("next_day", "refused")
_APART_SECONDS_MAX = 3600
_ANSWER_DAYS_MAX = 30
_CUT_OFF = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")


@dataclass(frozen=True, kw_only=True)
class AgreedDays:
    """Until when of a day a bank takes files, on which days it executes, and how much of one."""

    cut_off: str | None = None
    """``HH:MM[:SS]`` in Shanghai until which a file is executed the same day; "": until midnight;
    None: as the bank's profile says."""
    cut_off_apart_seconds: int = 300
    """How far the two clocks may be apart, the way of a file included; nothing is sent meanwhile."""
    executes_every_day: bool = False
    closed_days: tuple[str, ...] = ()
    """Civil dates, ``YYYY-MM-DD``, on which this bank alone executes nothing."""
    takes_ahead: bool = False
    """Whether the bank keeps a file for the later day that it names."""
    late_file: str = "next_day"
    """What the bank does with a file after the day it names: ``next_day`` or ``refused``."""
    lines_a_day_max: int | None = None
    files_a_day_max: int | None = None
    fen_a_day_max: int | None = None
    reply_days: int = 1
    """Banking days of its own after a file's day by which it has answered it."""
    statement_days: int = 1
    """Banking days of its own after a day by which that day's statement has come."""
    answers_by: str = "18:00"
    """``HH:MM`` in Shanghai until when on that day."""

    def __post_init__(self) -> None:
        """Raises ValueError naming the first term that is none, with what it is."""
        if self.cut_off and not (
            isinstance(self.cut_off, str) and _CUT_OFF.fullmatch(self.cut_off)
        ):
            raise ValueError(f"cut_off is {self.cut_off!r}, not a time as 17:00")
        for name, most in (
            ("cut_off_apart_seconds", _APART_SECONDS_MAX),
            ("lines_a_day_max", None),
            ("files_a_day_max", None),
            ("fen_a_day_max", None),
        ):
            _require_whole(name, getattr(self, name), most)
        for name in ("reply_days", "statement_days"):
            value = getattr(self, name)
            if not (type(value) is int and 0 <= value <= _ANSWER_DAYS_MAX):
                raise ValueError(
                    f"{name} is {value!r}, not whole days from 0 to {_ANSWER_DAYS_MAX}"
                )
        if not (isinstance(self.answers_by, str) and _CUT_OFF.fullmatch(self.answers_by)):
            raise ValueError(f"answers_by is {self.answers_by!r}, not a time as 18:00")
        for name in ("executes_every_day", "takes_ahead"):
            if type(getattr(self, name)) is not bool:
                raise ValueError(f"{name} is {getattr(self, name)!r}, not true or false")
        if self.late_file not in LATE_FILE:
            raise ValueError(f"late_file is {self.late_file!r}, none of {', '.join(LATE_FILE)}")
        for day in self.closed_days:
            try:
                date.fromisoformat(day)
            except (TypeError, ValueError):
                raise ValueError(f"closed_days has {day!r}, not a date as 2026-12-31") from None

    def as_columns(self, profile_cut_off: time | None) -> dict[str, object]:
        """Return what a channel keeps of it, by the names of its columns."""
        at = self.cut_off
        return {
            "cut_off": profile_cut_off if at is None else time.fromisoformat(at) if at else None,
            "cut_off_apart_seconds": self.cut_off_apart_seconds,
            "executes_every_day": self.executes_every_day,
            "closed_days": sorted({date.fromisoformat(day) for day in self.closed_days}),
            "takes_ahead": self.takes_ahead,
            "late_file": self.late_file,
            "lines_a_day_max": self.lines_a_day_max,
            "files_a_day_max": self.files_a_day_max,
            "fen_a_day_max": self.fen_a_day_max,
            "reply_days": self.reply_days,
            "statement_days": self.statement_days,
            "answers_by": time.fromisoformat(self.answers_by),
        }


def _require_whole(name: str, value: object, most: int | None) -> None:
    if most is None:
        if value is not None and not (type(value) is int and value > 0):
            raise ValueError(f"{name} is {value!r}, not a whole number above 0")
    elif not (type(value) is int and 0 <= value <= most):
        raise ValueError(f"{name} is {value!r}, not whole seconds from 0 to {most}")
