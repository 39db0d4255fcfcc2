"""What was paid too much is written off by two, and a control switched off by two: page by page.

One county for the whole module: what one journey does, no other looks at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.app import create_app
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.recoveries.models import RecoveryCase
from service.batches.switches.switch import ask_off, confirm_off
from service.foundation import clock
from service.foundation.months import Month
from service.officers.models import Officer
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import due, payee
from tests.factories.mending import Months
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, copied, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["template"]

pytestmark = pytest.mark.journey
CONTROL = "account_unverified"
NAMES = {"maker": "林编志", "reviewer": "沈复禾", "signer": "钱发辉", "policy": "策言"}


@dataclass(frozen=True)
class Town:
    """The county of these journeys: who works there, and where everything is."""

    committed: Committed
    people: dict[str, Officer]
    cases: tuple[str, ...]
    unscreened: str
    """A list that a control was off for."""


@pytest.fixture(scope="module")
def town(
    template: str, server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Two people who were paid too much, and a control that is off for one programme."""
    folder = tmp_path_factory.mktemp("given-up")
    with copied(template, server_url, folder / "data") as committed:
        with committed.transaction() as session:
            people = {
                duty: OfficerFactory.create(
                    username=f"{duty}.one", name=name, duties=[duty], password_hash=password_hash()
                )
                for duty, name in NAMES.items()
            }
            months = Months(session)
            cases = tuple(_case(months, name) for name in ("试样甲", "试样乙"))
            town = Town(committed, people, cases, _unscreened(session, people))
            session.flush()
            for one in people.values():
                session.refresh(one)
                session.expunge(one)
        yield town


def _case(months: Months, name: str) -> str:
    """Somebody who was paid 200 yuan for two months and was due nothing; the case's number."""
    person = payee(name=name)
    months.knows(person, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    months.knows(person, "2026-08", "2026-09", fen=0)
    months.mend("2026-10", "2026-08", "2026-09")
    which = RecoveryCase.subject_id == person.id
    return months.session.scalars(select(RecoveryCase).where(which)).one().case_no


def _unscreened(session: Session, people: dict[str, Officer]) -> str:
    """A list of this month that a control is off for, by another's request."""
    month = str(Month.of(clock.today()))
    switch = ask_off(
        session, CONTROL, by=people["policy"], programme="MZ16", months=(month, month),
        reason="银行核验系统升级停机",
    )  # fmt: skip
    confirm_off(session, switch.id, by=people["signer"])
    return _list(session, "MZ16")


def _list(session: Session, programme: str) -> str:
    """Build a list of this month about somebody whose account the bank has not confirmed."""
    assessment = AssessmentFactory.create(month=str(Month.of(clock.today())))
    due(assessment, payee(verdict=None), programme=programme)
    batch = build(session, assessment, programme, by=SYSTEM)
    assert batch is not None
    return batch.batch_no


@pytest.fixture(scope="module")
def server(town: Town) -> Iterator[str]:
    """The real application on this module's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 1280), ("en", 360)])
def test_every_page_about_them_keeps_the_promises(
    open_browser: OpenBrowser, town: Town, language: str, width: int
) -> None:
    page = open_browser(width, language=language)
    sign_in(page, town.people["reviewer"])
    for path in (
        "/recoveries",
        f"/recoveries/{town.cases[0]}",
        "/controls",
        f"/batches/{town.unscreened}",
        f"/batches/{town.unscreened}/decide",
    ):
        page.goto(path)
        assert_accessible(page)
        assert_calm(page)


def test_a_case_is_told_and_written_off_by_two(open_browser: OpenBrowser, town: Town) -> None:
    home = f"/recoveries/{town.cases[1]}"
    maker = open_browser(360)
    sign_in(maker, town.people["maker"])
    maker.goto("/recoveries")
    maker.get_by_role("link", name=town.cases[1]).click()
    maker.get_by_label("告知方式").fill("当面送达本人")
    maker.locator("#notify button.button").press("Enter")
    expect(maker.locator("#history")).to_contain_text("当面送达本人")
    assert_calm(maker)
    for duty, language, reason in (
        ("reviewer", "zh-CN", "无遗产可供执行"), ("signer", "en", "Confirmed by the court"),
    ):  # fmt: skip
        page = open_browser(language=language)
        sign_in(page, town.people[duty])
        page.goto(home)
        page.locator("#write-off textarea").fill(reason)
        page.locator("#write-off button.button").click()
        expect(page.locator("#history")).to_contain_text(reason)
        assert_accessible(page)
        assert_calm(page)
    maker.goto(home)
    expect(maker.get_by_role("heading", level=1)).to_contain_text("已核销")
    expect(maker.get_by_text("已核销金额")).to_be_visible()
    expect(maker.get_by_text("待追回余额")).to_have_count(0)


def test_a_control_is_switched_off_by_two_and_its_list_says_so(
    open_browser: OpenBrowser, town: Town
) -> None:
    why = "示范街道银行核验停机"
    asking = open_browser()
    sign_in(asking, town.people["policy"])
    asking.goto("/controls")
    asking.locator("#control").select_option(CONTROL)
    asking.locator("#programme").select_option("MZ09")
    asking.locator("#reason").fill(why)
    asking.locator("#ask button.button").press("Enter")
    expect(asking.locator("#standing")).to_contain_text(why)
    assert_calm(asking)
    confirming = open_browser(360)
    sign_in(confirming, town.people["signer"])
    confirming.get_by_role("link", name="控制").first.click()
    confirming.get_by_role("button", name="确认关闭").click()
    expect(confirming.get_by_role("button", name="确认关闭")).to_have_count(0)
    assert_calm(confirming)
    with town.committed.transaction() as session:
        batch_no = _list(session, "MZ09")
    for path in ("", "/decide"):
        confirming.goto(f"/batches/{batch_no}{path}")
        expect(confirming.get_by_text(why).first).to_be_visible()
        assert_calm(confirming)
