"""What time it is: instants are aware and in UTC, dates are civil dates in Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta, timezone

# China has kept one offset and no daylight saving since 1991, so the fixed offset is exact and
# needs no time-zone database on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the civil date in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def civil(instant: datetime) -> datetime:
    """Return an instant as people in the county read it on the wall."""
    return instant.astimezone(SHANGHAI)
