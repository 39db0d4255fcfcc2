"""What the public guide says of every programme holds no word of the software, in either language."""

import dataclasses
import re
from collections.abc import Iterator

import pytest

from eligibility_rules import Month as RuleMonth
from service.foundation.months import Month
from service.programmes.catalogue import rules
from service.programmes.guide.entries import entries
from service.programmes.guide.kept import InForce
from service.programmes.guide.programme import guide
from service.web.here import Visit, enter, leave

_NOT_SHOWN = {"kind", "tone", "href", "code", "key", "department", "evidence", "frequency", "facts"}
_TECHNICAL = re.compile(
    r"[A-Za-z0-9]+_[A-Za-z0-9_]+"  # a field, a parameter
    r"|\b[a-z]+\.[a-z]+"  # a fact
    r"|[a-z][A-Z]\w+(?<!kWh)"
    r"|[=!<>]=|[{}\[\]`]"
    r"|\b(?:None|True|False|null|NULL|yaml|YAML|JSON|SQL|API)\b"
    r"|\b[A-Z]{2}[0-9]{2}-"  # a condition's number
    r"|\bS-[A-Z]{2,}"  # a source's
    r"|\b(?:snapshot|feed|database|boolean|parameter|rows?)\b"
    r"|快照|字段|参数|数据库|布尔|主键|空值|代码"
)


def _said(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _said(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in _NOT_SHOWN:
                yield from _said(getattr(value, field.name))


def technical(text: str) -> list[str]:
    return _TECHNICAL.findall(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_programmes_guide_speaks_of_the_software(language: str) -> None:
    kept = InForce(rules(), {}, is_whole=True)
    lines = entries(rules(), RuleMonth(2026, 11))
    enter(Visit(language=language))
    try:
        told = {
            code: [*_said(guide(kept, code, Month(2026, 11))), *_said(lines[at])]
            for at, code in enumerate(sorted(rules().programmes))
        }
    finally:
        leave()
    assert len(told) > 100
    assert min(len("".join(texts)) for texts in told.values()) > 200
    assert {
        code: found
        for code, texts in told.items()
        if (found := [text for text in texts if technical(text)])
    } == {}


@pytest.mark.parametrize(
    "text",
    [
        "单价小数位由县定（见rate_decimals）",
        "as land.eligible_area says",
        "by that month's snapshot",
        "the vehicle feed is missing",
        "NY01-C2 holds",
        "按当月快照",
    ],
)
def test_a_word_of_the_software_is_found(text: str) -> None:
    assert technical(text)
