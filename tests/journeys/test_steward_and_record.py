"""A steward settles a delivery that waits, then opens a resident's record at two dates."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.foundation import clock
from service.foundation.ids import uuid7
from service.officers.models import Officer
from service.residents import feeds
from service.residents.importing import import_delivery
from service.residents.models import Division, ReviewTask
from tests.factories.officers import OfficerFactory
from tests.factories.residents import (
    AccountFactory,
    DeliveryFactory,
    FeedRecordFactory,
    HouseholdFactory,
    PersonFactory,
    PersonIdentifierFactory,
    id_number,
)
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
VILLAGE = "330523100200"
NUMBER = id_number(77, "19510405")
STRANGE = "服刑人员证件号,服刑人员姓名,收监日,释放日"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def steward(committed: Committed) -> Officer:
    """Fifty feeds with a past, a delivery that waits, a resident with a history, a question."""
    now = clock.now()
    with committed.transaction() as session:
        who: Officer = OfficerFactory.create(
            username="steward.one", name="舒卷", duties=["steward"], password_hash=password_hash()
        )
        for place, code in enumerate(feeds.every()):
            for week in range(3):
                DeliveryFactory.create(
                    feed=code,
                    received_at=now - timedelta(days=7 * week + place % 4),
                    rows_total=900 + week,
                    rows_accepted=890 - week,
                    rows_rejected=week,
                )
        rows = [f"{id_number(n, '19620101')},试样,2026-01-05," for n in range(12)]
        table = "\r\n".join([STRANGE, *rows]).encode()
        import_delivery(session, "SF_PRISON", table, "监狱_新格式.csv", by=SYSTEM)
        session.add(Division(code="330523100000", name="青禾镇", level="township", parent=None))
        session.add(Division(code=VILLAGE, name="石桥村", level="village", parent="330523100000"))
        session.flush()
        person = PersonFactory.create(name="舒青禾", division=VILLAGE)
        PersonIdentifierFactory.create(number=NUMBER, person=person)
        AccountFactory.create(person=person)
        home = HouseholdFactory.create(kind="hukou")
        for feed, data, known in (
            ("GA_HUKOU", {"sex": "女", "relation": "户主", "division": VILLAGE}, None),
            ("MZ_ELD", {"assess": "中", "assessed_on": "2026-08-20"}, None),
            ("WJ_PSY", {"level": 2}, None),
            ("MZ_ELD", {"assess": "轻", "assessed_on": "2025-03-01"}, now - timedelta(days=9)),
        ):
            delivery = DeliveryFactory.create(
                feed=feed, received_at=now - timedelta(days=40 if known else 9)
            )
            FeedRecordFactory.create(
                feed=feed, person=person, data=data, known_to=known, delivery=delivery,
                household=home if feed == "GA_HUKOU" else None, record_key=f"{feed}-1",
            )  # fmt: skip
        session.add(
            ReviewTask(
                state="open", kind="birth_differs", subject_key=uuid7().hex, person_id=person.id,
                feed="MZ_SA", details={}, opened_at=now, due_on=date(2020, 1, 1),
            )
        )  # fmt: skip
    return who


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, False)])
def test_strange_headers_are_explained_and_the_list_is_taken_over(
    open_browser: OpenBrowser, steward: Officer, width: int, script: bool
) -> None:
    page = open_browser(width, script=script)
    sign_in(page, steward)
    page.get_by_role("link", name="异常报送").click()
    expect(page.get_by_text("等待原因")).to_be_visible()
    page.get_by_label("释放日").select_option("to_date")
    page.get_by_label("原因").fill("县司法局李科长来电说明新表头。")
    page.get_by_role("button", name="采信").click()
    expect(page.get_by_role("heading", name="监狱_新格式.csv")).to_contain_text("已采")
    expect(page.get_by_text("县司法局李科长来电说明新表头。")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("link", name="异常报送")).to_have_count(0)


def test_a_resident_is_found_by_keyboard_and_shown_at_two_dates(
    open_browser: OpenBrowser, steward: Officer
) -> None:
    page = open_browser()
    sign_in(page, steward)
    page.goto("/residents")
    page.get_by_label("公民身份号码或出生医学证明编号").focus()
    page.keyboard.type(NUMBER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("舒**")
    assert NUMBER not in page.url
    expect(page.get_by_text("能力等级", exact=True)).to_be_visible()
    expect(page.get_by_text("此前：轻")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("舒青禾")
    known_then = clock.civil(clock.now() - timedelta(days=20)).date().isoformat()
    page.goto(f"{page.url}?known={known_then}")
    expect(page.locator("#care")).to_contain_text("轻")
    expect(page.locator("#care")).not_to_contain_text("2026-08-20")
    show_the_name(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("舒青禾")
    assert_accessible(page)
    page.goto(page.url.removesuffix("/reveal"))
    expect(page.locator("main")).not_to_contain_text("舒青禾")


def show_the_name(page: Page) -> None:
    """Ask for name and numbers with a reason."""
    page.get_by_label("姓名和证件号码").check()
    page.locator("#reason").fill("窗口核对本人身份")
    page.get_by_role("button", name="显示").click()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_every_page_keeps_the_promises(
    open_browser: OpenBrowser, steward: Officer, language: str, size: str
) -> None:
    page = open_browser(language=language)
    sign_in(page, steward)
    page.goto(f"/?text={size}")
    for address in (
        "/feeds",
        "/feeds?state=late",
        "/feeds/SF_PRISON",
        "/feeds/SF_PRISON/dictionary",
        "/tasks",
        "/proofs",
        "/residents",
    ):
        page.goto(address)
        assert_accessible(page)
        assert_calm(page)
    for start, link in (
        ("/feeds", "main ul.answers a"),
        ("/feeds/SF_PRISON", "tbody th a"),
        ("/tasks", "tbody th a"),
        ("/tasks", "tbody td a"),
    ):
        page.goto(start)
        page.locator(link).first.click()
        page.wait_for_url(lambda url: not url.endswith(start))  # noqa: B023 - called at once
        assert_accessible(page)
        assert_calm(page)
