"""Working days in China: weekends, the State Council's days off, and the weekend days worked for them."""

from service.foundation.working_days.banking import (
    BankDay,
    BankHours,
    NeverOpen,
    day_of,
    first_after,
    first_from,
    is_banking_day,
    is_known,
    nth_after,
    takes_from,
    takes_until,
)
from service.foundation.working_days.calendar import (
    CalendarBroken,
    WorkingCalendar,
    calendar,
    read_calendar,
)
from service.foundation.working_days.count import (
    Counted,
    last_day,
    working_day_by,
    working_days_after,
    working_days_ago,
)

__all__ = [
    "BankDay",
    "BankHours",
    "CalendarBroken",
    "Counted",
    "NeverOpen",
    "WorkingCalendar",
    "calendar",
    "day_of",
    "first_after",
    "first_from",
    "is_banking_day",
    "is_known",
    "last_day",
    "nth_after",
    "read_calendar",
    "takes_from",
    "takes_until",
    "working_day_by",
    "working_days_after",
    "working_days_ago",
]
