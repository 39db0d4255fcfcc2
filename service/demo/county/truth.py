"""The list of what was planted in the deliveries; only tests may ever read it."""

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Truth:
    """Planted facts by category; `protected` are numbers no other plant or dirt may touch.

    `apart` are the same for plants that came later: drawing them must not move the older ones to
    other people, so older dirt steps aside for them instead of drawing from a smaller pool.
    """

    entries: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    protected: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)

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

    def set_apart(self, number: str) -> None:
        """Keep a person away from later plants without changing where older dirt falls."""
        self.apart.add(number)

    def is_free(self, number: str) -> bool:
        """Return whether nothing is planted on a person yet."""
        return number not in self.protected and number not in self.apart

    def save(self, path: Path) -> None:
        """Write the list as JSON, categories in alphabetical order."""
        ordered = {name: self.entries[name] for name in sorted(self.entries)}
        text = json.dumps(ordered, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8", newline="\n")
