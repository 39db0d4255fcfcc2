"""A reviewer chooses lists with keys, looks at what would happen, and returns them with a reason."""

import re

import pytest
from playwright.sync_api import expect

from service.audit.actor import SYSTEM
from service.batches.models import Batch
from service.ledger.appropriate import appropriate
from tests.factories.batches import county_batch, frozen
from tests.factories.officers import staff
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, sign_in
from tests.journeys.promises import (
    assert_accessible,
    assert_calm,
    assert_fits,
    keeps_the_promises,
    press_by_keyboard,
    type_by_keyboard,
)
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


def test_lists_go_back_with_a_reason_by_the_keyboard_alone(
    open_browser: OpenBrowser, committed: Committed
) -> None:
    with committed.transaction() as session:
        people = staff()
        people.reviewer.password_hash = password_hash()
        appropriate(session, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
        made = [frozen(session, county_batch(session, lines), people) for lines in (1, 2, 3)]
        numbers = [one.id for one in made]
    page = open_browser(640)
    sign_in(page, people.reviewer)
    page.goto("/batches?state=frozen")
    expect(page.get_by_role("button", name="列表快捷键")).to_be_visible()
    keeps_the_promises(page)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected-count]")).to_have_text("2")
    press_by_keyboard(page, "button", "预览：退回")
    expect(page.get_by_role("heading", level=1)).to_have_text("批量退回")
    keeps_the_promises(page)
    assert_fits(page)
    type_by_keyboard(page, "退回理由", "标准有误，请重新核对")
    press_by_keyboard(page, "button", "退回 2 个批次给经办人")
    expect(page.locator("#confirm [value=no]")).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("已办 2 个，未办 0 个"))).to_be_visible()
    keeps_the_promises(page)
    assert_calm(page)
    with committed.transaction() as session:
        states = sorted(session.get_one(Batch, one).state for one in numbers)
    assert states == ["frozen", "returned", "returned"]
