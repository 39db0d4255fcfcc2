"""What one look at a source came to, in counts and sentences without anybody's data."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from service.foundation.problems import Problem
from service.residents.models import Delivery

_FAULTS_SAID_MAX = 5


@dataclass
class Outcome:
    """Deliveries by state, and what went wrong by code; one fault never hides the rest."""

    states: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, tuple[str, str]] = field(default_factory=dict)

    def took(self, delivery: Delivery) -> None:
        """Count a delivery by what became of it."""
        self.states[delivery.state] += 1

    def failed(self, problem: Problem) -> None:
        """Count a fault; the first sentence of each code is kept."""
        self.faults[problem.code] += 1
        self.sentences.setdefault(problem.code, (problem.sentence, problem.sentence_zh))

    @property
    def code(self) -> str:
        """``failed``, ``partly``, ``refused``, ``taken`` or ``nothing_new``."""
        if self.faults:
            return "partly" if self.states else "failed"
        if set(self.states) == {"refused"}:
            return "refused"
        return "taken" if self.states else "nothing_new"

    def as_json(self) -> dict[str, Any]:
        """Return what is kept as the source's last outcome."""
        en, zh = self._counts()
        for code, count in list(self.faults.items())[:_FAULTS_SAID_MAX]:
            said, said_zh = self.sentences[code]
            times = f" (×{count})" if count > 1 else ""
            en, zh = f"{en} {said}{times}", f"{zh}{said_zh}{times}"
        return {
            "code": self.code,
            "sentence": en,
            "sentence_zh": zh,
            "states": dict(self.states),
            "faults": dict(self.faults),
        }

    def _counts(self) -> tuple[str, str]:
        if not self.states:
            return "Nothing new was taken.", "没有新的报送。"
        imported, waiting, refused = (
            self.states[state] for state in ("imported", "waiting", "refused")
        )
        return (
            f"Deliveries: {imported} imported, {waiting} waiting, {refused} refused.",
            f"报送：采用 {imported} 份，待处理 {waiting} 份，拒收 {refused} 份。",
        )
