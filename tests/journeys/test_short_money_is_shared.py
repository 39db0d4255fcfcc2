"""The year's money is short: a maker sees the same share for everybody, and divides the list."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.ledger.appropriate import appropriate
from service.officers.models import Officer
from tests.factories.batches import county_batch
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def maker(committed: Committed) -> Officer:
    """Four lines of some 100 yuan each, and 240 yuan for them."""
    with committed.transaction() as session:
        who: Officer = OfficerFactory.create(
            username="maker.one", name="周敏", duties=["maker"], password_hash=password_hash()
        )
        batch = county_batch(session)
        appropriate(session, batch.programme, 2026, 24_000, fund_source="县级", by=SYSTEM)
    return who


@pytest.mark.parametrize(
    ("width", "language", "link", "preview", "pay"),
    [
        (360, "zh-CN", "分期", "预览", "每笔先发 49.98%"),
        (1280, "en", "Instalments", "Preview", "Pay 49.98% of each line now"),
    ],
)
def test_a_short_list_is_divided(
    open_browser: OpenBrowser,
    maker: Officer,
    width: int,
    language: str,
    link: str,
    preview: str,
    pay: str,
) -> None:
    page = open_browser(width, language=language)
    sign_in(page, maker)
    page.goto("/batches")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name=link, exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(4)
    assert_accessible(page)
    assert_calm(page)
    page.locator("#amount").fill("200")
    page.get_by_role("button", name=preview).click()
    page.get_by_role("button", name=pay).click()
    page.locator("dialog").get_by_role("button").first.click()
    expect(page.locator(".notice")).to_contain_text("200.00")
    assert_accessible(page)
    assert_calm(page)
