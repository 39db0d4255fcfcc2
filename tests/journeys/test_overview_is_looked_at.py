"""Finance looks at what was paid: three parts, in both languages, in large text, and on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.enquiry.overview.count import count_month
from service.officers.models import Officer
from service.residents.models import Division
from tests.factories.banks import BankFileFactory
from tests.factories.batches import PAY_DAY, BatchFactory, PaymentFactory, channel, payee
from tests.factories.officers import OfficerFactory
from tests.factories.residents import FeedRecordFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm, assert_light
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


def _paid(committed: Committed) -> Officer:
    with committed.transaction() as session:
        session.add(Division(code="330523100000", name="青禾镇", level="township", parent=None))
        officer: Officer = OfficerFactory.create(
            username="finance.one",
            name="对账明",
            duties=["reconciler"],
            password_hash=password_hash(),
        )
        bank = channel()
        for month in ("2026-09", "2026-10"):
            batch = BatchFactory.create(month=month)
            file = BankFileFactory.create(batch=batch, channel_id=bank.id, execution_date=PAY_DAY)
            for number in range(6):
                person = payee()
                FeedRecordFactory.create(
                    person=person,
                    data={"birth": f"19{40 + number}-01-01", "sex": "男女"[number % 2]},
                )
                line = PaymentFactory.create(
                    batch=batch,
                    payee_person_id=person.id,
                    bank_file_id=file.id,
                    settled_on=PAY_DAY,
                )
                for then in ("frozen", "sent", "paid"):
                    line.state = then
                    session.flush()
            count_month(session, month)
    return officer


def test_the_overview_is_looked_at(open_browser: OpenBrowser, committed: Committed) -> None:
    officer = _paid(committed)
    page = open_browser()
    sign_in(page, officer)
    page.goto("/overview")
    looks = (
        ("en", "normal", ("Money", "People", "How fast")),
        ("zh", "normal", ("金额", "人数", "时效")),
        ("zh", "large", ("金额", "人数", "时效")),
    )
    for language, size, words in looks:
        page.goto(f"/overview?lang={language}&text={size}")
        for word in words:
            page.get_by_role("navigation").get_by_role("link", name=word, exact=True).click()
            assert_accessible(page)
            assert_calm(page)
    page.goto("/overview?text=normal")
    picture = page.get_by_role("img", name="各项目每月到卡金额")
    expect(picture).to_be_visible()
    page.get_by_text("以表格显示").first.click()
    expect(page.get_by_role("cell", name="600.00").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载文件 各项目每月到卡金额").click()
    assert "2026-10,600.00" in download.value.path().read_text("utf-8")
    page.emulate_media(media="print")
    expect(picture).to_be_visible()
    page.emulate_media(media="screen")
    assert_light(page, page.url)
