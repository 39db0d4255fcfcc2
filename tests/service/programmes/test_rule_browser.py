"""Policy staff find every rule by what it uses, and see its figures over time and what differs."""

import re

import pytest
from sqlalchemy.orm import Session

from service.programmes.browser.versions import content, differences, digest_of, versions
from service.programmes.catalogue import keep_version, rules
from service.programmes.in_force import rules_for
from service.programmes.versions import VersionUnknown
from tests.factories.proposals import RulePeople, approved
from tests.service.batches.reading import text_of
from tests.service.web.browsing import Browser, SignInAs


def codes_on(page: str) -> list[str]:
    return re.findall(r'href="/rules/programmes/([A-Z0-9]+)"', page)


def test_which_rules_use_a_fact_and_in_which_clause(sign_in_as: SignInAs) -> None:
    page = sign_in_as("policy").get("/rules/programmes?fact=dis.grade").text
    used = {code for code, one in rules().programmes.items() if "dis.grade" in str(one.conditions)}
    assert set(codes_on(page)) == used
    assert "MZ09-C" in text_of(page)
    assert "MZ15" not in codes_on(page)


def test_which_figures_are_not_verified(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("policy")
    shown: list[str] = []
    for number in range(1, 6):
        page = browser.get(f"/rules/figures?evidence=unverified&page={number}").text
        shown += re.findall(r'href="/rules/figures/([a-z_0-9]+)"', page)
        assert "据官方文本</span></td>" not in page
    assert "dibao_std" in shown
    assert "avg_dwelling_area" not in shown
    page = browser.get("/rules/programmes?evidence=unverified&q=高龄").text
    assert "MZ16" in codes_on(page)
    assert "MZ15" not in codes_on(page)


def test_a_rule_shows_law_clauses_steps_and_cases(sign_in_as: SignInAs) -> None:
    page = sign_in_as("policy").get("/rules/programmes/MZ01").text
    said = text_of(page)
    for expected in (
        "浙江省社会救助条例 2020年修正 第56条 据官方文本",
        "MZ01-C1",
        "2023-12-01 2024-10-31 1,149.00 元",
        "2026-10 应发 1,425.00 元 应发 1,425.00 元",
        "40.20 平方米",
    ):
        assert expected in said
    assert (
        len(re.findall(r"<rect class=", page)) == 4
    )  # As many values as the minimum allowance had.
    # Every case comes out as written: a case that does not has the other colour.
    assert 'class="tag bad"' not in page


def test_versions_differ_in_what_a_change_changed(
    session: Session, people: RulePeople, sign_in_as: SignInAs
) -> None:
    keep_version(session)
    proposal = approved(session, people, month="2026-12")
    after = rules_for(session, "2026-12")
    keep_version(session, after)
    files = differences(content(session, rules().digest), content(session, after.digest))
    assert [one.name for one in files] == ["programmes/minzheng/MZ15.yaml"]
    assert {line.sign for line in files[0].lines} >= {"+", "-"}
    led = {one.digest: [each.spoken_name for each in one.proposals] for one in versions(session)}
    assert led[after.digest] == [proposal.spoken_name]
    browser = sign_in_as("policy")
    page = browser.get(
        f"/rules/versions?before={rules().digest[:16]}&after={after.digest[:16]}"
    ).text
    assert "yuan(80)" in page
    assert "yuan(60)" in page
    said = text_of(browser.get("/rules/programmes/MZ15").text)
    assert f"{proposal.spoken_name} 提高高龄津贴 变更" in said


def test_a_digest_there_is_not_is_said(session: Session, sign_in_as: SignInAs) -> None:
    with pytest.raises(VersionUnknown):
        digest_of(session, "ffff")
    answer = sign_in_as("policy").get("/rules/versions?before=%25&after=ffff")
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/rules/figures/nothing", "/rules/programmes/XX99"])
def test_what_there_is_not_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    assert sign_in_as("policy").get(path).status_code == 404


def test_nobody_reads_it_without_signing_in(browser: Browser) -> None:
    answer = browser.get("/rules/programmes", follow_redirects=False)
    assert answer.status_code == 303


def test_a_new_value_stands_in_the_text_and_cannot_break_out_of_it(sign_in_as: SignInAs) -> None:
    address = "/rules/new?file=parameters/meal_aid.yaml&since=2027-01-01&mark=sourced"
    page = sign_in_as("policy").get(f"{address}&value=650&law=示例'}}]: x").text
    text = re.search(r'id="text-1"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text
    said = text[1].replace("&#39;", "'")
    assert (
        "effective: '2027-01-01', value: '650', evidence: 'sourced', source: '示例''}]: x'" in said
    )
