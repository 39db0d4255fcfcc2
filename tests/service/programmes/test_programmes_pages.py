"""The public guide says of every programme who, how much, when and by which law – to anybody."""

import pytest

from service.programmes.catalogue import rules
from tests.service.batches.reading import text_of
from tests.service.web.browsing import Browser, SignInAs

LANGUAGES = ("zh-CN", "en")


@pytest.mark.parametrize("code", sorted(rules().programmes))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_programme_opens_without_signing_in(
    browser: Browser, code: str, language: str
) -> None:
    one = rules().programmes[code]
    answer = browser.get(f"/programmes/{code}", headers={"accept-language": language})
    assert answer.status_code == 200
    said = text_of(answer.text)
    words = (one.names, one.amount.words, one.payee, *(c.words for c in one.conditions))
    for pair in words:
        assert (pair.zh if language == "zh-CN" else pair.en) in said
    for law in one.laws:
        assert law.title in said


def test_amounts_by_tier_and_legal_figures_with_their_evidence(browser: Browser) -> None:
    said = text_of(browser.get("/programmes/MZ15").text)
    assert "80至89周岁 60.00" in said
    assert "90至99周岁 100.00" in said
    assert "浙民养〔2022〕209号 据转述" in said
    said = text_of(browser.get("/programmes/MZ01").text)
    assert "低保标准 1,175.00 元 2024-11-01 演示示例" in said
    assert "三口之家人均收入700元，发差额1425元 2026-10 应发 1,425.00" in said


def test_a_table_is_left_out_where_the_amount_depends_on_the_person(browser: Browser) -> None:
    assert "低保标准与人均收入之差" in browser.get("/programmes/MZ01").text
    assert "<caption>标准</caption>" not in browser.get("/programmes/MZ01").text


def test_the_list_names_every_programme(browser: Browser) -> None:
    page = browser.get("/programmes").text
    for code in rules().programmes:
        assert f'href="/programmes/{code}"' in page


def test_an_unknown_programme_is_not_found(browser: Browser) -> None:
    assert browser.get("/programmes/XX99").status_code == 404


def test_an_officer_keeps_the_navigation(sign_in_as: SignInAs) -> None:
    assert 'aria-current="true">项目' in sign_in_as("maker").get("/programmes/MZ15").text
