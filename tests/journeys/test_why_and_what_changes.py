"""Why somebody is paid or not, the letter about it, and how a rule is changed: page by page.

One county for the whole module: what one journey does, no other looks at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.app import create_app
from service.assessment.view import address
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Batch, Payment
from service.foundation import jobs
from service.officers.models import Officer
from service.residents.models import Division, Person
from tests.factories.batches import account
from tests.factories.officers import OfficerFactory
from tests.factories.proposals import STANDARD, RulePeople, raised_allowance, submitted
from tests.factories.residents import PersonIdentifierFactory, id_number
from tests.foundation.committed import copied, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.assessment.explaining import assessed, silence
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import password_hash

__all__ = ["template"]

pytestmark = pytest.mark.journey
MONTH, VILLAGE = "2026-11", "330523100200"
NUMBER = id_number(81, "19400601")
NAMES = {
    "reviewer": "沈复禾", "signer": "钱发辉", "policy": "策言",
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """The county of these journeys: who works there, and where everything is."""

    people: dict[str, Officer]
    elder: Person
    line: str
    proposal: str

    def decision(self, code: str) -> str:
        return address(MONTH, code, "person", self.elder.id)


@pytest.fixture(scope="module")
def town(
    template: str, server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Twenty old people of November, one of them known by number, and a change of rules."""
    folder = tmp_path_factory.mktemp("why")
    with copied(template, server_url, folder / "data") as committed:
        with committed.transaction() as session:
            people = {
                duty: OfficerFactory.create(
                    username=f"{duty}.one", name=name, duties=[duty], password_hash=password_hash()
                )
                for duty, name in NAMES.items()
            }
            session.add(Division(code="330523100000", name="青禾镇", level="township", parent=None))
            session.add(
                Division(code=VILLAGE, name="石桥村", level="village", parent="330523100000")
            )
            session.flush()
            county = County(session)
            silence(county)
            elder = county.person(birth="1940-06-01")
            elder.division = VILLAGE
            county.says("SF_PRISON", elder, from_date="2025-02-03", execution="监禁")
            PersonIdentifierFactory.create(person=elder, number=NUMBER)
            account(elder)
            for year in range(1926, 1945):
                county.person(birth=f"{year}-05-05")
            built = build(session, assessed(county, MONTH), "MZ15", by=SYSTEM)
            paying = RulePeople(people["policy"], people["reviewer"], people["signer"])
            proposal = submitted(session, paying, raised_allowance(70))
            line = _line_of(session, built, elder)
            town = Town(people, elder, line, proposal.spoken_name)
            session.flush()
            for one in (*people.values(), elder):
                session.refresh(one)
                session.expunge(one)
        yield town


def _line_of(session: Session, batch: Batch | None, person: Person) -> str:
    assert batch is not None
    line = session.scalars(
        select(Payment).where(Payment.batch_id == batch.id, Payment.payee_person_id == person.id)
    ).one()
    return f"/batches/{batch.batch_no}/lines/{line.reference}"


@pytest.fixture(scope="module")
def server(town: Town) -> Iterator[str]:
    """The real application on this module's own database."""
    with serving(create_app()) as address_:
        yield address_


def enter(page: Page) -> None:
    """Ask as the resident does: with the number, then the code."""
    page.goto("/me")
    page.get_by_role("textbox").fill(NUMBER)
    page.locator("main button.button").click()
    code = page.locator(".count").inner_text()
    page.get_by_role("textbox").fill(code)
    page.locator("main button.button").click()
    page.wait_for_url("**/me/payments**")


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1280), ("en", 360)])
def test_every_newer_page_keeps_the_promises(
    open_browser: OpenBrowser, town: Town, language: str, width: int
) -> None:
    page = open_browser(width, language=language)
    sign_in(page, town.people["reviewer"])
    for path in (
        f"/residents/{town.elder.id}/decisions?month={MONTH}",
        town.decision("MZ15"),
        town.decision("MZ08"),
        f"{town.decision('MZ16')}/letter",
        town.line,
        "/rules",
        f"/rules/{town.proposal}",
    ):
        page.goto(path)
        assert_accessible(page)
        assert_calm(page)
    resident = open_browser(width, language=language)
    enter(resident)
    for path in ("", "/letter"):
        resident.goto(f"/me/payments/MZ15{path}?month={MONTH}")
        assert_accessible(resident)
        assert_calm(resident)


def test_a_resident_reads_why_and_prints_the_letter(open_browser: OpenBrowser, town: Town) -> None:
    page = open_browser(360)
    enter(page)
    page.goto(f"/me/payments?month={MONTH}")
    page.locator('a[href^="/me/payments/MZ15?"]').first.click()
    expect(page.get_by_text("应发60.00元")).to_be_visible()
    page.get_by_role("link", name="打印告知书").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("补贴核定告知书")
    page.emulate_media(media="print")
    expect(page.get_by_text("行政复议").first).to_be_visible()
    expect(page.get_by_role("link", name="返回")).to_be_hidden()
    expect(page.locator("header.top")).to_be_hidden()
    assert_calm(page)


def test_what_is_sensitive_is_asked_for_by_keyboard_and_hidden_again(
    open_browser: OpenBrowser, town: Town
) -> None:
    page = open_browser(360)
    sign_in(page, town.people["reviewer"])
    page.goto(f"/residents/{town.elder.id}/decisions?month={MONTH}")
    page.locator(f'a[href="{town.decision("MZ08")}"]').click()
    hidden = page.get_by_text("高度敏感，此处不显示")
    expect(hidden.first).to_be_visible()
    page.locator("summary", has_text="显示高度敏感数据").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("窗口核对停发原因")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("离开本页后重新隐藏")).to_be_visible()
    expect(hidden).to_have_count(0)
    assert_accessible(page)
    assert_calm(page)
    page.goto(town.decision("MZ08"))
    expect(hidden.first).to_be_visible()


def test_a_change_is_written_counted_and_approved_by_two(
    open_browser: OpenBrowser, town: Town
) -> None:
    author = open_browser()
    sign_in(author, town.people["policy"])
    author.goto("/rules")
    author.get_by_role("link", name="提出变更").click()
    author.locator("#file").select_option(STANDARD)
    author.locator("button[value=add]").click()
    texts = raised_allowance(80)
    for number, text in enumerate(texts.values(), 1):
        author.locator(f"#text-{number}").fill(text)
    for name, said in (
        ("title", "提高高龄津贴"), ("law", "示例〔2026〕1号"), ("reason", "按文件提高标准"),
        ("remark", "示例"), ("month", "2027-01"),
    ):  # fmt: skip
        author.locator(f"#{name}").fill(said)
    author.locator("#evidence").select_option("illustrative")
    assert_accessible(author)
    assert_calm(author)
    author.get_by_role("button", name="校验并存为草稿").click()
    author.get_by_role("button", name="提交审批").click()
    expect(author.get_by_text("正在测算影响")).to_be_visible()
    assert jobs.drain(kinds=("rules.preview",)) >= 1
    home = author.url
    for duty, button, state in (
        ("reviewer", "主管部门批准", "待财政部门审批"), ("signer", "财政部门批准", "已批准"),
    ):  # fmt: skip
        page = open_browser(360)
        sign_in(page, town.people[duty])
        page.goto(home)
        expect(page.locator("#effects svg").first).to_be_visible()
        expect(page.get_by_text("增加 10.00 至不足 50.00").first).to_be_visible()
        page.get_by_role("button", name=button).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(state)
        assert_calm(page)
