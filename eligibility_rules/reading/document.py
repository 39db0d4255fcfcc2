"""Read a YAML file keeping the line of every value, so that each fault can point at its place.

Scalars stay the text that was written: no value is guessed to be a number, a date or a yes.
"""

import errno
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from eligibility_rules.errors import Faults
from eligibility_rules.reading.broken_yaml import fault_of
from eligibility_rules.words import Words, printable

BYTES_MAX = 256 * 1024
DEPTH_MAX = 32
"""Levels of lists and mappings within one another; a rule file needs six."""
_TOO_DEEP = Words("文件嵌套层次过多。", "The file is nested too deeply.")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
"""What no screen shows, and what turns the direction of a text: two rules could look alike."""
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Item:
    """A value with its place; `value` is a text, a tuple of Items or a dict of Items."""

    value: "str | tuple[Item, ...] | dict[str, Item]"
    line: int
    column: int = 1

    def plain(self) -> Any:
        """The value without lines, for the digest."""
        if isinstance(self.value, str):
            return self.value
        if isinstance(self.value, tuple):
            return [item.plain() for item in self.value]
        return {key: item.plain() for key, item in self.value.items()}


# The system's own words for these are English only.
_NOT_OPENED = {
    errno.ENOENT: ("文件不存在", "there is no such file"),
    errno.EACCES: ("没有权限", "this user may not open it"),
    errno.EISDIR: ("是文件夹", "it is a folder"),
}


