"""Failed payments go out as a workbook, come back with a fault, are mended, agreed to and issued again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.build import build
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.sent import mark_sent
from service.officers.models import Officer
from service.reconciliation.reply import receive_reply
from tests.bank_adapters.makers import Told, pain002
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel, due, fresh_feeds, payee, signed
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.reconciliation.corrections.filling import entry, filled
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


def officer(duty: str) -> Officer:
    made: Officer = OfficerFactory.create(
        username=f"{duty}.one", name="周敏", duties=[duty], password_hash=password_hash()
    )
    return made


@pytest.fixture
def refused(committed: Committed) -> list[Payment]:
    """Two payments that the bank refused."""
    with committed.transaction() as session:
        fresh_feeds(session)
        bank = channel("rural")
        assessment = AssessmentFactory.create(month="2026-10")
        for name in ("王秀兰", "李建国"):
            due(assessment, payee(name=name), 12_345, programme="MZ15")
        batch = build(session, assessment, "MZ15", by=SYSTEM)
        assert batch is not None
        signed(session, batch)
        (file,) = queries.of_batch(session, batch)
        move(session, file, "sending", by=SYSTEM)
        move(session, file, "delivered", by=SYSTEM)
        mark_sent(session, file)
        lines = session.query(Payment).order_by(Payment.id).all()
        said = [Told(one.reference, "123.45", "RJCT", "AC04", "") for one in lines]
        content = pain002(said, file_reference=file.file_reference)
        receive_reply(session, bank, "reply.xml", content, by=SYSTEM)
        lines = session.query(Payment).populate_existing().order_by(Payment.id).all()
        session.expunge_all()
    return lines


def looked_at(page: Page) -> None:
    assert_accessible(page)
    assert_calm(page)


def test_from_the_workbook_to_the_new_batch(
    open_browser: OpenBrowser, committed: Committed, refused: list[Payment], tmp_path: Path
) -> None:
    with committed.transaction():
        maker, reviewer, reconciler = (
            officer(duty) for duty in ("maker", "reviewer", "reconciler")
        )
    page = open_browser()
    sign_in(page, maker)
    page.goto("/exceptions")
    page.get_by_role("link", name="用工作簿更正账户").click()
    expect(page.get_by_role("button", name="导出失败付款")).to_be_visible()
    looked_at(page)
    with page.expect_download() as coming:
        page.get_by_role("button", name="导出失败付款").click()
    first, second = refused
    content = filled(
        coming.value.path().read_bytes(),
        entry(first),
        {**entry(second, 2), "bank_code": "105331000011"},
    )
    back = tmp_path / "更正表.xlsx"
    back.write_bytes(content)
    page.set_input_files("#file", back)
    page.get_by_role("button", name="读取更正表").click()
    expect(page.get_by_role("heading", name="更正表.xlsx")).to_be_visible()
    expect(page.get_by_text("K5 “105331000011”：“开户行行号”的校验位不正确。")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name="第 5 行").click()
    expect(page.get_by_role("alert")).to_contain_text("校验位不正确")
    looked_at(page)
    page.get_by_label("开户行行号").fill(str(entry(second)["bank_code"]))
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="提交 2 笔账户变更").click()
    expect(page.get_by_text("待复核").first).to_be_visible()
    looked_at(page)

    other = open_browser()
    sign_in(other, reviewer)
    for left in (2, 1):
        other.goto("/account-changes")
        expect(other.locator("tbody tr")).to_have_count(left)
        other.locator("tbody th a").first.click()
        other.get_by_role("button", name="同意变更").click()
        expect(other.get_by_role("button", name="同意变更")).to_have_count(0)

    page.reload()
    expect(page.get_by_text("账户已变更，待补发").first).to_be_visible()
    finance = open_browser(360)
    sign_in(finance, reconciler)
    finance.goto("/reconciliation/failed")
    expect(finance.get_by_role("link", name="用工作簿更正账户")).to_be_visible()
    finance.get_by_role("button", name="重新发放 2 笔").click()
    expect(finance.get_by_role("status")).to_contain_text("已建立批次")
    page.reload()
    expect(page.get_by_text("已补发，流水号").first).to_be_visible()
