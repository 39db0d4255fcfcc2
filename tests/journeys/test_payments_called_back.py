"""Two officers call a payment back by letter, and record at the desk what the bank answered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.app import create_app
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.officers.models import Officer
from tests.factories.batches import county_batch, signed
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.web.browsing import PASSWORD, password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def reconciler(committed: Committed) -> Officer:
    """A reconciler and a signer; both files of a batch are at their banks."""
    with committed.transaction() as session:
        people = [
            OfficerFactory.create(
                username=f"{duty}.one", name=name, duties=[duty], password_hash=password_hash()
            )
            for duty, name in (("reconciler", "堆掌明"), ("signer", "签发人"))
        ]
        batch = county_batch(session, 4)
        signed(session, batch)
        for file in queries.of_batch(session, batch):
            move(session, file, "sending", by=SYSTEM)
            move(session, file, "delivered", by=SYSTEM)
            mark_sent(session, file)
    found: Officer = people[0]
    return found


def _second_officer_signs(page: Page) -> None:
    page.fill("#username", "signer.one")
    page.fill("#password", PASSWORD)
    page.click("main form button.danger")
    page.get_by_role("dialog").get_by_role("button").first.click()


def test_a_payment_is_called_back_by_letter(
    open_browser: OpenBrowser, committed: Committed, reconciler: Officer
) -> None:
    with committed.transaction() as session:
        file_id, reference = next(
            (str(one.bank_file_id), one.reference)
            for one in session.scalars(select(Payment).order_by(Payment.id))
            for file in [session.get_one(BankFile, one.bank_file_id)]
            if file.profile == "ccb"
        )
    page = open_browser(360)
    sign_in(page, reconciler)
    page.goto(f"/dispatch/{file_id}")
    page.get_by_role("link", name="向银行申请撤销付款").click()
    page.fill("#references", reference)
    page.fill("#reason", "发放后核实已去世")
    assert_accessible(page)
    _second_officer_signs(page)
    expect(page.get_by_text("函请银行").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="打印申请函").click()
    expect(page.get_by_text(reference)).to_be_visible()
    assert_accessible(page)
    page.go_back()
    page.get_by_label("银行拒绝").check()
    page.fill("#evidence", "建行回函 2026-17 号")
    _second_officer_signs(page)
    expect(page.get_by_text("已拒绝（至少部分）")).to_be_visible()
    page.get_by_role("button", name="已告知申请人").click()
    expect(page.get_by_text("其中每笔付款均已有最终答复")).to_be_visible()
    wide = open_browser(1280, language="en")
    sign_in(wide, reconciler)
    for address in ("/dispatch/recalls", f"/dispatch/{file_id}", f"/dispatch/{file_id}/recall"):
        wide.goto(address)
        assert_accessible(wide)
        assert_calm(wide)
    assert_calm(page)
