"""Why an expression was refused; the file and line are added by whoever read the file."""

from dataclasses import dataclass

from eligibility_rules.words import Words


@dataclass(frozen=True, slots=True)
class Problem:
    """A stable code and the middle of a sentence, without a capital and a full stop."""

    code: str
    words: Words

    def about(self, name: str) -> Words:
        """The whole sentence; `name` is the key or fact that it is about."""
        zh, en = self.words.zh, self.words.en
        return Words(
            f"{name}：{zh}{'' if zh.endswith('？') else '。'}",
            f"{name}: {en}{'' if en.endswith('?') else '.'}",
        )
