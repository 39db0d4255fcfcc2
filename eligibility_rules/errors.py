"""What the rules say when they cannot be used: a stable code, a place and a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, where it is, and what to do about it."""

    code: str
    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence} [{self.code}]"


class RuleFault(Exception):
    """A request the rules cannot answer; `code` is stable, `sentence` is for a person."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class RulesInvalid(RuleFault):
    """The rule files hold faults; all of them are in `faults`, in file and line order."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.code)))
        listing = "\n".join(str(fault) for fault in self.faults)
        count = len(self.faults)
        noun = "fault" if count == 1 else "faults"
        super().__init__("rules_invalid", f"The rules hold {count} {noun}:\n{listing}")


class Faults:
    """Collects faults while files are read, so that nobody meets them one by one."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, code: str, file: str, line: int, sentence: str) -> None:
        self._found.append(Fault(code, file, line, sentence))

    def __len__(self) -> int:
        return len(self._found)

    def raise_if_any(self) -> None:
        """Raise RulesInvalid with everything found so far."""
        if self._found:
            raise RulesInvalid(tuple(self._found))
