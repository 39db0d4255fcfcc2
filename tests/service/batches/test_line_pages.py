"""A line's page: every condition with its values, whose data, what holds it – and how that ends."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.assessment.assess import assess
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.batches.line_view import BY_DATA
from service.batches.models import Batch, Payment
from service.batches.queries import holds_of_line
from service.foundation import clock
from service.residents.feeds import event_feeds
from tests.factories import residents
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import (
    PaymentFactory,
    account,
    channel,
    county_batch,
    due,
    frozen,
    payee,
)
from tests.factories.officers import staff
from tests.service.batches.reading import text_of
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import SignInAs


@pytest.fixture
def held(made: Session) -> tuple[Batch, Payment]:
    """A line that is held because the bank has not confirmed the account."""
    channel("rural")
    assessment = AssessmentFactory.create()
    due(assessment, payee(verdict=None))
    return _first_line(made, build(made, assessment, "MZ15", by=SYSTEM))


def test_a_line_shows_every_condition_with_values_and_whose_data_they_are(
    session: Session, data_dir: Path, sign_in_as: SignInAs
) -> None:
    residents.use(session)
    county = County(session)
    for feed in event_feeds():
        county.delivers(feed)
    person = county.person(birth="1940-06-01")
    channel("rural")
    account(person)
    built = build(session, assess(session, county.freeze("2026-11"), by=SYSTEM), "MZ15", by=SYSTEM)
    batch, payment = _first_line(session, built)
    said = text_of(sign_in_as("auditor").get(_address(batch, payment)).text)
    assert "满80周岁，未满100周岁 符合 周岁（" in said
    assert "出生日期：1940年6月1日 户籍登记，公安" in said
    assert "适用档次：80至89周岁" in said
    assert "应发60.00元" in said
    assert "文件“delivery-" in said
    assert "60.00 元 陆拾元整" in said
    english = sign_in_as("auditor", language="en").get(_address(batch, payment)).text
    assert "aged 80 to 99" in english


def test_what_the_most_sensitive_feeds_say_is_asked_for_with_a_reason(
    session: Session, data_dir: Path, sign_in_as: SignInAs
) -> None:
    residents.use(session)
    county = County(session)
    for feed in event_feeds():
        county.delivers(feed)
    person = county.person(birth="1950-01-01")
    county.says("SF_PRISON", person, from_date="2025-02-03", execution="收监")
    channel("rural")
    account(person)
    assessment = assess(session, county.freeze("2026-11"), by=SYSTEM)
    due(assessment, person, programme="MZ08")
    batch, payment = _first_line(session, build(session, assessment, "MZ08", by=SYSTEM))
    address, masked = _address(batch, payment), "高度敏感，此处不显示"
    maker = sign_in_as("maker")
    shown = maker.get(address).text
    assert masked in shown
    assert "2025-02-03" not in shown
    refused = maker.submit(f"{address}/reveal", {"purpose": ""}, shown_at=address)
    assert refused.status_code == 422
    assert "请写明用途" in refused.text
    assert masked in refused.text
    told = maker.submit(f"{address}/reveal", {"purpose": "核对羁押记录"}, shown_at=address)
    assert told.status_code == 200
    assert "2025-02-03" in told.text
    assert masked not in told.text
    assert masked in maker.get(address).text
    assert 'name="purpose"' not in sign_in_as("signer").get(address).text
    assert maker.post(f"/api{address}/reveal", json={"reason": " "}).status_code == 422
    assert (
        sign_in_as("signer").post(f"/api{address}/reveal", json={"reason": "核对"}).status_code
        == 403
    )
    by_program = maker.post(f"/api{address}/reveal", json={"reason": "核对羁押记录"}).json()
    assert "2025-02-03" in by_program["text"]
    assert masked not in by_program["text"]
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "resident.revealed"))
    assert [one.object_id for one in entries] == [str(person.id)] * 2


def test_where_the_snapshot_is_damaged_the_page_says_so_and_still_opens(
    made: Session, sign_in_as: SignInAs
) -> None:
    batch, payment = _first_line(made, county_batch(made, 1))
    answer = sign_in_as("auditor").get(_address(batch, payment))
    assert answer.status_code == 200
    assert "快照" in answer.text


def test_the_maker_releases_a_hold_with_a_reason(
    made: Session, held: tuple[Batch, Payment], sign_in_as: SignInAs
) -> None:
    batch, payment = held
    maker, address = staff().maker, _address(*held)
    browser = sign_in_as(officer=maker)
    answer = browser.submit(f"{address}/release", {"reason": "已与银行电话核实"}, shown_at=address)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    made.refresh(payment)
    assert payment.state == "ready"
    said = text_of(browser.get(address).text)
    assert "可发放" in said
    assert f"解除暂缓 {maker.name} · 县民政局" in said
    assert "已与银行电话核实" in said
    # What was released is not among the held lines any more.
    control = browser.get(f"/batches/{batch.batch_no}?control=account_unverified").text
    assert payment.reference not in control


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_release_without_a_reason_is_refused_beside_its_field(
    made: Session, held: tuple[Batch, Payment], sign_in_as: SignInAs, reason: str
) -> None:
    address = _address(*held)
    answer = sign_in_as("maker").submit(f"{address}/release", {"reason": reason}, shown_at=address)
    assert answer.status_code == 422
    assert '<a href="#reason">请填写理由' in answer.text
    assert "错误: " in answer.text
    made.refresh(held[1])
    assert held[1].state == "held"


def test_what_only_data_can_clear_has_no_button(made: Session, sign_in_as: SignInAs) -> None:
    channel("rural")
    assessment = AssessmentFactory.create()
    due(assessment, payee(verdict="mismatch"))
    batch, payment = _first_line(made, build(made, assessment, "MZ15", by=SYSTEM))
    page = sign_in_as("maker").get(_address(batch, payment)).text
    assert "“户名不符”不能人工解除" in page
    assert "/release" not in page


def test_others_see_the_hold_but_cannot_release_it(
    held: tuple[Batch, Payment], sign_in_as: SignInAs
) -> None:
    reviewer, maker = sign_in_as("reviewer"), sign_in_as("maker")
    page = reviewer.get(_address(*held)).text
    assert "账户未核验" in page
    assert "解除暂缓" not in text_of(page)
    # A form of one browser is worth nothing in another, whatever its duties.
    form = maker.submit(
        f"{_address(*held)}/release", {"reason": ""}, shown_at=_address(*held)
    ).request.content
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = reviewer.post(f"{_address(*held)}/release", content=form, headers=headers)
    assert answer.status_code == 403


def test_a_line_is_found_in_its_own_batch_only(made: Session, sign_in_as: SignInAs) -> None:
    one, payment = _first_line(made, county_batch(made, 1))
    other = county_batch(made, 1, programme="MZ16")
    browser = sign_in_as("auditor")
    assert browser.get(_address(one, payment)).status_code == 200
    for address in (
        _address(other, payment),
        f"/batches/{one.batch_no}/lines/0000000000000",
        f"/batches/{one.batch_no}/lines/{payment.id}",
        f"/batches/{one.batch_no}/lines/%3Cscript%3E",
    ):
        answer = browser.get(address)
        assert answer.status_code == 404
        assert "<script>" not in answer.text


def test_a_line_that_stayed_behind_says_when_it_moves(
    made: Session, held: tuple[Batch, Payment], sign_in_as: SignInAs
) -> None:
    batch, payment = held
    PaymentFactory.create(batch=batch)
    frozen(made, batch, staff())
    address = _address(batch, payment)
    browser = sign_in_as("maker")
    assert "再次一键编制本月名单时转入新批次" in browser.get(address).text
    browser.submit(f"{address}/release", {"reason": "已核实"}, shown_at=address)
    page = browser.get(address).text
    assert "/release" not in page
    assert "转入新批次" in page


def test_a_hold_that_the_data_cleared_says_so(
    made: Session, held: tuple[Batch, Payment], sign_in_as: SignInAs
) -> None:
    hold = holds_of_line(made, held[1])[0]
    hold.cleared_at, hold.cleared_by, hold.cleared_reason = clock.now(), BY_DATA, ""
    made.flush()
    assert "· 更正后的数据 " in text_of(sign_in_as("maker").get(_address(*held)).text)


def test_a_frozen_line_offers_no_release(made: Session, sign_in_as: SignInAs) -> None:
    people, batch = staff(), county_batch(made, 2)
    frozen(made, batch, people)
    _, payment = _first_line(made, batch)
    payment.settled_on, payment.result_reason = date(2026, 10, 16), "<b>入账</b>"
    made.flush()
    page = sign_in_as("maker").get(_address(batch, payment)).text
    assert "/release" not in page
    assert "&lt;b&gt;入账" in page


def _first_line(session: Session, batch: Batch | None) -> tuple[Batch, Payment]:
    assert batch is not None
    payment = session.scalars(
        select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)
    ).first()
    assert payment is not None
    return batch, payment


def _address(batch: Batch, payment: Payment) -> str:
    return f"/batches/{batch.batch_no}/lines/{payment.reference}"
