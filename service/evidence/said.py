"""Sentences in both languages, as packs carry them: for people in two PDFs, for machines side by side."""

from datetime import date, datetime
from typing import Any, NamedTuple


class Said(NamedTuple):
    """One sentence in Chinese and in English."""

    zh: str
    en: str

    def both(self) -> dict[str, str]:
        """Return the sentence as JSON has it."""
        return {"en": self.en, "zh": self.zh}

    def in_language(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def at(moment: datetime | date | None) -> str | None:
    """Return a moment or a day as ISO 8601, as JSON has it."""
    return None if moment is None else moment.isoformat()


def in_words(words: Any) -> dict[str, str]:
    """Return words of the rules, which have ``zh`` and ``en``, as JSON has them."""
    return {"en": words.en, "zh": words.zh}
