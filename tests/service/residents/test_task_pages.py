"""Questions, proofs and dictionaries on pages: by department and deadline, and answered once."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.ids import uuid7
from service.residents import feeds
from service.residents.models import ReviewTask
from tests.factories import residents
from tests.factories.residents import DeliveryFactory, FeedRecordFactory, PersonFactory
from tests.service.web.browsing import MakeOfficer, SignInAs

HERE, THERE = "330523100200", "330523200200"


@pytest.fixture(autouse=True)
def made(session: Session) -> None:
    residents.use(session)


def ask(session: Session, *, due: date | None = None, **more: Any) -> ReviewTask:
    values: dict[str, Any] = {
        "kind": "birth_differs", "feed": "MZ_SA", "other_feed": "GA_HUKOU", "field": "birth",
        "details": {}, "state": "open",
    }  # fmt: skip
    task = ReviewTask(
        subject_key=uuid7().hex,
        opened_at=clock.now() - timedelta(days=20),
        due_on=due or clock.today() + timedelta(days=9),
        **values | more,
    )
    session.add(task)
    session.flush()
    return task


def test_overdue_questions_come_first_and_filters_stand_in_the_address(
    session: Session, sign_in_as: SignInAs
) -> None:
    person = PersonFactory.create(name="舒青禾", division=HERE)
    later = ask(session, person_id=person.id)
    late = ask(session, due=clock.today() - timedelta(days=3), feed="CL_CERT")
    browser = sign_in_as("steward")
    shown = browser.get("/tasks").text
    assert shown.index(f"/tasks/{late.id}") < shown.index(f"/tasks/{later.id}")
    assert "已逾期" in shown
    assert "舒**" in shown
    assert "舒青禾" not in shown
    only = browser.get("/tasks?department=残联").text
    assert f"/tasks/{late.id}" in only
    assert f"/tasks/{later.id}" not in only
    assert "没有符合条件的问题" in browser.get("/tasks?kind=sex_differs").text
    assert "没有符合条件的问题" in browser.get("/tasks?state=answered").text
    assert browser.get("/tasks?department=没有").status_code == 404
    assert "部门逾期未答复的问题" in browser.get("/").text
    assert "部门逾期未答复的问题" not in sign_in_as("maker").get("/").text


def test_a_question_shows_what_each_side_says_and_is_answered_with_a_reason(
    session: Session, sign_in_as: SignInAs
) -> None:
    person = PersonFactory.create(division=HERE)
    sides = [
        FeedRecordFactory.create(feed=feed, person=person, data={"birth": birth, "status": "正常"})
        for feed, birth in (("WJ_BIRTH", "1951-04-05"), ("GA_HUKOU", "1951-05-04"))
    ]
    task = ask(session, person_id=person.id, details={"records": [one.id for one in sides]})
    browser, address = sign_in_as("steward"), f"/tasks/{task.id}"
    shown = browser.get(address).text
    assert "1951-04-05" in shown
    assert "1951-05-04" in shown
    assert "在更正前以户籍登记为准" in shown
    assert "户籍状态" not in shown, "only the field that contradicts"
    refused = browser.submit(address, {"outcome": "stands", "reason": " "}, shown_at=address)
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    answer = {"outcome": "will_correct", "reason": "民政局王科长答复：录入错误。"}
    assert browser.submit(address, answer, shown_at=address).status_code == 303
    session.refresh(task)
    assert (task.state, task.outcome) == ("answered", "will_correct")
    again = browser.get(address).text
    assert "本部门数据有误" in again
    assert "周敏" in again
    reopened = browser.submit(
        address, {"outcome": "reopen", "reason": "至今没有更正"}, shown_at=address
    )
    assert reopened.status_code == 303
    session.refresh(task)
    assert task.state == "open"


def test_what_a_most_sensitive_feed_says_is_not_on_the_questions_page(
    session: Session, sign_in_as: SignInAs
) -> None:
    record = FeedRecordFactory.create(feed="WJ_PSY", data={"level": 3, "assessed_on": "2026-01-09"})
    task = ask(session, feed="WJ_PSY", field=None, details={"records": [record.id]})
    shown = sign_in_as("steward").get(f"/tasks/{task.id}").text
    assert "高度敏感" in shown
    assert "2026-01-09" not in shown


@pytest.mark.parametrize(
    "duty", ["maker", "reviewer", "signer", "reconciler", "steward", "auditor"]
)
def test_a_question_about_somebody_of_another_division_does_not_exist(
    session: Session, sign_in_as: SignInAs, make_officer: MakeOfficer, duty: str
) -> None:
    foreign = ask(session, person_id=PersonFactory.create(division=THERE).id)
    nobody = ask(session, feed="RS_CARD")
    own = ask(session, person_id=PersonFactory.create(division=HERE).id)
    browser = sign_in_as(officer=make_officer(duty, division=HERE[:9]))
    shown = browser.get("/tasks").text
    assert f"/tasks/{own.id}" in shown
    for hidden in (foreign, nobody):
        assert f"/tasks/{hidden.id}" not in shown
        assert browser.get(f"/tasks/{hidden.id}").status_code == 404
    assert browser.get(f"/tasks/{uuid7()}").status_code == 404
    assert browser.get(f"/tasks/{own.id}").status_code == 200


def test_only_the_steward_writes_answers_down(session: Session, sign_in_as: SignInAs) -> None:
    task = ask(session)
    for duty in ("maker", "reviewer", "auditor"):
        shown = sign_in_as(duty).get(f"/tasks/{task.id}")
        assert shown.status_code == 200
        assert "<textarea" not in shown.text


def test_papers_come_back_as_soon_as_a_feed_is_missing_or_stale(sign_in_as: SignInAs) -> None:
    now = clock.now()
    for code, feed in feeds.every().items():
        if code == "MZ_MAR":
            continue
        days = feed.gate_days + 1 if code == "CL_CERT" else 0
        DeliveryFactory.create(feed=code, received_at=now - timedelta(days=days))
    browser = sign_in_as("steward")
    shown = browser.get("/proofs").text
    rows = shown[shown.index("<tbody>") :].split("</tr>")
    marriage = next(row for row in rows if "婚姻状况证明" in row)
    disabled = next(row for row in rows if "残疾状况证明" in row)
    alive = next(row for row in rows if "健在" in row)
    assert "缺少数据" in marriage
    assert 'href="/feeds/MZ_MAR"' in marriage
    assert "数据过旧" in disabled
    assert "已由数据替代" in alive
    assert "将需恢复提供的证明数" in shown
    assert len(shown.encode()) < 40_000
    assert "残疾状况证明" not in browser.get("/proofs?state=missing").text
    assert browser.get("/proofs?state=x").status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_dictionary_and_template_can_be_read(sign_in_as: SignInAs, language: str) -> None:
    browser = sign_in_as("maker", language=language)
    for code, feed in feeds.every().items():
        shown = browser.get(f"/feeds/{code}/dictionary")
        assert shown.status_code == 200
        assert all(column.header in shown.text for column in feed.columns)
        assert len(shown.content) < 40_000
    answer = browser.get("/feeds/GA_HUKOU/template.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="GA_HUKOU-template.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:2] == ["公民身份号码*", "姓名*"]
    assert browser.get("/feeds/NO_FEED/dictionary").status_code == 404
    assert browser.get("/feeds/NO_FEED/template.xlsx").status_code == 404
