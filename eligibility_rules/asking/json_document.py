"""Read a JSON text keeping the line of every value and the digits of every number.

Numbers stay the text that was written, because a reader that makes floats of them loses fen.
"""

import json
import re
from bisect import bisect_left
from dataclasses import dataclass

from eligibility_rules.errors import Faults

BYTES_MAX = 1024 * 1024
_DEPTH_MAX = 20
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)', re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Number:
    """A JSON number as it was written."""

    text: str


@dataclass(frozen=True, slots=True)
class Located:
    """A JSON value with its line; objects are dicts and lists are tuples of Located."""

    value: "bool | str | Number | tuple[Located, ...] | dict[str, Located] | None"
    line: int


def printable(text: str, longest: int = 60) -> str:
    """Somebody's text fit for a sentence: one line, no control characters, not too long."""
    shown = "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text[:longest])
    return shown + ("…" if len(text) > longest else "")


def read_json(raw: bytes, file: str, faults: Faults) -> Located | None:
    """The value of a JSON file; None after reporting why it cannot be read.

    A name that comes twice is reported and its first value kept.
    """
    if len(raw) > BYTES_MAX:
        faults.add("file_too_large", file, 1, f"The file has over {BYTES_MAX} bytes.")
        return None
    try:
        text = raw.decode("utf-8-sig")
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        faults.add("file_not_utf8", file, line, "The file is not written in UTF-8.")
        return None
    except json.JSONDecodeError as error:
        faults.add("file_not_json", file, error.lineno, f"The file is not JSON: {error.msg}.")
        return None
    except RecursionError:
        faults.add("file_too_deep", file, 1, "The file is nested too deeply.")
        return None
    return _Reader(text, file, faults).read()


class _Reader:
    """Walks over the marks of a text that is known to be JSON."""

    def __init__(self, text: str, file: str, faults: Faults) -> None:
        self.text = text
        self.file = file
        self.faults = faults
        self.place = 0
        self.ends = [found.start() for found in re.finditer("\n", text)]

    def read(self) -> Located | None:
        try:
            return self._value(*self._next(), depth=0)
        except RecursionError:
            self.faults.add("file_too_deep", self.file, 1, "The file is nested too deeply.")
            return None

    def _next(self) -> tuple[str, int]:
        found = _TOKEN.match(self.text, self.place)
        if found is None:
            raise AssertionError("the text was JSON a moment ago")
        self.place = found.end()
        return found[1], bisect_left(self.ends, found.start(1)) + 1

    def _value(self, mark: str, line: int, depth: int) -> Located:
        if depth > _DEPTH_MAX:
            raise RecursionError
        if mark == "{":
            return Located(self._object(depth), line)
        if mark == "[":
            return Located(self._list(depth), line)
        if mark.startswith('"'):
            return Located(json.loads(mark), line)
        if mark in _WORDS:
            return Located(_WORDS[mark], line)
        return Located(Number(mark), line)

    def _list(self, depth: int) -> tuple[Located, ...]:
        found: list[Located] = []
        mark, line = self._next()
        while mark != "]":
            if mark == ",":
                mark, line = self._next()
            found.append(self._value(mark, line, depth + 1))
            mark, line = self._next()
        return tuple(found)

    def _object(self, depth: int) -> dict[str, Located]:
        found: dict[str, Located] = {}
        mark, line = self._next()
        while mark != "}":
            if mark == ",":
                mark, line = self._next()
            name = json.loads(mark)
            self._next()
            value = self._value(*self._next(), depth=depth + 1)
            if name in found:
                said = f"{printable(name)} comes twice; the first is on line {found[name].line}."
                self.faults.add("key_doubled", self.file, line, said)
            else:
                found[name] = value
            mark, line = self._next()
        return found
