"""A hundred workers killed at every step and at any moment: nothing is lost, nobody is paid twice.

``make chaos`` does the same a thousand times and more (docs/operate.md).
"""

from tests.chaos import points
from tests.chaos.kills import Killing
from tests.chaos.workers import Workers
from tests.factories.town import Town

KILLS = 100


def test_a_hundred_kills_lose_nothing_and_pay_nothing_twice(town: Town) -> None:
    with Workers() as workers:
        result = Killing(town, workers, seed=58).run(KILLS)
    assert result.problems == ()
    assert (result.lost, result.doubled) == (0, 0)
    assert result.kills >= KILLS
    assert result.payments >= 20
    assert result.days >= 2
    # Somebody died at each of the named steps, and between intent and outcome, too.
    named = {*points.SENDING, *points.COLLECTING, *points.CLOSING, "at any moment"}
    assert {point for point, times in result.where.items() if times} == named
    assert result.lost_between
