"""A maker chooses the programmes and the place of a run, and reads what would be run first."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.officers.models import Officer
from service.residents.feeds import event_feeds
from service.residents.models import Division
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel, due, payee
from tests.factories.officers import OfficerFactory
from tests.factories.residents import DeliveryFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
TOWNS = {"330523100": "青禾镇", "330523101": "石桥镇"}


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def maker(committed: Committed) -> Officer:
    """Two townships in each of which one is due, and every feed that a run asks for."""
    with committed.transaction() as session:
        for feed in event_feeds():
            DeliveryFactory.create(feed=feed)
        channel("rural")
        assessed = AssessmentFactory.create(month="2026-10")
        for town, name in TOWNS.items():
            session.add(Division(code=f"{town}000", name=name, level="township", parent=None))
            due(assessed, payee(), division=f"{town}200")
        who: Officer = OfficerFactory.create(
            username="maker.one", name="周敏", duties=["maker"], password_hash=password_hash()
        )
        return who


@pytest.mark.parametrize(
    ("width", "language", "filter_it", "make_one", "chosen"),
    [
        (360, "zh-CN", "筛选", "编制所列 1 个项目的清单", "请至少勾选一个项目"),
        (1280, "en", "Filter", "Make the list of the one programme shown", "Tick at least"),
    ],
)
def test_a_township_is_run_after_a_look_at_it(
    open_browser: OpenBrowser,
    maker: Officer,
    width: int,
    language: str,
    filter_it: str,
    make_one: str,
    chosen: str,
) -> None:
    page = open_browser(width, language=language)
    sign_in(page, maker)
    page.goto("/months/2026-10/run?department=minzheng")
    assert_accessible(page)
    assert_calm(page)
    page.goto("/months/2026-10/run?which=open")
    page.locator("#division").select_option("330523100")
    page.get_by_role("button", name=filter_it).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert_accessible(page)
    assert_calm(page)
    page.get_by_role("button", name=make_one).click()
    expect(page.get_by_text("青禾镇").first).to_be_visible()
    assert_accessible(page)
    assert_calm(page)
    page.goto("/months/2026-10/run")
    page.locator("button[value=ticked]").click()
    expect(page.get_by_role("alert")).to_contain_text(chosen)
    assert_accessible(page)
