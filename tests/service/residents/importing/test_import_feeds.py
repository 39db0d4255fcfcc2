"""The feeds' own files are checked as a whole before anything is imported by them."""

from pathlib import Path

import pytest

from service.residents import feeds
from service.residents.feeds import FeedsBroken, load

_GOOD = """
code: AA_BB
department: {zh: 公安, en: Police}
name: {zh: 测试, en: Test}
mode: full
freshness_days: 1
key: [person]
limits: {fault_ratio_bp: 1000, rows_max: 10}
columns:
  - {field: person, header: 身份证号, type: id, required: true, zh: 甲, en: A}
  - {field: since, header: 日期, type: date, zh: 甲, en: A}
"""


def _load(folder: Path, content: str) -> list[str]:
    (folder / "AA_BB.yaml").write_text(content, encoding="utf-8")
    try:
        load(folder)
    except FeedsBroken as broken:
        return list(broken.members["faults"])
    return []


def test_there_are_twenty_five_feeds_and_all_are_sound() -> None:
    assert len(feeds.every()) == 25
    for feed in feeds.every().values():
        assert feed.has_person == (feed.code != "NY_PLANT")
        assert 0 < feed.limits.fault_ratio_bp <= 3000
        for column in feed.columns:
            assert column.zh
            assert column.en


def test_the_names_that_mean_one_column_are_known_everywhere_they_are_unambiguous() -> None:
    same = {"公民身份号码", "身份证号", "证件号码", "身份证号码"}
    for feed in feeds.every().values():
        for column in feed.columns:
            if column.header in same:
                assert {column.header, *column.aliases} == same
            if column.header == "姓名":
                assert "名字" in column.aliases
            if column.header == "死亡日期":
                assert "死亡时间" in column.aliases


def test_a_sound_file_loads(tmp_path: Path) -> None:
    assert _load(tmp_path, _GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("mode: full", "mode: sometimes", "mode sometimes"),
        ("code: AA_BB", "code: CC_DD", "code is CC_DD"),
        ("key: [person]", "key: [since]", "key since"),
        ("key: [person]", "key: [nobody]", "key nobody"),
        ("type: date", "type: day", "type day"),
        ("header: 日期", "header: 身份证号", "means two columns"),
        ("field: since", "field: person", "two columns of one field"),
        ("freshness_days: 1", "freshness_days: 0", "freshness_days"),
        ("rows_max: 10", "rows_max: 0", "out of range"),
        ("zh: 测试, ", "", "needs zh and en"),
        ("type: date", "type: code", "codes belong"),
        ("mode: full", "mode: full\nmood: good", "mood is not known"),
        ("mode: full", "mode: full\nmode: full", "twice"),
        ("mode: full", "mode: full\nin_order: [[person, since]]", "in_order"),
        ("mode: full", "mode: full\nhousehold: {kind: hukou, field: x}", "household"),
        ("mode: full", "", "missing"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_reason(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in _GOOD
    assert fault in " ".join(_load(tmp_path, _GOOD.replace(old, new, 1)))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = _GOOD.replace("mode: full", "mode: x").replace("type: date", "type: y")
    assert len(_load(tmp_path, broken)) == 2
