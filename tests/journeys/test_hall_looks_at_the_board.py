"""A village hall looks at the board: every leaf fits its display, is large, and turns by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.residents.models import Division
from tests.factories import residents
from tests.factories.batches import PAY_DAY, BatchFactory, PaymentFactory, payee
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving
from tests.journeys.promises import assert_accessible, assert_calm, assert_light
from tests.service.notices.hanging import hanging

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
VILLAGE = "330523100200"
PROGRAMMES = (
    "MZ01",
    "MZ02",
    "MZ15",
    "MZ17",
    "CL01",
    "CL02",
    "RS03",
    "RS05",
    "JY03",
    "NY01",
    "WJ04",
)
SIZES = ((1280, 720), (1920, 1080), (3840, 2160))
_STANDS = """() => {
  const edge = document.documentElement, foot = document.querySelector("footer");
  const above = foot.previousElementSibling.getBoundingClientRect();
  const words = [...document.querySelectorAll("main *")].filter(one =>
    [...one.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  return {
    scrolls: edge.scrollHeight > edge.clientHeight || edge.scrollWidth > edge.clientWidth,
    free: Math.floor(foot.getBoundingClientRect().top - above.bottom),
    below: Math.ceil(foot.getBoundingClientRect().bottom - innerHeight),
    smallest: Math.min(...words.map(one => parseFloat(getComputedStyle(one).fontSize))) / innerHeight,
  };
}"""


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


def _paid(committed: Committed) -> None:
    with committed.transaction() as session:
        residents.use(session)
        session.add(Division(code=VILLAGE, name="石桥村", level="village", parent=None))
        people = [payee().id for _ in range(5)]
        for programme in PROGRAMMES:
            batch = BatchFactory.create(programme=programme)
            for person in people:
                line = PaymentFactory.create(
                    batch=batch, payee_person_id=person, settled_on=PAY_DAY, amount_fen=123_456_789
                )
                for then in ("frozen", "sent", "paid"):
                    line.state = then
                    session.flush()
        hanging(session, 3)


def test_a_hall_looks_at_the_board(open_browser: OpenBrowser, committed: Committed) -> None:
    _paid(committed)
    page = open_browser()
    page.goto(f"/village/{VILLAGE}")
    assert_accessible(page)
    assert_calm(page)
    page.get_by_role("link", name="在便民大厅屏幕上显示").click()
    for language in ("en", "zh"):
        seen = _looked_through(page, language)
        assert {"money", "notices", "names", "listed", "words"} <= seen
    # A telephone shows the same leaf as an ordinary page.
    assert_accessible(page)
    assert_calm(page)
    assert_light(page, page.url)


def _looked_through(page: Page, language: str) -> set[str]:
    """Look at every leaf of a round on displays of three sizes; return how they are drawn."""
    page.goto(f"/village/{VILLAGE}/screen?lang={language}")
    seen: set[str] = set()
    while True:
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            stands = page.evaluate(_STANDS)
            where = (page.url, width, stands)
            assert not stands["scrolls"], where
            assert stands["free"] >= 0, where
            assert stands["below"] <= 0, where
            assert stands["smallest"] >= 0.039, where
        drawn = page.locator("main > :is(div, ul)")
        seen.add(drawn.get_attribute("class") or "")
        following = page.locator("[data-next]").get_attribute("data-next") or ""
        if following.endswith("turn=1"):
            return seen
        page.goto(following)


def test_the_display_turns_only_to_a_page_that_is_there(
    open_browser: OpenBrowser, committed: Committed
) -> None:
    _paid(committed)
    page = open_browser(1920)
    page.clock.install()
    page.goto(f"/village/{VILLAGE}/screen")
    title = page.get_by_role("heading").inner_text()
    page.context.set_offline(True)
    page.clock.run_for(25_000)
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.get_by_role("heading")).to_have_text(title)
    page.context.set_offline(False)
    page.clock.run_for(25_000)
    page.wait_for_url("**/screen?part=2&turn=0")
    # Without script the browser turns the page.
    plain = open_browser(1920, script=False)
    plain.goto(f"/village/{VILLAGE}/screen?part=2")
    assert "http-equiv" in plain.content()
