"""What a person reads, in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and in English."""

    zh: str
    en: str

    def within(self, zh: str, en: str) -> "Words":
        """These words inside a longer sentence; `{}` is where they stand."""
        return Words(zh.replace("{}", self.zh, 1), en.replace("{}", self.en, 1))


def printable(text: str, longest: int = 60) -> str:
    """Somebody's text fit for a sentence: one line, no control characters, not too long."""
    shown = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text[:longest])
    return shown + ("…" if len(text) > longest else "")
