"""A reviewer finds out why nothing can be approved, answers for the old data, and takes it back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.foundation import clock
from service.officers.models import Officer
from service.residents import feeds
from tests.factories.officers import OfficerFactory
from tests.factories.residents import DeliveryFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
WHY = "户籍系统升级停机，公安已书面说明期间无注销"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def reviewer(committed: Committed) -> Officer:
    """Every feed of events, one of them ten days old."""
    with committed.transaction():
        who: Officer = OfficerFactory.create(
            username="reviewer.one", name="言信", duties=["reviewer"], password_hash=password_hash()
        )
        for feed in feeds.event_feeds():
            age = timedelta(days=10 if feed == "GA_DEREG" else 0)
            DeliveryFactory.create(feed=feed, received_at=clock.now() - age)
    return who


@pytest.mark.parametrize("width", [360, 1280])
def test_a_reviewer_answers_for_old_data_and_takes_it_back(
    open_browser: OpenBrowser, reviewer: Officer, width: int
) -> None:
    page = open_browser(width=width)
    sign_in(page, reviewer)
    page.get_by_role("link", name="数据源过旧").click()
    expect(page.get_by_role("heading", name="过旧数据")).to_be_visible()
    assert_accessible(page)
    assert_calm(page)
    page.get_by_label("有效至").fill((clock.today() + timedelta(days=3)).isoformat())
    page.get_by_label("原因").fill(WHY)
    page.get_by_role("button", name="确认说明").click()
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.get_by_text("没有过旧的数据源")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="撤回").click()
    expect(page.get_by_role("button", name="确认说明")).to_be_visible()
