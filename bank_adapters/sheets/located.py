"""Read a YAML file so that every complaint about it names file, line and what is wrong there.

A value may carry the mark of its evidence as a tag: ``max_lines: !seen 1000``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

MARKS = ("seen", "ran", "memory", "assumed")
"""Read in public material; executed; from memory; our own assumption until the bank answers."""


class ProfileRefused(ValueError):
    """A profile cannot be used; `sentences` says every reason with file and line."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


@dataclass
class Findings:
    """What is wrong with one file, and the evidence marks of its values by their place."""

    file: str
    sentences: list[str] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass
class Part:
    """One node of the file, asked for its keys one by one; `close` refuses keys nobody asked for."""

    findings: Findings
    node: yaml.Node
    path: str
    asked: set[str] = field(default_factory=set)

    def say(self, sentence: str, node: yaml.Node | None = None) -> None:
        """Note that something is wrong at this node (or at one inside it)."""
        line = (node or self.node).start_mark.line + 1
        where = f"{self.path}: " if self.path else ""
        self.findings.sentences.append(f"{self.findings.file}:{line}: {where}{sentence}")

    def part(self, key: str) -> Part | None:
        """Return what stands under a key of a mapping, None if nothing does."""
        self.asked.add(key)
        if not isinstance(self.node, yaml.MappingNode):
            return None
        for name, value in self.node.value:
            if name.value == key:
                return self.inside(key, value)
        return None

    def mapping(self, key: str) -> Part:
        """Return the mapping under a key, which must be there; an empty one if it is not."""
        found = self.part(key)
        if found is not None and isinstance(found.node, yaml.MappingNode):
            return found
        self.say(f"{key} is missing" if found is None else f"{key} must be a mapping")
        mark = self.node.start_mark
        return Part(self.findings, yaml.MappingNode("", [], mark, mark), key)

    def inside(self, key: str, node: yaml.Node) -> Part:
        """Return a part for a node inside this one, and note its evidence."""
        path = f"{self.path}.{key}" if self.path else key
        mark = node.tag.removeprefix("!") if node.tag.startswith("!") else ""
        if mark:
            self.findings.evidence[path] = mark
            if mark not in MARKS:
                self.say(f"unknown evidence mark !{mark}; one of {', '.join(MARKS)}", node)
        return Part(self.findings, node, path)

    def items(self, key: str) -> list[Part]:
        """Return the parts of a list under a key."""
        found = self.part(key)
        if found is None:
            return []
        if not isinstance(found.node, yaml.SequenceNode):
            found.say("must be a list")
            return []
        return list(found.each())

    def each(self) -> Iterator[Part]:
        """Yield the parts of this list."""
        for place, node in enumerate(self.node.value, start=1):
            yield self.inside(str(place), node)

    def pairs(self, key: str) -> dict[str, str]:
        """Return a mapping of texts under a key, in the order of the file."""
        found = self.part(key)
        if found is None:
            return {}
        if not isinstance(found.node, yaml.MappingNode):
            found.say("must be a mapping")
            return {}
        texts: dict[str, str] = {}
        for name, value in found.node.value:
            if name.value in texts:
                found.say(f"{name.value!r} stands twice", name)
            texts[name.value] = found.inside(name.value, value).scalar()
        return texts

    @property
    def is_text(self) -> bool:
        """Whether this is one value and no list or mapping."""
        return isinstance(self.node, yaml.ScalarNode)

    def scalar(self) -> str:
        """Return this node's text."""
        if isinstance(self.node, yaml.ScalarNode):
            return str(self.node.value)
        self.say("must be one value")
        return ""

    def text(self, key: str, default: str | None = None, *, one_of: Sequence[str] = ()) -> str:
        """Return the text under a key; without a default it must be there."""
        found = self.part(key)
        if found is None:
            if default is None:
                self.say(f"{key} is missing")
            return default or ""
        text = found.scalar()
        if one_of and text not in one_of:
            found.say(f"{text!r} is none of {', '.join(one_of)}")
        return text

    def number(self, key: str, default: int | None = None) -> int:
        """Return the whole number from 0 under a key; without a default it must be there."""
        text = self.text(key, None if default is None else str(default)).replace("_", "")
        if re.fullmatch(r"[0-9]{1,15}", text):
            return int(text)
        if text:
            self.say(f"{key} must be a whole number, not {text!r}")
        return default or 0

    def flag(self, key: str) -> bool:
        """Return whether a key says true; it says false when it is not there."""
        return self.text(key, "false", one_of=("true", "false")) == "true"

    def close(self) -> None:
        """Refuse keys that nobody asked for: a misspelt limit would be no limit."""
        if not isinstance(self.node, yaml.MappingNode):
            self.say("must be a mapping")
            return
        seen: set[str] = set()
        for name, _ in self.node.value:
            if name.value not in self.asked:
                self.say(f"unknown key {name.value!r}", name)
            if name.value in seen:
                self.say(f"{name.value!r} stands twice", name)
            seen.add(name.value)


def compose(file: str, text: str) -> Part:
    """Return the root of a file. Raises ProfileRefused when it is no YAML mapping."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise ProfileRefused([f"{file}:{line}: not YAML: {broken.problem}"]) from None
    except yaml.YAMLError:
        raise ProfileRefused([f"{file}:1: not YAML"]) from None
    if not isinstance(node, yaml.MappingNode):
        raise ProfileRefused([f"{file}:1: must be a mapping"])
    return Part(Findings(file), node, "")
