"""The one button of a month: pressed once, followed while it works, and never beside a running one."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import MonthRun
from service.foundation import clock
from service.residents.feeds import event_feeds
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.residents import DeliveryFactory
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs

MONTH = "2031-05"


@pytest.fixture
def delivered(made: Session) -> Session:
    """Every feed without which a month is not assessed."""
    for feed in event_feeds():
        DeliveryFactory.create(feed=feed)
    return made


def test_pressing_starts_a_run_and_shows_it(delivered: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    answer = browser.submit(f"/months/{MONTH}")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/months/{MONTH}"
    said = text_of(browser.get(f"/months/{MONTH}").text)
    assert "正在冻结当月数据" in said
    assert "可以离开本页" in said


def test_a_second_press_does_not_start_another_run(
    delivered: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("maker")
    token = browser.submit(f"/months/{MONTH}").request.content.decode()
    again = browser.post(
        f"/months/{MONTH}", content=token, headers={"content-type": "application/x-www-form-urlencoded"}
    )  # fmt: skip
    assert again.status_code == 303
    assert delivered.scalar(select(func.count()).where(MonthRun.month == MONTH)) == 1
    page = browser.get(f"/months/{MONTH}").text
    assert "disabled" in page
    assert "本月正在处理" in page


def test_the_progress_is_a_fragment_that_ends(delivered: Session, sign_in_as: SignInAs) -> None:
    run = MonthRun(
        month=MONTH, programmes=["MZ15", "MZ16"], requested_by="x", requested_at=clock.now(), stage="assessed"
    )  # fmt: skip
    delivered.add(run)
    delivered.flush()
    browser = sign_in_as("maker")
    part = browser.get(f"/months/{MONTH}", headers={"x-fragment": "run"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert 'value="2" max="4"' in part.text
    assert "data-refresh" in part.text
    run.stage, run.finished_at = "built", clock.now()
    delivered.flush()
    last = browser.get(f"/months/{MONTH}", headers={"x-fragment": "run"})
    assert last.status_code == 286
    assert "data-refresh" not in last.text


def test_a_failed_run_says_why_and_can_be_pressed_again(
    delivered: Session, sign_in_as: SignInAs
) -> None:
    delivered.add(
        MonthRun(
            month=MONTH, programmes=[], requested_by="x", requested_at=clock.now(), stage="failed",
            problem="snapshot_lacks_facts", finished_at=clock.now(),
        )
    )  # fmt: skip
    delivered.flush()
    page = sign_in_as("maker").get(f"/months/{MONTH}").text
    assert "快照缺少数据项" in page
    assert f'action="/months/{MONTH}"' in page


def test_without_the_feeds_the_button_says_what_is_missing(
    made: Session, sign_in_as: SignInAs
) -> None:
    page = sign_in_as("maker").get(f"/months/{MONTH}").text
    assert "以下数据源从未交付" in page
    assert f'action="/months/{MONTH}"' not in page


def test_only_the_maker_has_the_button(delivered: Session, sign_in_as: SignInAs) -> None:
    maker, reviewer = sign_in_as("maker"), sign_in_as("reviewer")
    assert f'action="/months/{MONTH}"' in maker.get(f"/months/{MONTH}").text
    assert "一键编制" not in reviewer.get(f"/months/{MONTH}").text
    assert reviewer.post(f"/months/{MONTH}").status_code == 403


def test_a_month_shows_every_batch_and_what_could_not_be_decided(
    made: Session, sign_in_as: SignInAs
) -> None:
    counts = {
        "MZ15": {"due": 2, "not_due": 5, "unknown": 4, "amount_fen": 20_000},
        "MZ16": {"due": 0, "not_due": 7, "unknown": 0, "amount_fen": 0},
        "MZ01": {"due": 0, "not_due": 7, "unknown": 9, "amount_fen": 0},
    }
    assessment = AssessmentFactory.create(month=MONTH, counts=counts)
    batch = BatchFactory.create(month=MONTH, run_no=1, assessment=assessment)
    PaymentFactory.create(batch=batch)
    PaymentFactory.create(batch=batch, state="held")
    browser = sign_in_as("steward")
    said = text_of(browser.get(f"/months/{MONTH}").text)
    assert "高龄津贴（80至99周岁） MZ15-2031-05-01 待提交 2 200.00 1 4" in said
    assert "最低生活保障金 — 无应发对象 0 — — 9" in said
    assert "本月无应发对象的项目：百岁老人长寿保健补助" in said
    assert "合计 2 200.00 1 13" in said
    months = text_of(browser.get("/months").text)
    assert "2031年5月 1 2 200.00 1" in months


def test_what_is_no_month_is_said_so(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    answer = browser.get("/months/2031-13")
    assert answer.status_code == 422
    assert "不是月份" in answer.text
