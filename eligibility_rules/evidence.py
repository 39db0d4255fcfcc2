"""How far a figure or a rule can be trusted: the mark beside everything taken from outside."""

from dataclasses import dataclass
from enum import StrEnum

from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable


class Evidence(StrEnum):
    """From the official text down to a figure made up for synthetic data."""

    SOURCED = "sourced"
    SECONDARY = "secondary"
    DERIVED = "derived"
    MEMORY = "memory"
    ILLUSTRATIVE = "illustrative"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Mark:
    """An evidence mark and, after a colon in the file, what it rests on."""

    evidence: Evidence
    remark: str


def read_mark(entry: Section, key: str) -> Mark:
    """Read `illustrative: borrowed from a neighbour` or just `sourced`."""
    text = entry.text(key)
    word, _, remark = text.partition(":")
    try:
        return Mark(Evidence(word.strip()), remark.strip())
    except ValueError:
        if text:
            listing = ", ".join(Evidence)
            shown = printable(text)
            said = Words(
                f"{key} 须以 {listing} 之一开头，而不是 {shown}。",
                f"{key} must begin with one of {listing}, not {shown}.",
            )
            entry.fault("word_unknown", said, key)
        return Mark(Evidence.MEMORY, "")
