"""Read a programme's `notice`; a sensitive programme can never show a name."""

from eligibility_rules.notice import (
    ANSWER_DAYS,
    ANSWER_DAYS_MAX,
    DAYS_MAX,
    LEVELS,
    Counting,
    Notice,
    Shown,
)
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable


def read_notice(entry: Section, *, sensitive: bool) -> Notice:
    """Read the section; without `shows` a sensitive programme shows counts, every other names and amounts.

    Faults: level_unknown, notice_shows_names, and those of every section.
    """
    entry.only("level", "days", "counted", "shows", "answer_days", "note")
    level = entry.text("level")
    if level and level not in LEVELS:
        listing = ", ".join(LEVELS)
        shown = printable(level)
        said = Words(
            f"level 只能是 {listing} 之一，而不是 {shown}。",
            f"level must be one of {listing}, not {shown}.",
        )
        entry.fault("level_unknown", said, "level")
    shows = entry.word("shows", Shown, Shown.COUNTS if sensitive else Shown.NAMES_AND_AMOUNTS)
    if sensitive and shows is not Shown.COUNTS:
        entry.fault(
            "notice_shows_names",
            Words(
                f"敏感项目的公示只能公布人数，不能是 {shows}。",
                f"A sensitive programme's notice shows counts only, not {shows}.",
            ),
            "shows",
        )
    return Notice(
        level=level,
        days=entry.whole("days", 0, DAYS_MAX),
        note=entry.text("note", ""),
        counted=entry.word("counted", Counting, Counting.NATURAL),
        shows=shows,
        answer_days=entry.whole("answer_days", 1, ANSWER_DAYS_MAX, ANSWER_DAYS),
    )
