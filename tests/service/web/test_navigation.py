"""Each duty sees a few groups in the money's order, where it is, and no two words alike."""

import re

import pytest

from service.officers.models import DUTIES
from tests.service.web.browsing import SignInAs

WORD = re.compile(r'<li><a href="([^"]+)"(?: aria-current="(\w+)")?>([^<]+)</a></li>')


def rows(page: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the words (address, current, shown) of the groups, and of the present group's pages."""
    groups = page.partition('<nav class="groups"')[2].partition("</nav>")[0]
    pages = page.partition('<nav class="pages"')[2].partition("</nav>")[0]
    return WORD.findall(groups), WORD.findall(pages)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_has_at_most_seven_words_and_each_leads_somewhere(
    sign_in_as: SignInAs, duty: str, language: str
) -> None:
    browser = sign_in_as(duty, language=language)
    groups, none = rows(browser.get("/").text)
    assert groups[0][:2] == ("/", "page")
    assert 1 < len(groups) <= 7
    assert none == []
    shown = [word for _, _, word in groups]
    for href, _, word in groups[1:]:
        page = browser.get(href)
        assert page.status_code == 200, href
        here, pages = rows(page.text)
        assert [one for _, current, one in here if current] == [word]
        # A group of one page is that page: then its word is the page's own.
        assert ([one[0] for one in pages if one[1] == "page"] or [href]) == [href]
        assert [one[1] for one in here if one[2] == word] == (["true"] if pages else ["page"])
        shown += [one[2] for one in pages]
        assert [browser.get(one[0]).status_code for one in pages] == [200] * len(pages)
    assert len(shown) == len(set(shown))


def test_a_page_below_another_says_what_it_is_a_part_of(sign_in_as: SignInAs) -> None:
    groups, pages = rows(sign_in_as("steward").get("/proofs").text)
    assert [one for one in groups if one[1]] == [("/residents", "true", "居民与数据")]
    assert [one for one in pages if one[1]] == [("/feeds", "true", "数据报送")]


def test_groups_and_pages_stand_in_the_order_of_the_money(sign_in_as: SignInAs) -> None:
    groups, pages = rows(sign_in_as("maker").get("/batches").text)
    assert [one[2] for one in groups] == [
        "工作台", "居民与数据", "政策", "发放", "银行与账务", "审计发现", "离岗登记",
    ]  # fmt: skip
    assert [one[0] for one in pages] == [
        "/months", "/batches", "/exceptions", "/recoveries", "/heirs", "/objections",
    ]  # fmt: skip
