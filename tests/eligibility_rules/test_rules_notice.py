"""What a rule may say about its notice, and what it may never."""

from pathlib import Path

import pytest

from eligibility_rules import load_rules
from eligibility_rules.notice import ANSWER_DAYS, LEVELS, Counting, Shown
from tests.eligibility_rules.test_rules_refused import MZ16, faults, folder, small

__all__ = ["folder", "small"]


def test_every_programme_says_where_how_long_and_what() -> None:
    for one in load_rules().programmes.values():
        assert one.notice.level in LEVELS
        assert one.notice.is_asked == (one.notice.level != "none" and one.notice.days > 0)
        if one.sensitive:
            assert one.notice.shows is Shown.COUNTS, one.code


def test_schools_count_working_days_and_show_no_hardship() -> None:
    school = load_rules().programmes["JY01"].notice
    assert (school.counted, school.shows) == (Counting.WORKING, Shown.NAMES)
    assert school.answer_days == ANSWER_DAYS


@pytest.mark.parametrize(
    ("said", "code", "part"),
    [
        ("{level: moon, days: 7}", "level_unknown", "not moon"),
        ("{level: village, days: 91}", "number_wrong", "from 0 to 90"),
        ("{level: village, days: 7, counted: lunar}", "word_unknown", "natural, working"),
        ("{level: village, days: 7, shows: id_numbers}", "word_unknown", "counts"),
        ("{level: village, days: 7, answer_days: 0}", "number_wrong", "from 1 to 60"),
        ("{level: village, days: 7, hours: 3}", "key_unknown", "hours"),
    ],
)
def test_a_wrong_notice_is_refused_at_its_line(
    small: Path, said: str, code: str, part: str
) -> None:
    line = next(
        one
        for one in (small / MZ16).read_text(encoding="utf-8").splitlines()
        if one.startswith("notice:")
    )
    found = faults(small, MZ16, line, f"notice: {said}")
    assert [(fault, part in sentence) for fault, _, sentence in found] == [(code, True)]


def test_a_sensitive_programme_never_shows_names(small: Path) -> None:
    path = small / MZ16
    text = path.read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith("notice:"))
    path.write_text(
        text.replace(line, "notice: {level: county, days: 5, shows: names}"), encoding="utf-8"
    )
    found = faults(small, MZ16, "sensitive: false", "sensitive: true")
    assert [code for code, _, _ in found] == ["notice_shows_names"]
