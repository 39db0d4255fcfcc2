"""What the rules say when they cannot be used: a stable code, a place and a sentence in both languages."""

from dataclasses import dataclass

from eligibility_rules.words import Words, printable

VALUE_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, where it is, and what to do about it.

    `line` and `column` count from 1; `value` is what was written there, cut to 80 characters, and
    empty for what is missing or is no single text.
    """

    code: str
    file: str
    line: int
    words: Words
    column: int = 1
    value: str = ""

    @property
    def sentence(self) -> str:
        return self.words.en

    @property
    def sentence_zh(self) -> str:
        return self.words.zh

    def __str__(self) -> str:
        return f"{self._place}: {self.sentence} [{self.code}]"

    @property
    def said_zh(self) -> str:
        """The same in Chinese."""
        return f"{self._place}: {self.sentence_zh} [{self.code}]"

    @property
    def _place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class RuleFault(Exception):
    """A request the rules cannot answer; `code` is stable, `words` is a sentence for a person."""

    def __init__(self, code: str, words: Words) -> None:
        super().__init__(words.en)
        self.code = code
        self.words = words

    @property
    def sentence(self) -> str:
        return self.words.en

    @property
    def sentence_zh(self) -> str:
        return self.words.zh


class RulesInvalid(RuleFault):
    """The rule files hold faults; all of them are in `faults`, in file and line order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = tuple(
            sorted(faults, key=lambda fault: (fault.file, fault.line, fault.column, fault.code))
        )
        listing = "\n".join(str(fault) for fault in self.faults)
        listing_zh = "\n".join(fault.said_zh for fault in self.faults)
        count = len(self.faults)
        noun = "fault" if count == 1 else "faults"
        said = Words(
            f"规则文件有 {count} 处错误：\n{listing_zh}",
            f"The rules hold {count} {noun}:\n{listing}",
        )
        super().__init__("rules_invalid", said)


class Faults:
    """Collects faults while files are read, so that nobody meets them one by one."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(
        self, code: str, file: str, line: int, words: Words, *, column: int = 1, value: str = ""
    ) -> None:
        self._found.append(
            Fault(code, file, line, words, column, printable(value, VALUE_CHARS_MAX))
        )

    def __len__(self) -> int:
        return len(self._found)

    def raise_if_any(self) -> None:
        """Raise RulesInvalid with everything found so far."""
        if self._found:
            raise RulesInvalid(tuple(self._found))
