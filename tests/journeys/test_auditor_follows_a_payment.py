"""An auditor finds a payment in the trail and follows it from law to card, on a screen and on a telephone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.audit.log.sequence import sequence
from service.officers.models import Officer
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm, keeps_the_promises
from tests.service.reconciliation.answers import sent
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def found(committed: Committed) -> tuple[Officer, str]:
    """A list at its banks, of which one bank answered, and the auditor who looks into it."""
    with committed.transaction() as session:
        out = sent(session, 6)
        out.reply(out.told("ACSC", "RJCT", "ACSC"))
        reference = out.lines()[0].reference
        made: Officer = OfficerFactory.create(
            username="jian.cha", name="监察", duties=["auditor"], password_hash=password_hash()
        )
    with committed.transaction() as session:
        sequence(session)
    return made, reference


def test_from_the_trail_to_one_payment_and_who_looked(
    open_browser: OpenBrowser, found: tuple[Officer, str]
) -> None:
    auditor, reference = found
    page = open_browser()
    sign_in(page, auditor)
    # Supervision is a group of pages; the trail is one of them.
    page.get_by_role("link", name="监督", exact=True).click()
    page.get_by_role("link", name="审计留痕", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("审计留痕")
    keeps_the_promises(page)
    page.get_by_role("link", name="检索留痕").click()
    expect(page.get_by_role("heading", name="检索留痕")).to_be_visible()
    page.locator("#act").fill("已送达")
    page.get_by_role("button", name="检索", exact=True).click()
    expect(page.get_by_text("银行文件：已送达").first).to_be_visible()
    keeps_the_promises(page)
    page.locator("tbody a").first.click()
    page.wait_for_url("**/dispatch/*")
    page.get_by_role("link", name="该文件的全程").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("银行文件全程")
    page.get_by_role("link", name="检索留痕").click()
    page.locator("#thing").fill(reference)
    page.get_by_role("button", name="检索", exact=True).click()
    page.get_by_role("link", name="从政策到卡全程").click()
    page.wait_for_url(f"**/audit/payments/{reference}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("从政策到卡")
    items = page.locator("ol.timeline > li")
    assert items.count() > 8
    moments = items.locator("time").evaluate_all("all => all.map(one => one.dateTime)")
    assert moments == sorted(moments)
    keeps_the_promises(page)
    page.get_by_label("环节").select_option("answer")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("银行回盘：")).to_be_visible()
    telephone = open_browser(360, language="en")
    sign_in(telephone, auditor)
    telephone.goto(f"/audit/payments/{reference}")
    expect(telephone.get_by_role("heading", level=1)).to_contain_text("From law to card")
    assert_accessible(telephone)
    assert_calm(telephone)
    telephone.goto("/audit/entries?text=large")
    assert_accessible(telephone)
    assert_calm(telephone)
