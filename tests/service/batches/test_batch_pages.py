"""A batch's pages: what needs a person first, sums that add up, and never a whole name or account."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches import words
from service.batches.build import build
from service.batches.controls import CONTROLS
from service.batches.lifecycle import BATCH_MOVES, PAYMENT_MOVES
from service.batches.models import Batch, Payment
from service.batches.walk import LINES_PER_PAGE
from service.residents.models import Account
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import (
    BatchFactory,
    PaymentFactory,
    channel,
    county_batch,
    due,
    payee,
)
from tests.factories.officers import staff
from tests.service.batches.reading import counted, text_of
from tests.service.web.browsing import SignInAs


@pytest.fixture
def batch(made: Session) -> Batch:
    """Four lines to pay, one held because the bank has not confirmed its account."""
    channel("ccb")
    channel("rural")
    assessment = AssessmentFactory.create(
        month="2026-10", counts={"MZ15": {"due": 5, "not_due": 90, "unknown": 3, "amount_fen": 50_000}}
    )  # fmt: skip
    for _ in range(4):
        due(assessment, payee())
    due(assessment, payee(verdict=None))
    built = build(made, assessment, "MZ15", by=SYSTEM)
    assert built is not None
    return built


def test_a_batch_shows_what_needs_a_person_before_its_lines(
    batch: Batch, sign_in_as: SignInAs
) -> None:
    page = sign_in_as("maker").get(f"/batches/{batch.batch_no}").text
    assert page.index("账户未核验") < page.index('id="lines"')
    assert f"/batches/{batch.batch_no}?control=account_unverified#lines" in page
    assert "银行尚未确认该账户的户名与证号。" in page


def test_figures_leave_out_what_is_held_and_say_it(batch: Batch, sign_in_as: SignInAs) -> None:
    said = text_of(sign_in_as("maker").get(f"/batches/{batch.batch_no}").text)
    assert "应发 4 笔" in said
    assert "400.00 元 肆佰元整" in said
    assert "暂缓 1 笔 100.00 元，不在本次发放内" in said
    assert "不明 3 项" in said


def test_the_comparison_is_one_line_that_adds_up(batch: Batch, sign_in_as: SignInAs) -> None:
    said = text_of(sign_in_as("maker").get(f"/batches/{batch.batch_no}").text)
    assert (
        "上月 (0) 0.00 新增 (5) + 500.00 退出 (0) − 0.00 调整 (0) + 0.00 本月 (5) = 500.00" in said
    )
    assert "名单 (5) 500.00 暂缓 (1) − 100.00 应发 (4) = 400.00" in said
    batch.comparison = {**batch.comparison, "joined": {"count": 4, "amount_fen": 40_000}}
    said = text_of(sign_in_as("maker").get(f"/batches/{batch.batch_no}").text)
    assert "此式不平" in said


def test_names_are_masked_and_of_an_account_only_the_last_four_show(
    batch: Batch, made: Session, sign_in_as: SignInAs
) -> None:
    page = sign_in_as("maker").get(f"/batches/{batch.batch_no}").text
    for payment in made.scalars(select(Payment).where(Payment.batch_id == batch.id)):
        assert payment.payee_name
        assert payment.payee_name not in page
        tail = made.get_one(Account, payment.account_id).tail
        assert f"尾号 {tail}" in page


def test_lines_are_filtered_by_the_address(batch: Batch, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("auditor")
    held = text_of(browser.get(f"/batches/{batch.batch_no}?state=held").text)
    assert "共 1 笔" in held
    by_control = text_of(browser.get(f"/batches/{batch.batch_no}?control=account_unverified").text)
    assert "共 1 笔" in by_control
    ready = text_of(browser.get(f"/batches/{batch.batch_no}?state=ready").text)
    assert "共 4 笔" in ready
    assert "没有符合条件的明细" in browser.get(f"/batches/{batch.batch_no}?state=paid").text


def test_a_long_list_comes_in_pages_and_with_a_bounded_number_of_queries(
    made: Session, sign_in_as: SignInAs
) -> None:
    short, long = BatchFactory.create(), BatchFactory.create(run_no=7)
    PaymentFactory.create_batch(3, batch=short)
    PaymentFactory.create_batch(120, batch=long)
    of_short, of_long = f"/batches/{short.batch_no}", f"/batches/{long.batch_no}"
    browser = sign_in_as("maker")
    browser.get("/batches")
    # Each page begins without what an earlier one read and the collector may or may not have taken.
    made.expunge_all()
    with counted(made) as few:
        assert browser.get(of_short).status_code == 200
    made.expunge_all()
    with counted(made) as many:
        page = browser.get(of_long).text
    assert "共 120 条" in page
    assert page.count("/lines/") == LINES_PER_PAGE
    # Three of them ask whether the list is divided, and whether the year's money covers it.
    assert len(many) == len(few) <= 16


def test_what_is_odd_in_an_address_is_escaped_or_refused(
    batch: Batch, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("maker")
    evil = '"><script>alert(1)</script>'
    page = browser.get(f"/batches/{batch.batch_no}", params={"state": evil, "control": evil})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert browser.get(f"/batches/{evil}").status_code == 404
    assert "<script>alert" not in browser.get(f"/batches/{evil}").text
    assert browser.get(f"/batches/{batch.batch_no}", params={"after": "h1"}).status_code == 422
    refused = browser.get(f"/batches/{batch.batch_no}", params={"before": '"><b>'})
    assert refused.status_code == 422
    assert "><b>" not in refused.text


def test_what_a_payee_is_called_is_escaped(made: Session, sign_in_as: SignInAs) -> None:
    line = PaymentFactory.create(payee_name="<script>x", result_reason="<b>closed</b>")
    batch = made.get_one(Batch, line.batch_id)
    page = sign_in_as("maker").get(f"/batches/{batch.batch_no}").text
    assert "&lt;b&gt;closed" in page
    assert "<b>closed" not in page


def test_the_list_of_batches_is_the_newest_month_unless_asked(
    made: Session, sign_in_as: SignInAs
) -> None:
    for month, run_no in (("2031-09", 1), ("2031-10", 1)):
        BatchFactory.create(month=month, run_no=run_no)
    browser = sign_in_as("reviewer")
    newest = browser.get("/batches").text
    assert "MZ15-2031-10-01" in newest
    assert "MZ15-2031-09-01" not in newest
    every = browser.get("/batches?month=").text
    assert "MZ15-2031-10-01" in every
    assert "MZ15-2031-09-01" in every
    none = browser.get("/batches?month=2031-09&programme=MZ01").text
    assert "没有符合条件的批次" in none


def test_only_those_who_work_with_batches_may_read_them(batch: Batch, sign_in_as: SignInAs) -> None:
    for duty, status in (("auditor", 200), ("steward", 403), ("system_administrator", 403)):
        browser = sign_in_as(duty)
        assert browser.get("/batches").status_code == status
        assert browser.get(f"/batches/{batch.batch_no}").status_code == status


def test_the_maker_is_told_what_waits_to_be_submitted(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    said = text_of(sign_in_as("maker").get("/").text)
    assert f"提交 高龄津贴（80至99周岁） {batch.batch_no} 应发 400.00 元；暂缓 1 笔" in said
    assert batch.batch_no not in sign_in_as("reviewer").get("/").text


def test_every_state_act_and_control_has_its_words(made: Session) -> None:
    assert set(words.BATCH_STATES) == {to for _, to in BATCH_MOVES}
    assert set(words.LINE_STATES) == {to for _, to in PAYMENT_MOVES}
    assert set(BATCH_MOVES.values()) <= set(words.ACTS)
    for control in CONTROLS:
        assert words.hold_label(control.code)


def test_history_says_who_did_what_and_why(made: Session, sign_in_as: SignInAs) -> None:
    from service.approvals.decide import send_back
    from tests.factories.batches import PAY_DAY, frozen

    people, batch = staff(), county_batch(made, 2)
    frozen(made, batch, people)
    send_back(made, batch, by=people.reviewer, reason="两人账户待核", on=PAY_DAY)
    said = text_of(sign_in_as("maker").get(f"/batches/{batch.batch_no}").text)
    assert f"退回编制 {people.reviewer.name} · 县民政局" in said
    assert "两人账户待核" in said
    assert f"提交复核 {people.maker.name}" in said
