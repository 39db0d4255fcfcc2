"""The list of what was planted in the deliveries; only tests may ever read it."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Truth:
    """Planted facts by category; `protected` are numbers no other plant or dirt may touch."""

    entries: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)

    def add(
        self, category: str, person: str, what: str, expected: str, *, feed: str = "", on: str = ""
    ) -> None:
        """Record one planted fact: person id number, what was done, the treatment expected."""
        entry = {"person": person, "what": what, "expected": expected}
        if feed:
            entry["feed"] = feed
        if on:
            entry["month"] = on
        self.entries.setdefault(category, []).append(entry)

    def protect(self, number: str) -> None:
        """Keep a person away from later plants and dirt."""
        self.protected.add(number)

    def save(self, path: Path) -> None:
        """Write the list as JSON, categories in alphabetical order."""
        ordered = {name: self.entries[name] for name in sorted(self.entries)}
        text = json.dumps(ordered, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
