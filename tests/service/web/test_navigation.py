"""Each duty sees a few groups in the money's order, where it is, and no two words alike."""

import re
from collections.abc import Iterator

import pytest

import service.app
from service.officers.may import acts_of
from service.officers.models import DUTIES
from service.web import navigation
from service.web.here import Viewer, Visit, enter, leave
from tests.service.web.browsing import SignInAs

WORD = re.compile(r'<li><a href="([^"]+)"(?: aria-current="(\w+)")?>([^<]+)</a></li>')
assert service.app  # it brings every stage's entries


@pytest.fixture(autouse=True)
def nobody_looks() -> Iterator[None]:
    yield
    leave()


def bar_of(duty: str, path: str, language: str = "zh") -> navigation.Bar:
    """Return the bar that an officer of one duty has at an address."""
    viewer = Viewer("1", "周敏", "县民政局", (duty,), frozenset(acts_of({duty})))
    enter(Visit(language=language, path=path, viewer=viewer))
    return navigation.bar()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_has_at_most_seven_words_and_none_twice(duty: str, language: str) -> None:
    home = bar_of(duty, "/", language)
    assert (home.groups[0].href, home.groups[0].current, home.pages) == ("/", "page", ())
    assert 2 <= len(home.groups) <= 7
    shown = [word.shown for word in home.groups]
    for group in home.groups[1:]:
        bar = bar_of(duty, group.href, language)
        assert [one.shown for one in bar.groups if one.current] == [group.shown]
        assert [one.href for one in bar.pages if one.current == "page"] in ([], [group.href])
        # A group of one page is that page: then its word says that it is this very page.
        [here] = [one for one in bar.groups if one.current]
        assert here.current == ("true" if bar.pages else "page")
        shown += [one.shown for one in bar.pages]
    assert len(shown) == len(set(shown))


def rows(page: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the words (address, current, shown) of the groups, and of the present group's pages."""
    groups = page.partition('<nav class="groups"')[2].partition("</nav>")[0]
    pages = page.partition('<nav class="pages"')[2].partition("</nav>")[0]
    return WORD.findall(groups), WORD.findall(pages)


@pytest.mark.parametrize("duty", DUTIES)
def test_every_word_leads_to_a_page_that_its_reader_may_open(
    sign_in_as: SignInAs, duty: str
) -> None:
    browser = sign_in_as(duty)
    hrefs = {one.href for one in bar_of(duty, "/").groups}
    hrefs |= {page.href for href in hrefs for page in bar_of(duty, href).pages}
    assert {href: browser.get(href).status_code for href in hrefs} == dict.fromkeys(hrefs, 200)


def test_a_page_below_another_says_what_it_is_a_part_of(sign_in_as: SignInAs) -> None:
    groups, pages = rows(sign_in_as("steward").get("/proofs").text)
    assert [one for one in groups if one[1]] == [("/residents", "true", "居民与数据")]
    assert [one for one in pages if one[1]] == [("/feeds", "true", "数据报送")]


def test_groups_and_pages_stand_in_the_order_of_the_money(sign_in_as: SignInAs) -> None:
    groups, pages = rows(sign_in_as("maker").get("/batches").text)
    assert [one[2] for one in groups] == [
        "工作台", "居民与数据", "政策", "发放", "银行与账务", "监督", "离岗登记",
    ]  # fmt: skip
    assert [one[0] for one in pages] == [
        "/months", "/batches", "/exceptions", "/recoveries", "/heirs", "/objections",
    ]  # fmt: skip
