"""Read a JSON text keeping the line of every value and the digits of every number.

Numbers stay the text that was written, because a reader that makes floats of them loses fen.
"""

import json
import re
from bisect import bisect_left
from dataclasses import dataclass

from eligibility_rules.errors import Faults
from eligibility_rules.words import Words, printable

BYTES_MAX = 1024 * 1024
_DEPTH_MAX = 20
_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+)', re.DOTALL)
_TOO_DEEP = Words("文件嵌套层次过多。", "The file is nested too deeply.")
_JSON_ZH = {
    "Expecting value": "此处缺少值",
    "Expecting property name enclosed in double quotes": "此处须为双引号括起的名称",
    "Expecting ',' delimiter": "此处缺少逗号",
    "Expecting ':' delimiter": "此处缺少冒号",
    "Extra data": "结尾之后还有内容",
    "Unterminated string starting at": "引号没有闭合",
    "Invalid control character at": "文本中有控制字符，例如换行",
    "Invalid \\escape": "反斜杠之后的字符无效",
    "Invalid \\uXXXX escape": "\\u 之后须为四位十六进制数",
    "Illegal trailing comma before end of object": "最后一项之后多了逗号",
    "Illegal trailing comma before end of array": "最后一项之后多了逗号",
}
"""What Python's reader says, in Chinese; anything else is told in its own words."""
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


def _json_said(message: str) -> str:
    return _JSON_ZH.get(message.rstrip(": "), message)


def read_json(raw: bytes, file: str, faults: Faults) -> Located | None:
    """The value of a JSON file; None after reporting why it cannot be read.

    A name that comes twice is reported and its first value kept.
    """
    if len(raw) > BYTES_MAX:
        said = Words(f"文件超过 {BYTES_MAX} 字节。", f"The file has over {BYTES_MAX} bytes.")
        faults.add("file_too_large", file, 1, said)
        return None
    try:
        text = raw.decode("utf-8-sig")
        json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        said = Words("文件不是 UTF-8 编码。", "The file is not written in UTF-8.")
        faults.add("file_not_utf8", file, line, said)
        return None
    except json.JSONDecodeError as error:
        said = Words(
            f"文件不是 JSON：{_json_said(error.msg)}。", f"The file is not JSON: {error.msg}."
        )
        faults.add("file_not_json", file, error.lineno, said, column=error.colno)
        return None
    except RecursionError:
        faults.add("file_too_deep", file, 1, _TOO_DEEP)
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
            self.faults.add("file_too_deep", self.file, 1, _TOO_DEEP)
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
                shown, first = printable(name), found[name].line
                said = Words(
                    f"{shown} 重复出现，第一次在第 {first} 行。",
                    f"{shown} comes twice; the first is on line {first}.",
                )
                self.faults.add("key_doubled", self.file, line, said)
            else:
                found[name] = value
            mark, line = self._next()
        return found
