"""By when an exception is answered, and what a county may say about it in its file."""

from datetime import date

import pytest

from service.batches.exceptions.rules import Deadline, RulesBroken, days_of, read_rules


def test_a_day_is_counted_in_working_days_back_and_forth() -> None:
    # From the Wednesday before National Day 2026: seven days off, then work again.
    due_on, remind_on = days_of(Deadline(2, 1), asked_on=date(2026, 11, 26))
    assert (due_on, remind_on) == (date(2026, 11, 30), date(2026, 11, 27))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("severity: {stop: {days: 0, remind_before: 0}}", "days is 1 to 60"),
        ("severity: {stop: {days: 3}}", "needs days and remind_before"),
        ("control: {nothing: {days: 3, remind_before: 1}}", "control nothing is not known"),
        ("superior: {village: [moon]}", "is no list of kinds of office"),
        ("more: {}", "more is not known"),
        ("- 1", "is not a mapping"),
        ("severity: [", "while parsing"),
    ],
)
def test_a_countys_file_that_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(RulesBroken, match=said):
        read_rules(text, "exceptions.yaml", whole=False)
