"""The feeds' own files are checked as a whole before anything is imported by them."""

from pathlib import Path

import pytest

from service.residents import feeds
from service.residents.feeds import FeedsBroken, load

_GOOD = """
code: AA_BB
department: {zh: 公安, en: Police}
system: {zh: 登记系统, en: Register}
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


def test_there_are_fifty_feeds_and_all_are_sound() -> None:
    assert len(feeds.every()) == 50
    for feed in feeds.every().values():
        assert feed.has_person == (feed.code not in {"NY_PLANT", "TJ_CPI"})
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
        ("system: {zh: 登记系统, en: Register}", "system: 登记系统", "system needs zh and en"),
        ("freshness_days: 1", "freshness_days: 9\ngate_days: 8", "gate_days"),
        ("rows_max: 10", "rows_max: 10, shrink_bp: 10001", "limits: shrink_bp is out of range"),
        ("rows_max: 10", "rows_max: 10, grow_times: 0", "limits: grow_times is out of range"),
        ("rows_max: 10", "rows_max: 10, rows_min: 1", "limits: rows_min is not known"),
        ("mode: full", "mode: full\nvalid: {from: person}", "valid from person is not a date"),
        ("mode: full", "mode: full\nvalid: {to: until}", "valid to until is not a date"),
        ("mode: full", "mode: full\nvalid: {}", "valid needs"),
        ("mode: full", "mode: full\nevent: often", "event is neither"),
        ("mode: full", "mode: full\nsensitive: 1", "sensitive is neither"),
        ("mode: full", "mode: full\njurisdiction: [since]", "jurisdiction since is not a division"),
        ("type: id, required: true", "type: text, required: true", "person: is whom"),
        ("type: id, required: true", "type: id", "person: is whom"),
        (
            "mode: full",
            "mode: full\nfacts: [{fact: p.birth, columns: [age]}]",
            "the fact p.birth needs columns that are there, not ['age']",
        ),
        (
            "mode: full",
            "mode: full\nfacts: [{fact: birth, columns: [since]}]",
            "the fact birth is no name",
        ),
        (
            "mode: full",
            "mode: full\nfacts: [{fact: p.a, columns: [since]}, {fact: p.a, columns: [since]}]",
            "comes twice",
        ),
        (
            "mode: full",
            "mode: full\nfacts: [{fact: p.a, columns: [since], precedence: 0}]",
            "the precedence of p.a",
        ),
        (
            "mode: full",
            "mode: full\nfacts: [{fact: p.a, columns: [since], precedence: 2}]",
            "the precedences of p.a are not 1 to 1",
        ),
        ("mode: full", "mode: full\nfacts: [{fact: p.a}]", "facts need fact and columns"),
        ("type: date, zh", "type: code, codes: {好: {zh: 好}}, zh", "since: a code needs en"),
        ("type: date, zh", "type: code, codes: [no], zh", "must be quoted"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused_with_the_reason(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    assert old in _GOOD
    assert fault in " ".join(_load(tmp_path, _GOOD.replace(old, new, 1)))


def test_what_a_file_leaves_out_has_a_default(tmp_path: Path) -> None:
    (tmp_path / "AA_BB.yaml").write_text(_GOOD, encoding="utf-8")
    feed = load(tmp_path)["AA_BB"]
    assert feed.gate_days == 4, "a weekend and a day, where twice as old would be less"
    assert (feed.limits.shrink_bp, feed.limits.grow_times) == (5000, 5)
    assert (feed.valid_from, feed.valid_to) == ("", "")
    assert not feed.event
    assert not feed.sensitive


def test_two_feeds_that_both_want_to_be_believed_first_are_refused(tmp_path: Path) -> None:
    told = _GOOD + "facts: [{fact: p.a, columns: [since]}]\n"
    (tmp_path / "AA_CC.yaml").write_text(told.replace("AA_BB", "AA_CC"), encoding="utf-8")
    assert "precedences of p.a" in " ".join(_load(tmp_path, told))
    assert _load(tmp_path, told.replace("since]}", "since], precedence: 2}")) == []


def test_a_code_has_a_value_and_a_meaning_in_both_languages(tmp_path: Path) -> None:
    codes = "type: code, codes: {甲: {value: 1, en: First}, 乙: {zh: 第二, en: Second}}"
    (tmp_path / "AA_BB.yaml").write_text(_GOOD.replace("type: date", codes), encoding="utf-8")
    column = load(tmp_path)["AA_BB"].column("since")
    assert column.codes == {"甲": 1, "乙": "乙"}
    assert [(one.zh, one.en) for one in column.meanings.values()] == [
        ("甲", "First"),
        ("第二", "Second"),
    ]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    broken = _GOOD.replace("mode: full", "mode: x").replace("type: date", "type: y")
    assert len(_load(tmp_path, broken)) == 2
