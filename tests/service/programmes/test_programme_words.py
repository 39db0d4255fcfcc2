"""Whatever a programme may say has words for residents."""

import pytest

from eligibility_rules import load_rules
from service.programmes import words

PROGRAMMES = load_rules().programmes


@pytest.mark.parametrize("code", sorted(PROGRAMMES))
def test_every_stop_and_every_notice_can_be_read(code: str) -> None:
    programme = PROGRAMMES[code]
    for stop in programme.stops:
        assert words.event(stop.event)
        assert words.effect(stop.action, stop.effective, str)
    assert words.notice(programme.notice.level, programme.notice.days)
    assert words.frequency(programme.frequency)


def test_what_is_paid_once_is_not_said_to_go_on() -> None:
    assert "此后自动发放" in words.to_do(applied=True, paid="monthly")
    assert "一次性" in words.to_do(applied=True, paid="one_off")
    assert words.to_do(applied=False, paid="one_off") == words.to_do(applied=False, paid="monthly")


def test_the_programme_that_follows_is_called_by_its_name() -> None:
    said = words.effect("switch:MZ16", "THAT_MONTH", {"MZ16": "百岁老人"}.__getitem__)
    assert "百岁老人" in said
    assert "MZ16" not in said
