"""What is wrong with a YAML text, in words of whoever wrote it, in both languages."""

import re
from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class YamlFault:
    """One fault: the line and column it was noticed in, from 1, and a sentence in each language."""

    line: int
    en: str
    zh: str
    column: int = 1

    def said(self, name: str, language: str) -> str:
        """Return the sentence after the file's name and line, in ``zh`` or ``en``."""
        if language.startswith("zh"):
            return f"{name} 第 {self.line} 行：{self.zh}"
        return f"{name}, line {self.line}: {self.en}"


# Both readers, the one in Python and the one in C, have sentences of their own for the same fault.
_KINDS: tuple[tuple[str, str, str], ...] = (
    (
        r"said twice",
        "{problem}; each name may stand once.",
        "“{name}”重复出现，同一名称只能写一次。",
    ),
    (
        r"undefined alias",
        "It refers (*) to {name}, which is marked (&) nowhere above.",
        "引用了“*{name}”，但上文没有用“&{name}”标记过的内容。",
    ),
    (
        r"tab character",
        "A tab stands where spaces belong: indent with spaces only.",
        "此处使用了制表符（Tab）：缩进只能使用空格。",
    ),
    (
        r"unknown escape",
        'After a backslash between "…" stands a sign that means nothing: use single quotation marks.',
        "双引号内的反斜杠后面是无效字符：请改用单引号。",
    ),
    (
        r"scanning a (double-|single-)?quoted",
        "A quotation mark that opens in line {begun} is not closed.",
        "第 {begun} 行开始的引号没有闭合。",
    ),
    (
        r"parsing a flow|expected ',' or",
        "A bracket that opens in line {begun} is not closed, or a comma is missing.",
        "第 {begun} 行开始的括号没有闭合，或缺少逗号。",
    ),
    (
        r"mapping values are not allowed",
        "A colon stands where none may: the line is indented wrongly, or a text with a colon needs quotation marks.",
        "此处不应出现冒号：可能是缩进有误，或者含冒号的文字没有加引号。",
    ),
    (
        r"could not find expected ':'",
        "A name has no colon after it, or a quotation mark before it is not closed.",
        "名称后面缺少冒号，或者前面的引号没有闭合。",
    ),
    (
        r"expected <block end>|expected key|expected '-'|block (mapping|collection|sequence)",
        "The line is not indented like those it belongs to.",
        "缩进与同级的其他行不一致。",
    ),
    (
        r"cannot start any token",
        "It begins with a sign that YAML keeps for itself: put the text between quotation marks.",
        "此处以 YAML 的保留字符开头：请给这段文字加上引号。",
    ),
    (
        r"for the tag",
        "A tag (!) is written, and none is understood here.",
        "此处写有类型标记（!），本文件不支持。",
    ),
)
_OTHERWISE = ("It is not YAML: {problem}.", "不是有效的 YAML（{problem}）。")
_NO_TEXT = ("It is not YAML text.", "不是有效的 YAML 文本。")


def fault_of(broken: yaml.YAMLError, text: str = "") -> YamlFault:
    """Return what an error of the reader means; ``text`` is what was read, if it is at hand."""
    if not isinstance(broken, yaml.MarkedYAMLError):
        return YamlFault(1, *_NO_TEXT)
    mark, begun = broken.problem_mark, broken.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    told = f"{broken.context or ''} {broken.problem or ''}"
    if _has_tab(text, line) and "token" in told:
        told = "tab character"
    named = re.search(r"alias '?([^' ]+)'?|(\S+) is said twice", told)
    words = {
        "problem": broken.problem or "",
        "begun": begun.line + 1 if begun else line,
        "name": next((one for one in named.groups() if one), "") if named else "",
    }
    for pattern, en, zh in _KINDS:
        if re.search(pattern, told):
            return YamlFault(line, en.format(**words), zh.format(**words), column)
    en, zh = _OTHERWISE
    return YamlFault(line, en.format(**words), zh.format(**words), column)


def _has_tab(text: str, line: int) -> bool:
    lines = text.splitlines()
    said = lines[line - 1] if line <= len(lines) else ""
    return "\t" in said[: len(said) - len(said.lstrip())]
