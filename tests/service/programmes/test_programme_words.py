"""Whatever a programme may say has words for residents."""

import pytest

from eligibility_rules import load_rules
from service.programmes import words


@pytest.mark.parametrize("code", sorted(load_rules().programmes))
def test_every_stop_and_every_notice_can_be_read(code: str) -> None:
    programme = load_rules().programmes[code]
    for stop in programme.stops:
        assert words.event(stop.event)
        assert words.effect(stop.action, stop.effective)
    assert words.notice(programme.notice.level, programme.notice.days)
    assert words.frequency(programme.frequency)