def read_document(path: Path, shown: str, faults: Faults) -> "Section | None":
    """The top mapping of a YAML file; None after reporting why it cannot be read.

    `shown` is the file's name in sentences, relative to the folder of the rules.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        why_zh, why = _NOT_OPENED.get(
            error.errno or 0, (f"系统错误 {error.errno}", f"the system says error {error.errno}")
        )
        said = Words(f"文件无法读取（{why_zh}）。", f"The file cannot be read: {why}.")
        faults.add("file_unreadable", shown, 1, said)
        return None
    return read_raw(raw, shown, faults)


def read_raw(raw: bytes, shown: str, faults: Faults) -> "Section | None":
    """The top mapping of a file's bytes; None after reporting why they cannot be read."""
    try:
        text = _text(raw)
        _refuse_tricks(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except _Unreadable as refused:
        faults.add("file_unreadable", shown, refused.line, refused.words, column=refused.column)
        return None
    except yaml.YAMLError as error:
        broken = fault_of(error, text)
        said = Words(f"文件不是有效的 YAML：{broken.zh}", f"The file is not YAML: {broken.en}")
        faults.add("file_unreadable", shown, broken.line, said, column=broken.column)
        return None
    except RecursionError:
        faults.add("file_unreadable", shown, 1, _TOO_DEEP)
        return None
    converter = _Converter(shown, faults)
    try:
        item = None if node is None else converter.convert(node)
    except RecursionError:
        faults.add("file_unreadable", shown, 1, _TOO_DEEP)
        return None
    if item is None or not isinstance(item.value, dict):
        said = Words(
            "文件须为“名称: 值”的列表。", "The file must hold a mapping of names to values."
        )
        faults.add("file_unreadable", shown, 1, said)
        return None
    return Section(shown, item.value, 1, faults)


class _Unreadable(Exception):
    """Why a file is refused before it is read as YAML, and where."""

    def __init__(self, zh: str, en: str, line: int = 1, column: int = 1) -> None:
        super().__init__(en)
        self.words = Words(zh, en)
        self.line, self.column = line, column


def _text(raw: bytes) -> str:
    """The text of a file, whichever program wrote it: with or without a byte order mark."""
    if len(raw) > BYTES_MAX:
        raise _Unreadable(f"文件超过 {BYTES_MAX} 字节。", f"The file has over {BYTES_MAX} bytes.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise _Unreadable(
            "文件不是 UTF-8 编码。", "The file is not written in UTF-8.", line, column
        ) from None
    found = _INVISIBLE.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - text.rfind("\n", 0, found.start())
        said = f"U+{ord(found[0]):04X}"
        raise _Unreadable(
            f"此处有不可见字符 {said}，请删除。",
            f"An invisible character {said} stands here; take it out.",
            line,
            column,
        )
    return text


def _place(mark: Any) -> tuple[int, int]:
    """Line and column of a mark, from 1."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _refuse_tricks(text: str) -> None:
    """Raise _Unreadable for aliases, which multiply, and for nesting that no rule has.

    Asked of the stream of events, before libyaml builds nodes: it does so on the C stack.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _Unreadable(
                "此处不得使用锚点和引用（& 和 *）。",
                "Here anchors and aliases are not allowed (& and *).",
                *_place(event.start_mark),
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            raise _Unreadable(
                f"文件嵌套超过 {DEPTH_MAX} 层。",
                f"The file is nested deeper than {DEPTH_MAX} levels.",
                *_place(event.start_mark),
            )


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
        line, column = _place(node.start_mark)
        if isinstance(node, yaml.ScalarNode):
            return Item(str(node.value), line, column)
        if isinstance(node, yaml.SequenceNode):
            return Item(tuple(self.convert(child) for child in node.value), line, column)
        found: dict[str, Item] = {}
        for key, child in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in found:
                (line_of_key, column_of_key), written = (
                    _place(key.start_mark),
                    printable(name or ""),
                )
                said = Words(f"键 {written} 重复。", f"The key {written} is doubled.")
                if name is None:
                    said = Words("键须为一个词。", "A key must be a word.")
                self.faults.add(
                    "key_wrong", self.shown, line_of_key, said,
                    column=column_of_key, value=written,
                )  # fmt: skip
                continue
            found[name] = self.convert(child)
        return Item(found, line, column)


class Section:
    """A mapping of a rule file; each question reports its own fault and answers with a default."""

    def __init__(
        self, file: str, items: dict[str, Item], line: int, faults: Faults, column: int = 1
    ) -> None:
        self.file = file
        self.items = items
        self.line = line
        self.faults = faults
        self.column = column

    def fault(self, code: str, words: Words, key: str | None = None) -> None:
        """Report a fault at the value of `key`, or where this mapping begins."""
        item = self.items.get(key) if key is not None else None
        at = self if item is None else item
        value = item.value if item is not None and isinstance(item.value, str) else ""
        self.faults.add(code, self.file, at.line, words, column=at.column, value=value)

    def _lacks(self, code: str, key: str, zh: str, en: str) -> None:
        shown = printable(key)
        self.fault(code, Words(f"{shown} 须为{zh}。", f"{shown} must be {en}."), key)

    def only(self, *allowed: str) -> None:
        """Refuse every key that is not allowed here; a misspelt key must never be passed over."""
        for key in self.items:
            if key not in allowed:
                listing = ", ".join(allowed)
                shown = printable(key)
                said = Words(
                    f"{shown} 不是可用的键，可用的有 {listing}。",
                    f"{shown} is not one of the keys {listing}.",
                )
                self.fault("key_unknown", said, key)

    def has(self, key: str) -> bool:
        return key in self.items

    def line_of(self, key: str) -> int:
        return self.items[key].line if key in self.items else self.line

    def text(self, key: str, default: str | None = None) -> str:
        item = self.items.get(key)
        if item is None and default is not None:
            return default
        if item is None or not isinstance(item.value, str) or not item.value.strip():
            self._lacks("text_missing", key, "文本", "a text")
            return default or ""
        return item.value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        if default is not None and key not in self.items:
            return default
        text = self.text(key)
        if text and (not _WHOLE.fullmatch(text) or not low <= int(text) <= high):
            shown = printable(text)
            zh = f"{low} 至 {high} 的整数，而不是 {shown}"
            self._lacks(
                "number_wrong", key, zh, f"a whole number from {low} to {high}, not {shown}"
            )
            return low
        return int(text) if text else low

    def yes(self, key: str) -> bool:
        text = self.text(key)
        if text not in {"true", "false", ""}:
            shown = printable(text)
            zh = f" true 或 false，而不是 {shown}"
            self._lacks("yes_or_no_wrong", key, zh, f"true or false, not {shown}")
        return text == "true"

    def word(self, key: str, words: type[_Word], default: _Word | None = None) -> _Word:
        first = next(iter(words))
        text = self.text(key, None if default is None else default.value)
        try:
            return words(text)
        except ValueError:
            if text:
                listing, shown = ", ".join(words), printable(text)
                zh = f" {listing} 之一，而不是 {shown}"
                self._lacks("word_unknown", key, zh, f"one of {listing}, not {shown}")
            return default or first

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; an absent key is an empty list."""
        item = self.items.get(key)
        if item is None:
            return ()
        if not isinstance(item.value, tuple):
            self._lacks("list_wrong", key, "文本列表", "a list of texts")
            return ()
        found = [one.value for one in item.value if isinstance(one.value, str)]
        if len(found) < len(item.value):
            self._lacks("list_wrong", key, "文本列表", "a list of texts")
        return tuple(found)

    def section(self, key: str) -> "Section":
        """A mapping inside this one; a fault and an empty section if there is none."""
        item = self.items.get(key)
        if item is None or not isinstance(item.value, dict):
            self._lacks("section_missing", key, "一组“名称: 值”", "a mapping")
            return Section(self.file, {}, self.line_of(key), Faults())
        return Section(self.file, item.value, item.line, self.faults, item.column)

    def sections(self, key: str) -> Iterator["Section"]:
        """The mappings of a list; an absent key is an empty list."""
        item = self.items.get(key)
        if item is None:
            return
        if not isinstance(item.value, tuple):
            self._lacks("list_wrong", key, "列表，每项一组“名称: 值”", "a list of mappings")
            return
        for one in item.value:
            if isinstance(one.value, dict):
                yield Section(self.file, one.value, one.line, self.faults, one.column)
            else:
                said = Words(
                    f"{key} 的每一项须为一组“名称: 值”。", f"Each entry of {key} must be a mapping."
                )
                self.faults.add(
                    "list_wrong", self.file, one.line, said,
                    column=one.column, value=one.value if isinstance(one.value, str) else "",
                )  # fmt: skip

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
