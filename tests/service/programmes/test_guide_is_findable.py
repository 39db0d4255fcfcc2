"""The guide is found in words, by whom it is for, and by answering questions, without a form about oneself."""

import re

import pytest

from eligibility_rules import Month
from service.programmes.catalogue import rules
from service.programmes.guide.entries import entries
from service.programmes.guide.groups import GROUPS, groups_of
from service.programmes.guide.search import Wanted, found
from tests.service.batches.reading import text_of
from tests.service.web.browsing import Browser

AT = Month(2026, 11)


def codes(**wanted: str) -> list[str]:
    every = entries(rules(), AT)
    return [one.code for one in found(every, Wanted(**wanted), rules().programmes)]


def test_every_programme_is_for_somebody_and_every_group_has_a_programme() -> None:
    groups = {
        code: {each.key for each in groups_of(one)} for code, one in rules().programmes.items()
    }
    assert [code for code, keys in groups.items() if not keys] == []
    assert set().union(*groups.values()) == {each.key for each in GROUPS}


@pytest.mark.parametrize(
    ("code", "has", "has_not"),
    [
        ("MZ15", {"elderly"}, {"children", "disabled", "veterans"}),
        ("MZ09", {"disabled"}, {"low_income"}),  # Those on the destitute roll are shut out.
        ("MZ10", {"children"}, {"elderly"}),
        ("NY01", {"farmers"}, {"elderly"}),
        ("TY06", {"veterans"}, {"disabled"}),
        ("JY04", {"students"}, {"children"}),
        ("MZ19", {"bereaved"}, {"elderly"}),
    ],
)
def test_whom_it_is_for_is_read_from_the_conditions(
    code: str, has: set[str], has_not: set[str]
) -> None:
    keys = {each.key for each in groups_of(rules().programmes[code])}
    assert has <= keys
    assert not has_not & keys


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("高龄老人津贴", "MZ15"),
        ("孤儿", "MZ10"),
        ("种粮", "NY02"),
        ("disabled CHILDREN", "CL01"),
        ("mz15", "MZ15"),
        ("浙民养〔2022〕209号", "MZ15"),
        ("丧葬", "RS02"),
    ],
)
def test_words_find_it_in_chinese_and_english(words: str, first: str) -> None:
    assert codes(words=words)[0] == first


def test_every_word_must_be_somewhere() -> None:
    assert codes(words="孤儿 拖拉机") == []
    assert set(codes(words="孤儿 学生")) < set(codes(words="孤儿"))


def test_filters_count_together_and_stay_in_the_address(browser: Browser) -> None:
    address = "/programmes?whom=elderly&paid=apply&department=minzheng"
    page = browser.get(address)
    shown = re.findall(r'href="/programmes/([A-Z0-9]+)"', page.text)
    assert shown == codes(whom="elderly", paid="apply", department="minzheng")
    assert "MZ17" in shown
    assert "MZ15" not in shown
    # Each may be taken away again, and the rest stays.
    assert "/programmes?whom=elderly&amp;department=minzheng" in page.text
    assert 'name="whom" value="elderly"' in page.text


def test_one_question_after_the_other_until_nothing_is_left_to_tell(browser: Browser) -> None:
    path, asked = "/programmes", []
    for _ in range(6):
        page = browser.get(path).text
        question = re.search(r'<h2 id="question">(.*?) <small>', page)
        if question is None:
            break
        asked.append(question[1])
        answers = re.search(r'id="question".*?<ul class="chosen">(.*?)</ul>', page, re.DOTALL)
        assert answers
        path = re.findall(r'href="([^"]+)"', answers[1])[0].replace("&amp;", "&")
    assert asked[0] == "为谁查询？"
    assert 2 <= len(asked) == len(set(asked)) <= 4
    assert re.findall(r'href="/programmes/([A-Z0-9]+)"', browser.get(path).text)


def test_what_does_not_matter_is_not_asked_again(browser: Browser) -> None:
    page = browser.get("/programmes?whom=any").text
    assert "为谁查询？" not in page
    assert 'id="question"' in page


def test_a_line_says_for_whom_how_much_and_how_sure(browser: Browser) -> None:
    said = text_of(browser.get("/programmes?q=高龄").text)
    assert "满80周岁，未满100周岁 · 60.00至100.00元 据官方文本 每月 · 无需申请" in said


def test_long_lists_come_in_pages_and_on_one_sheet(browser: Browser) -> None:
    every = re.findall(r'href="/programmes/([A-Z0-9]+)"', browser.get("/programmes?all=1").text)
    assert sorted(every) == sorted(rules().programmes)
    first = browser.get("/programmes?paid=by_itself").text
    second = browser.get("/programmes?paid=by_itself&page=2").text
    shown = [re.findall(r'href="/programmes/([A-Z0-9]+)"', page) for page in (first, second)]
    assert len(shown[0]) == 20
    assert not set(shown[0]) & set(shown[1])
    assert re.findall(
        r'href="/programmes/([A-Z0-9]+)"', browser.get("/programmes?page=99&q=高龄").text
    )


@pytest.mark.parametrize("words", ["xyzzy", "%%", "'; --", "<b>", "𠀀𠀁𠀂"])
def test_nothing_found_is_said_and_nothing_breaks(browser: Browser, words: str) -> None:
    answer = browser.get("/programmes", params={"q": words})
    assert answer.status_code == 200
    assert "没有符合的项目" in answer.text
    assert "<b></b>" not in answer.text


def test_a_figure_kept_in_hundredths_is_said_in_its_unit(browser: Browser) -> None:
    said = text_of(browser.get("/programmes/MZ01").text)
    assert "当地人均住房建筑面积 40.20 平方米 2023-01-01" in said
    assert "百分之一" not in said
    rule = browser.get("/api/programmes/MZ01").json()["rule"]
    area = next(one for one in rule["parameters"] if one["name"] == "avg_dwelling_area")
    assert area["values"][0]["shown"]["zh"] == "40.20 平方米"


def test_programs_get_the_same(browser: Browser) -> None:
    answer = browser.get("/api/programmes", params={"q": "高龄老人津贴", "whom": "elderly"}).json()
    assert answer["programmes"][0]["code"] == "MZ15"
    assert answer["programmes"][0]["amount"]["en"] == "60.00 to 100.00 yuan"
    assert (
        answer["total"]
        == len(answer["programmes"])
        == len(codes(words="高龄老人津贴", whom="elderly"))
    )
    one = browser.get("/api/programmes/MZ15").json()
    assert one["in_short"] == answer["programmes"][0]
    assert one["rule"]["law"][0]["number"] == "浙民养〔2022〕209号"
    assert browser.get("/api/programmes/XX99").status_code == 404
    assert browser.get("/api/programmes", params={"q": "长" * 81}).status_code == 422
