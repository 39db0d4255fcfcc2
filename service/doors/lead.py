"""Judge a link before it is shown: by duty alone, as the door will before it looks at the thing."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.doors.door import Door
from service.doors.table import DOORS
from service.web.here import Viewer, visit


@dataclass
class _Step:
    """One part of an address; a part in braces stands for any word."""

    named: dict[str, _Step] = field(default_factory=dict)
    any: _Step | None = None
    door: Door | None = None

    def after(self, word: str) -> _Step:
        if not word.startswith("{"):
            return self.named.setdefault(word, _Step())
        if self.any is None:
            self.any = _Step()
        return self.any


def may_open(href: str) -> bool:
    """Return whether the viewer's duties open an address; one of another host opens for everybody."""
    if not href.startswith("/") or href.startswith("//"):
        return True
    words = href.partition("#")[0].partition("?")[0].strip("/").split("/")
    door = _find(_READ, words)
    return door is not None and _opens(door, visit().viewer)


def _find(step: _Step, words: list[str]) -> Door | None:
    if not words:
        return step.door
    for following in (step.named.get(words[0]), step.any):
        found = _find(following, words[1:]) if following else None
        if found is not None:
            return found
    return None


def _opens(door: Door, viewer: Viewer | None) -> bool:
    if door.is_open:
        return True
    if viewer is None:
        return False
    one_of = not door.one_of or any(viewer.may(act) for act in door.one_of)
    return one_of and all(viewer.may(act) for act in door.acts)


def _tree() -> _Step:
    root = _Step()
    for name, door in DOORS.items():
        method, address = name.split(" ")
        if method == "GET":
            step = root
            for word in address.strip("/").split("/"):
                step = step.after(word)
            step.door = door
    return root


_READ = _tree()
