"""Share a pool by area: floor the rate, keep the remainder, and never pay more than the pool.

Source: cropland subsidy practice of several counties; the rate is always rounded down and its
decimals are the county's choice.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PoolRate:
    """The frozen rate of a pool.

    `rate` is in units of 10^-decimals yuan per 亩; `paid_fen` is the sum of all lines and
    `remainder_fen` what stays in the pool. `round_down` is set when rounding every line half up
    would overdraw the pool by some fen: all lines are then rounded down alike.
    """

    rate: int
    decimals: int
    round_down: bool
    paid_fen: int
    remainder_fen: int

    @property
    def rate_text(self) -> str:
        """The rate in yuan per 亩, written out."""
        if not self.decimals:
            return str(self.rate)
        whole, part = divmod(self.rate, 10**self.decimals)
        return f"{whole}.{part:0{self.decimals}d}"

    def amount_fen(self, area_milli_mu: int) -> int:
        """The line for an area in thousandths of a 亩."""
        return line_fen(area_milli_mu, self.rate, self.decimals, round_down=self.round_down)


def power_of_ten(exponent: int) -> int:
    """10 to a whole power; written out because Python's own could also be a float."""
    return int("1" + "0" * exponent)


def line_fen(area_milli_mu: int, rate: int, decimals: int, *, round_down: bool) -> int:
    """area × rate in fen, half up or down; 亩/1000 × yuan/10^decimals × 100 fen."""
    unit = 10 * power_of_ten(decimals)
    if round_down:
        return area_milli_mu * rate // unit
    return (2 * area_milli_mu * rate + unit) // (2 * unit)


def unit_rate(decimals: int) -> PoolRate:
    """The rate at which every line says its own area instead of fen."""
    return PoolRate(
        10 * power_of_ten(decimals), decimals, round_down=True, paid_fen=0, remainder_fen=0
    )


def pool_rate(
    pool_fen: int, area_total_milli_mu: int, decimals: int, areas_milli_mu: list[int]
) -> PoolRate:
    """The rate for the lines of a snapshot.

    `area_total_milli_mu` is the approved total; if the lines' own areas add up to more, they are
    what the pool is divided by, so that no error of the total can overdraw it.
    """

    def paid_at(tried: PoolRate) -> int:
        return sum(tried.amount_fen(one) for one in areas_milli_mu)

    return settled_rate(pool_fen, area_total_milli_mu, decimals, paid_at)


def settled_rate(
    pool_fen: int, area_total_milli_mu: int, decimals: int, paid_at: Callable[[PoolRate], int]
) -> PoolRate:
    """The rate of a pool whose lines add up to `paid_at(rate)`; asks two or three times."""
    area = max(area_total_milli_mu, paid_at(unit_rate(decimals)))
    rate = 0 if area <= 0 else pool_fen * 10 * power_of_ten(decimals) // area
    for round_down in (False, True):
        paid = paid_at(PoolRate(rate, decimals, round_down, 0, 0))
        if paid <= pool_fen:
            break
    return PoolRate(rate, decimals, round_down, paid, pool_fen - paid)
