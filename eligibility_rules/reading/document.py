"""Read a YAML file keeping the line of every value, so that each fault can point at its place.

Scalars stay the text that was written: no value is guessed to be a number, a date or a yes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from eligibility_rules.errors import Faults
from eligibility_rules.words import Words

BYTES_MAX = 256 * 1024
DEPTH_MAX = 32
"""Levels of lists and mappings within one another; a rule file needs six."""
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its place; `value` is a text, a tuple of Items or a dict of Items."""

    value: "str | tuple[Item, ...] | dict[str, Item]"
    line: int

    def plain(self) -> Any:
        """The value without lines, for the digest."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        return {key: item.plain() for key, item in self.value.items()}


def read_document(path: Path, shown: str, faults: Faults) -> "Section | None":
    """The top mapping of a YAML file; None after reporting why it cannot be read.

    `shown` is the file's name in sentences, relative to the folder of the rules.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        faults.add("file_unreadable", shown, 1, f"The file cannot be read: {error}.")
        return None
    return read_raw(raw, shown, faults)


def read_raw(raw: bytes, shown: str, faults: Faults) -> "Section | None":
    """The top mapping of a file's bytes; None after reporting why they cannot be read."""
    try:
        if len(raw) > BYTES_MAX:
            raise ValueError(f"the file has over {BYTES_MAX} bytes")
        text = raw.decode("utf-8")
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = 1 if mark is None else mark.line + 1
        faults.add("file_unreadable", shown, line, f"The file is not YAML: {error.problem}.")
        return None
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        faults.add("file_unreadable", shown, 1, f"The file cannot be read: {reason}.")
        return None
    converter = _Converter(shown, faults)
    try:
        item = None if node is None else converter.convert(node)
    except RecursionError:
        faults.add("file_unreadable", shown, 1, "The file is nested too deeply.")
        return None
    if item is None or not isinstance(item.value, dict):
        faults.add("file_unreadable", shown, 1, "The file must hold a mapping of names to values.")
        return None
    return Section(shown, item.value, 1, faults)


def _refuse_tricks(text: str) -> None:
    """Raise ValueError for aliases, which multiply, and for nesting that no rule has.

    Asked of the stream of events, before libyaml builds nodes: it does so on the C stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("anchors and aliases are not allowed")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise ValueError(f"the file is nested deeper than {DEPTH_MAX} levels")


def kept_document(kept: Mapping[str, Any], shown: str, faults: Faults) -> "Section":
    """The top mapping of a file as `Item.plain` left it: everything is on its first line."""
    return Section(shown, {key: _kept_item(value) for key, value in kept.items()}, 1, faults)


def _kept_item(kept: Any) -> Item:
    if isinstance(kept, dict):
        return Item({str(key): _kept_item(value) for key, value in kept.items()}, 1)
    if isinstance(kept, list):
        return Item(tuple(_kept_item(value) for value in kept), 1)
    return Item(str(kept), 1)


class _Converter:
    """Turns composed YAML nodes into Items, refusing doubled and non-text keys."""

    def __init__(self, shown: str, faults: Faults) -> None:
        self.shown = shown
        self.faults = faults

    def convert(self, node: yaml.Node) -> Item:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return Item(str(node.value), line)
        if isinstance(node, yaml.SequenceNode):
            return Item(tuple(self.convert(child) for child in node.value), line)
        found: dict[str, Item] = {}
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in found:
                place = key.start_mark.line + 1
                said = "A key must be a word." if name is None else f"The key {name} is doubled."
                self.faults.add("key_wrong", self.shown, place, said)
                continue
            found[name] = self.convert(child)
        return Item(found, line)


class Section:
    """A mapping of a rule file; each question reports its own fault and answers with a default."""

    def __init__(self, file: str, items: dict[str, Item], line: int, faults: Faults) -> None:
        self.file = file
        self.items = items
        self.line = line
        self.faults = faults

    def fault(self, code: str, sentence: str, key: str | None = None) -> None:
        line = self.items[key].line if key in self.items else self.line
        self.faults.add(code, self.file, line, sentence)

    def only(self, *allowed: str) -> None:
        """Refuse every key that is not allowed here; a misspelt key must never be passed over."""
        for key in self.items:
            if key not in allowed:
                listing = ", ".join(allowed)
                self.fault("key_unknown", f"{key} is not one of the keys {listing}.", key)

    def has(self, key: str) -> bool:
        return key in self.items

    def line_of(self, key: str) -> int:
        return self.items[key].line if key in self.items else self.line

    def text(self, key: str, default: str | None = None) -> str:
        item = self.items.get(key)
        if item is None and default is not None:
            return default
        if item is None or not isinstance(item.value, str) or not item.value.strip():
            self.fault("text_missing", f"{key} must be a text.", key)
            return default or ""
        return item.value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        if default is not None and key not in self.items:
            return default
        text = self.text(key)
        if text and (not _WHOLE.fullmatch(text) or not low <= int(text) <= high):
            self.fault(
                "number_wrong",
                f"{key} must be a whole number from {low} to {high}, not {text}.",
                key,
            )
            return low
        return int(text) if text else low

    def yes(self, key: str) -> bool:
        text = self.text(key)
        if text not in {"true", "false", ""}:
            self.fault("yes_or_no_wrong", f"{key} must be true or false, not {text}.", key)
        return text == "true"

    def word(self, key: str, words: type[_Word], default: _Word | None = None) -> _Word:
        first = next(iter(words))
        text = self.text(key, None if default is None else default.value)
        try:
            return words(text)
        except ValueError:
            if text:
                listing = ", ".join(words)
                self.fault("word_unknown", f"{key} must be one of {listing}, not {text}.", key)
            return default or first

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent key is an empty list."""
        item = self.items.get(key)
        if item is None:
            return ()
        if not isinstance(item.value, tuple):
            self.fault("list_wrong", f"{key} must be a list of texts.", key)
            return ()
        found = [one.value for one in item.value if isinstance(one.value, str)]
        if len(found) < len(item.value):
            self.fault("list_wrong", f"{key} must be a list of texts.", key)
        return tuple(found)

    def section(self, key: str) -> "Section":
        """A mapping inside this one; a fault and an empty section if there is none."""
        item = self.items.get(key)
        if item is None or not isinstance(item.value, dict):
            self.fault("section_missing", f"{key} must be a mapping.", key)
            return Section(self.file, {}, self.line_of(key), Faults())
        return Section(self.file, item.value, item.line, self.faults)

    def sections(self, key: str) -> Iterator["Section"]:
        """The mappings of a list; an absent key is an empty list."""
        item = self.items.get(key)
        if item is None:
            return
        if not isinstance(item.value, tuple):
            self.fault("list_wrong", f"{key} must be a list of mappings.", key)
            return
        for one in item.value:
            if isinstance(one.value, dict):
                yield Section(self.file, one.value, one.line, self.faults)
            else:
                self.faults.add(
                    "list_wrong", self.file, one.line, f"Each entry of {key} must be a mapping."
                )

    def titled(self) -> tuple[Words, str]:
        """The names and the kind of subject a programme's file states, without reporting faults."""
        quiet = Section(self.file, self.items, self.line, Faults())
        names = quiet.section("names")
        return Words(names.text("zh"), names.text("en")), quiet.text("subject")

    def mapped(self, key: str, read: Callable[[str, "Section"], None]) -> None:
        """Call `read` with the name and section of every entry of a mapping of mappings."""
        inner = self.section(key)
        for name in inner.items:
            read(name, inner.section(name))
