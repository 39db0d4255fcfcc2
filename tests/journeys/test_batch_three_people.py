"""One batch, three people, one afternoon: made, reviewed by keyboard alone, signed – and read by all.

The county of this journey has a database of its own, because what is decided here is never undone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from service.app import create_app
from service.audit.actor import SYSTEM
from service.batches.build import build
from service.batches.models import Payment
from service.foundation import jobs
from service.ledger.appropriate import appropriate
from service.officers.models import Officer
from service.residents.feeds import event_feeds
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import CCB, RURAL, channel, due, payee
from tests.factories.officers import OfficerFactory
from tests.factories.residents import DeliveryFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import (
    assert_accessible,
    assert_calm,
    assert_light,
    press_by_keyboard,
)
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
MONTH = "2026-10"


@dataclass(frozen=True)
class Afternoon:
    """Who works, on which batch; ``line`` is one that is held."""

    maker: Officer
    reviewer: Officer
    signer: Officer
    batch_no: str
    line: str


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def afternoon(committed: Committed) -> Afternoon:
    """A draft of two banks, sixty lines to pay and three held; money is there."""
    with committed.transaction() as session:
        for feed in event_feeds():
            DeliveryFactory.create(feed=feed)
        people = {
            duty: OfficerFactory.create(
                username=f"{duty}.one", name=name, duties=[duty], password_hash=password_hash()
            )
            for duty, name in (("maker", "林编志"), ("reviewer", "沈复禾"), ("signer", "钱发辉"))
        }
        appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        channel("ccb")
        channel("rural")
        counts = {"MZ15": {"due": 63, "not_due": 900, "unknown": 2, "amount_fen": 630_000}}
        assessment = AssessmentFactory.create(month=MONTH, counts=counts)
        for number in range(60):
            due(assessment, payee(bank=(CCB, RURAL)[number % 2]))
        for verdict in (None, "mismatch", "unavailable"):
            due(assessment, payee(verdict=verdict))
        batch = build(session, assessment, "MZ15", by=SYSTEM)
        assert batch is not None
        held = session.scalars(
            select(Payment).where(Payment.batch_id == batch.id, Payment.state == "held")
        ).first()
        assert held is not None
    return Afternoon(
        people["maker"], people["reviewer"], people["signer"], batch.batch_no, held.reference
    )


def test_three_people_take_a_batch_from_its_draft_to_its_signature(
    open_browser: OpenBrowser, afternoon: Afternoon
) -> None:
    home = f"/batches/{afternoon.batch_no}"

    maker = open_browser()
    sign_in(maker, afternoon.maker)
    maker.get_by_role("link", name=f"提交 高龄津贴（80至99周岁） {afternoon.batch_no}").click()
    expect(maker.get_by_role("heading", level=1)).to_contain_text("待提交")
    maker.locator("#holds").get_by_role("link", name="账户未核验").click()
    expect(maker.get_by_text("共 2 笔，暂缓在前")).to_be_visible()
    maker.locator("#lines tbody th a").first.click()
    maker.get_by_label("解除理由").fill("已与银行电话核实")
    maker.get_by_role("button", name="解除暂缓").click()
    expect(maker.get_by_role("heading", level=1)).to_contain_text("可发放")
    maker.goto(f"{home}/decide")
    maker.get_by_role("button", name="提交复核 61 笔 6,100.00 元").click()
    expect(maker.get_by_role("heading", level=1)).to_contain_text("待复核")

    reviewer = open_browser()
    sign_in(reviewer, afternoon.reviewer)
    press_by_keyboard(reviewer, "link", f"复核 高龄津贴（80至99周岁） {afternoon.batch_no}")
    expect(reviewer.get_by_text("陆仟壹佰元整").first).to_be_visible()
    press_by_keyboard(reviewer, "button", "批准发放 6,100.00 元")
    expect(reviewer.get_by_role("heading", level=1)).to_contain_text("已批准")
    assert jobs.drain(kinds=("dispatch.prepare",)) == 1

    signer = open_browser()
    sign_in(signer, afternoon.signer)
    signer.get_by_role("link", name=f"签名 高龄津贴（80至99周岁） {afternoon.batch_no}").click()
    expect(signer.get_by_text("SM3")).to_be_visible()
    signer.get_by_role("button", name="签名付款 6,100.00 元").click()
    question = signer.get_by_role("dialog")
    expect(question).to_contain_text("不能撤回")
    assert_accessible(signer)
    question.get_by_role("button", name="签名付款 6,100.00 元").click()
    expect(signer.get_by_role("heading", level=1)).to_contain_text("已签名")
    for name in ("林编志", "沈复禾", "钱发辉"):
        expect(signer.locator("#history")).to_contain_text(name)
    for page in (maker, reviewer, signer):
        assert_calm(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_about_batches_keeps_the_promises(
    open_browser: OpenBrowser, afternoon: Afternoon, language: str
) -> None:
    home = f"/batches/{afternoon.batch_no}"
    page = open_browser(language=language)
    sign_in(page, afternoon.maker)
    addresses = (
        "/", "/months", f"/months/{MONTH}", "/batches", home, f"{home}?state=held&page=1",
        f"{home}/decide", f"{home}/lines/{afternoon.line}", "/programmes", "/programmes/MZ01",
        "/programmes/MZ15", f"{home}?state=paid",
    )  # fmt: skip
    for address in addresses:
        page.goto(address)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert_accessible(page)
        assert_calm(page)
    page.goto(f"{home}/lines/{afternoon.line}?text=large")
    assert_accessible(page)
    assert_calm(page)


def test_without_script_a_batch_is_submitted_and_returned_all_the_same(
    open_browser: OpenBrowser, afternoon: Afternoon
) -> None:
    home = f"/batches/{afternoon.batch_no}"
    maker = open_browser(360, script=False)
    sign_in(maker, afternoon.maker)
    maker.goto(f"{home}/decide")
    maker.get_by_role("button", name="提交复核 60 笔 6,000.00 元").click()
    expect(maker.get_by_role("heading", level=1)).to_contain_text("待复核")
    reviewer = open_browser(360, script=False)
    sign_in(reviewer, afternoon.reviewer)
    reviewer.goto(f"{home}/decide")
    reviewer.get_by_role("button", name="退回编制").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("请填写理由")
    reviewer.get_by_label("退回理由").fill("两人账户待核")
    reviewer.get_by_role("button", name="退回编制").click()
    expect(reviewer.get_by_role("heading", level=1)).to_contain_text("已退回")
    expect(reviewer.get_by_text("两人账户待核")).to_be_visible()


def test_the_month_follows_its_work_until_the_lists_are_there(
    open_browser: OpenBrowser, afternoon: Afternoon
) -> None:
    page = open_browser()
    sign_in(page, afternoon.maker)
    page.goto("/months/2026-11")
    page.get_by_role("button", name="一键编制2026年11月名单").click()
    expect(page.get_by_text("正在冻结当月数据")).to_be_visible()
    assert_accessible(page)
    jobs.drain(kinds=("month.freeze", "month.assess", "month.build"))
    expect(page.locator("[data-refresh]")).to_have_count(0, timeout=120_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert_calm(page)


def test_the_sheet_comes_with_few_requests_and_few_bytes(
    open_browser: OpenBrowser, afternoon: Afternoon
) -> None:
    page = open_browser()
    sign_in(page, afternoon.maker)
    assert_light(page.context.new_page(), f"/batches/{afternoon.batch_no}/decide")
