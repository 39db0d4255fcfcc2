"""A common slip in a YAML file is named by its line, in words, in both languages."""

import re

import pytest
import yaml

from eligibility_rules.reading.broken_yaml import fault_of
from service.approvals.chains.read import _Loader

READERS = (_Loader, yaml.CSafeLoader)
SLIPS = [
    ("a: 1\n\tb: 2\n", 2, "A tab stands", "制表符"),
    ("a:\n\t- b\n", 2, "A tab stands", "制表符"),
    ('a: "x\nb: 1\n', 3, "mark that opens in line 1 is not closed", "第 1 行开始的引号没有闭合"),
    ("b: 1\na: [1, 2\nc: 3\n", 3, "bracket that opens in line 2", "第 2 行开始的括号没有闭合"),
    ("a: {b: 1\nc: 2\n", 2, "bracket that opens in line 1", "第 1 行开始的括号没有闭合"),
    ("a:\n  b: 1\n c: 2\n", 3, "not indented like those", "缩进与同级的其他行不一致"),
    ("a:\n  - 1\n - 2\n", 3, "not indented like those", "缩进与同级的其他行不一致"),
    ("a: b: c\n", 1, "A colon stands where none may", "此处不应出现冒号"),
    ("a: 1\nb\nc: 2\n", 3, "has no colon after it", "缺少冒号"),
    ("a: @x\n", 1, "sign that YAML keeps for itself", "保留字符"),
    ('a: "\\q"\n', 1, "After a backslash", "反斜杠"),
    ("a: !x 1\n", 1, "A tag (!)", "类型标记"),
    ("\x00", 1, "It is not YAML text", "不是有效的 YAML 文本"),
]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("text", "line", "en", "zh"), SLIPS)
def test_a_slip_is_named_in_both_languages(
    reader: type[yaml.SafeLoader], text: str, line: int, en: str, zh: str
) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load(text, reader)  # noqa: S506 - SafeLoaders
    fault = fault_of(caught.value, text)
    assert (fault.line, en in fault.en, zh in fault.zh) == (line, True, True), fault
    assert fault.said("a.yaml", "en").startswith(f"a.yaml, line {line}: ")
    assert fault.said("a.yaml", "zh").startswith(f"a.yaml 第 {line} 行：")
    assert not re.search("found|expected", fault.zh), "the reader's own words are English"


def test_a_name_said_twice_and_an_unknown_mark_are_named() -> None:
    for text, name in (("a: 1\na: 2\n", "a"), ("a: *there\n", "there")):
        with pytest.raises(yaml.YAMLError) as caught:
            yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
        fault = fault_of(caught.value)
        assert name in fault.en.split()[0:4] or f"{name}," in fault.en
        assert f"“{name}”" in fault.zh or f"“*{name}”" in fault.zh


def test_what_nobody_foresaw_keeps_the_readers_own_words() -> None:
    fault = fault_of(yaml.MarkedYAMLError(problem="something new"))
    assert (fault.line, fault.en) == (1, "It is not YAML: something new.")
    assert "something new" in fault.zh
