"""The consumer price indices of the months before (hundredths of a point, last year = 100)."""

from dataclasses import dataclass
from datetime import date, timedelta

from service.demo.county.clock import Clock


@dataclass(frozen=True, slots=True)
class PriceMonth:
    """One month's indices against the same month a year earlier."""

    month: date
    general: int
    low_income: int
    food: int
    published: date


def draw_prices(clock: Clock, months: int = 30) -> list[PriceMonth]:
    """Return the months up to the one before the later month, published on a day from 9 to 15."""
    rng = clock.rng("prices")
    month = clock.earlier_start
    found: list[PriceMonth] = []
    for _ in range(months):
        general = 10_000 + rng.randint(-60, 260)
        low = general + rng.randint(-20, 90)
        published = (month + timedelta(days=31)).replace(day=rng.randint(9, 15))
        found.append(PriceMonth(month, general, low, general + rng.randint(-300, 420), published))
        month = (month - timedelta(days=1)).replace(day=1)
    return found[::-1]
