"""A reconciler looks at what banks answered: a file in quarantine, a failure, a day to close."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.app import create_app
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.ledger.queries import channels
from service.officers.models import Officer
from service.reconciliation.reply import receive_reply
from tests.bank_adapters.makers import Told, pain002
from tests.factories.batches import county_batch, signed
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm, assert_light
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
PAGES = (
    "/dispatch",
    "/dispatch?state=unknown",
    "/reconciliation",
    "/reconciliation/files",
    "/reconciliation/failed",
    "/reconciliation/days",
    "/ledger",
)


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


def officer(duty: str, name: str) -> Officer:
    made: Officer = OfficerFactory.create(
        username=f"{duty}.one", name=name, duties=[duty], password_hash=password_hash()
    )
    return made


@pytest.fixture
def reconciler(committed: Committed) -> Officer:
    """Two files at the banks: one unknown, one answered; and a second answer with wrong totals."""
    with committed.transaction() as session:
        who = officer("reconciler", "堆掌明")
        batch = county_batch(session, 6)
        signed(session, batch)
        for file in queries.of_batch(session, batch):
            move(session, file, "sending", by=SYSTEM)
            move(session, file, "unknown" if file.profile == "ccb" else "delivered", by=SYSTEM)
            mark_sent(session, file)
            if file.profile == "ccb":
                continue
            bank = next(one for one in channels(session) if one.id == file.channel_id)
            said = [
                Told(line.reference, f"{line.amount_fen // 100}.{line.amount_fen % 100:02d}", *how)
                for line, how in zip(
                    payments_of(session, file),
                    (("ACSC",), ("RJCT", "AC04"), ("ACSC",)),
                    strict=True,
                )
            ]
            wrong = pain002(said, file_reference=file.file_reference, count="9", total="1.00")
            wrong = wrong.replace(b"</InstdAmt>", b".0</InstdAmt>", 1)
            receive_reply(session, bank, "reply-wrong.xml", wrong, by=SYSTEM)
            right = pain002(said, file_reference=file.file_reference)
            receive_reply(session, bank, "reply-right.xml", right, by=SYSTEM)
    return who


def payments_of(session: Session, file: BankFile) -> list[Payment]:
    """Return a file's payments in the order in which they were written."""
    which = Payment.bank_file_id == file.id
    return list(session.scalars(select(Payment).where(which).order_by(Payment.id)))


@pytest.mark.parametrize("width", [1280, 360])
def test_from_the_queue_to_the_faults_of_a_file(
    open_browser: OpenBrowser, reconciler: Officer, width: int
) -> None:
    page = open_browser(width)
    sign_in(page, reconciler)
    page.get_by_role("link", name="被隔离的银行文件").click()
    expect(page.get_by_role("link", name="reply-wrong.xml")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="reply-wrong.xml").click()
    expect(page.get_by_text("该文件未被采信")).to_be_visible()
    expect(page.get_by_role("alert").get_by_role("listitem").first).to_be_visible()
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("tr:target mark")).to_contain_text(".0</InstdAmt>")
    expect(page.locator("tr:target + .notes")).to_contain_text("应为：以元为单位、两位小数")
    assert_accessible(page)
    assert_calm(page)
    page.goto("/reconciliation/failed")
    expect(page.get_by_text("账户已销户").first).to_be_visible()
    expect(page.get_by_text("换卡或解除限制").first).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_every_page_keeps_the_promises(
    open_browser: OpenBrowser, reconciler: Officer, language: str, size: str
) -> None:
    page = open_browser(language=language)
    sign_in(page, reconciler)
    page.goto(f"/?text={size}")
    for address in PAGES:
        page.goto(address)
        assert_accessible(page)
        assert_calm(page)
    page.goto("/dispatch")
    page.locator("tbody th a").first.click()
    expect(page.locator("#resend")).to_be_visible()
    assert_accessible(page)
    assert_calm(page)


@pytest.mark.parametrize(
    ("duty", "addresses"),
    [("steward", ("/feeds", "/feeds/MZ_ELD")), ("auditor", ("/audit", "/ledger"))],
)
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_of_stewards_and_auditors_keep_them_too(
    open_browser: OpenBrowser,
    committed: Committed,
    duty: str,
    addresses: tuple[str, ...],
    language: str,
) -> None:
    with committed.transaction():
        who = officer(duty, "舒卷")
    page = open_browser(language=language)
    sign_in(page, who)
    for address in addresses:
        page.goto(address)
        assert_accessible(page)
        assert_calm(page)
        page.goto(f"{address}?text=large")
        assert_accessible(page)
        assert_calm(page)
        page.goto(f"{address}?text=normal")


def test_a_day_is_refused_and_a_file_brought_without_script(
    open_browser: OpenBrowser, reconciler: Officer
) -> None:
    page = open_browser(360, script=False)
    sign_in(page, reconciler)
    page.goto("/reconciliation/days")
    page.get_by_role("button", name="关账").first.click()
    expect(page.get_by_role("alert")).to_contain_text("银行对账单尚未收到")
    page.goto("/reconciliation/files")
    page.get_by_label("对账单").check()
    page.set_input_files(
        "#file", {"name": "st.xml", "mimeType": "text/xml", "buffer": b"<not a statement/>"}
    )
    page.get_by_role("button", name="读取文件").click()
    expect(page.get_by_role("heading", name="st.xml")).to_contain_text("已隔离")


def test_the_list_of_failures_comes_with_few_bytes(
    open_browser: OpenBrowser, reconciler: Officer
) -> None:
    page = open_browser()
    sign_in(page, reconciler)
    expect(page.get_by_role("heading", name="待我处理")).to_be_visible()
    assert_light(page, "/reconciliation/failed")
