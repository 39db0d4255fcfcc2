"""A standing query: what it is called, which audit's finding it answers, what it asks, what a hit says."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import rfc8785
from sqlalchemy.orm import Session

Severity = Literal["high", "medium", "low"]
"""``high``: money went wrong, or somebody acted where he must not. ``medium``: somebody has to be
asked. ``low``: worth knowing when a sample is drawn."""


@dataclass(frozen=True)
class Source:
    """The finding of a real audit that the query would have caught, and where it was published."""

    en: str
    zh: str
    where: str


@dataclass(frozen=True)
class StandingQuery:
    """One question about what is stored.

    ``sql`` selects (subject, amount_fen, evidence): a subject is ``kind:id``, one row for each;
    evidence is a JSON object of references, codes, dates and counts: no name, no number of a card,
    and nothing that grows by itself from day to day, or every night would bring a new hit. It may
    use :today, :since (``months`` before), :as_of, each of ``numbers``, and what ``prepare`` returns.
    ``version`` goes up whenever the query begins to find something else.
    """

    code: str
    title_en: str
    title_zh: str
    sentence_en: str
    sentence_zh: str
    answers: tuple[Source, ...]
    severity: Severity
    says_en: str
    """What a hit says, with fields of its evidence in braces; ``{lines:line|lines}`` says "1 line"."""
    says_zh: str
    sql: str
    months: int = 12
    """How far it looks back."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Thresholds that the query uses by name."""
    prepare: Callable[[Session], dict[str, Any]] | None = None
    """What only the programmes' rules can say, read in the same transaction."""
    version: int = 1

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what is asked: the text, the thresholds and the months looked back."""
        said: dict[str, Any] = {
            "sql": self.sql,
            "numbers": dict(self.numbers),
            "months": self.months,
        }
        return hashlib.sha256(rfc8785.dumps(said)).hexdigest()
