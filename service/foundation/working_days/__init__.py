"""Working days in China: weekends, the State Council's days off, and the weekend days worked for them."""

from service.foundation.working_days.calendar import (
    CalendarBroken,
    WorkingCalendar,
    calendar,
    read_calendar,
)
from service.foundation.working_days.count import Counted, last_day, working_day_by

__all__ = [
    "CalendarBroken",
    "Counted",
    "WorkingCalendar",
    "calendar",
    "last_day",
    "read_calendar",
    "working_day_by",
]
