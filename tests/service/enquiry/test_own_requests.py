"""A resident says what is wrong, the department's officer answers, and the resident reads the answer."""

from datetime import timedelta

import pytest
from httpx import Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation import clock
from service.residents.models import AccountChange, ResidentRequest, ReviewTask
from service.residents.requests.words import kept
from service.residents.requests.words import said as what_is_wrong
from service.residents.tasks.answer import answer, reopen
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import Resident, code_of, resident
from tests.service.web.browsing import Browser, SignInAs, token_in

pytestmark = pytest.mark.usefixtures("made")
START = "/me/wrong?code=MZ15&month=2026-10"
SAID = "存折上没有这笔钱"


def enter(browser: Browser, session: Session, one: Resident) -> None:
    browser.submit("/me", {"id_number": one.number})
    assert browser.submit("/me/code", {"code": code_of(session, one.number)}).status_code == 303


def press(browser: Browser, page: str, form: dict[str, str]) -> Response:
    """Press “send” on the third page."""
    token = token_in(page, "/me/wrong/send")
    answered: Response = browser.post("/me/wrong/send", data={**form, "form_token": token})
    return answered


def send(browser: Browser, about: str = "arrival", right: str = SAID, once: str = "a") -> None:
    """Answer the three questions."""
    form = {"code": "MZ15", "month": "2026-10", "about": about, "right": right}
    at = f"/me/wrong/right?code=MZ15&month=2026-10&about={about}"
    checked = browser.submit("/me/wrong/check", form, shown_at=at)
    assert right in checked.text
    sent = press(browser, checked.text, {**form, "once": once})
    assert (sent.status_code, sent.headers["location"]) == (303, "/me/requests?sent=1")


def test_three_questions_become_a_task_with_a_number_and_a_day(
    browser: Browser, session: Session
) -> None:
    one = resident(301)
    enter(browser, session, one)
    assert START.replace("&", "&amp;") in browser.get("/me/payments").text
    assert "钱没有到账" in browser.get(START).text
    send(browser)
    kept = session.scalars(select(ResidentRequest)).one()
    task = session.get_one(ReviewTask, kept.task_id)
    assert (task.feed, task.person_id, task.state) == ("BK_RET", one.person.id, "open")
    assert task.due_on == clock.today() + timedelta(days=15)
    assert SAID.encode() not in kept.right_sealed
    assert (kept.about, kept.wrong_sealed) == ("arrival", None)
    shown = text_of(browser.get("/me/requests?sent=1").text)
    assert kept.request_no in shown
    assert "钱没有到账" in shown
    assert "前在此答复" in shown


def test_what_is_wrong_is_read_in_the_language_of_the_reader(
    browser: Browser, session: Session
) -> None:
    enter(browser, session, resident(309))
    send(browser)
    browser.get("/me/requests?lang=en")
    shown = text_of(browser.get("/me/requests").text)
    assert "Said to be wrong: The money did not arrive" in shown
    assert "钱没有到账" not in shown


@pytest.mark.parametrize(
    ("about", "sealed", "said"),
    [
        ("amount", "", ("The amount is not right", "金额不对")),
        ("fact:sa.dibao", "低保在保：否", ("on the roll: no", "低保在保：否")),
        ("fact:hh.size", kept(("people: 3", "人数：3")), ("people: 3", "人数：3")),
    ],
)
def test_what_was_kept_in_chinese_alone_is_said_in_both(
    about: str, sealed: str, said: tuple[str, str]
) -> None:
    assert what_is_wrong(about, sealed, "on the roll") == said


def test_pressing_twice_is_one_request_and_asking_again_points_to_it(
    browser: Browser, session: Session
) -> None:
    enter(browser, session, resident(302))
    send(browser)
    send(browser)
    assert len(session.scalars(select(ResidentRequest)).all()) == 1
    form = {"code": "MZ15", "month": "2026-10", "about": "arrival", "right": SAID, "once": "b"}
    at = "/me/wrong/right?code=MZ15&month=2026-10&about=arrival"
    again = press(browser, browser.submit("/me/wrong/check", form, shown_at=at).text, form)
    assert again.status_code == 409
    assert "您已提出过同样的申请（Q" in again.text


def test_an_officer_answers_in_the_queue_and_the_resident_reads_the_words(
    browser: Browser, session: Session, sign_in_as: SignInAs
) -> None:
    one = resident(303)
    enter(browser, session, one)
    send(browser)
    officer = sign_in_as("steward")
    assert "居民申请待核实答复" in officer.get("/").text
    task = session.scalars(select(ReviewTask).where(ReviewTask.kind == "resident_asks")).one()
    assert SAID in officer.get(f"/tasks/{task.id}").text
    reason = "银行核实：10月16日已入账，请补登存折"
    officer.submit(f"/tasks/{task.id}", {"outcome": "explained", "reason": reason})
    shown = text_of(browser.get("/me/requests").text)
    assert reason in shown
    assert "已答复" in shown
    reopen(session, task.id, by=_steward(), reason="补充核实")
    assert reason not in browser.get("/me/requests").text


def test_an_account_is_never_changed_by_a_request(browser: Browser, session: Session) -> None:
    enter(browser, session, resident(304))
    assert (
        "不要在此填写银行卡号"
        in browser.get("/me/wrong/right?code=MZ15&month=2026-10&about=account").text
    )
    send(browser, about="account", right="我换了新的社保卡")
    task = session.scalars(select(ReviewTask).where(ReviewTask.kind == "resident_asks")).one()
    assert task.feed == "RS_CARD"
    answer(session, task.id, by=_steward(), outcome="will_correct", reason="请携卡到大厅")
    assert session.scalars(select(AccountChange)).all() == []


def test_nobody_reads_or_asks_about_what_is_somebody_elses(
    browser: Browser, session: Session
) -> None:
    enter(browser, session, resident(305))
    send(browser)
    browser.submit("/me/leave", shown_at="/me/payments")
    assert browser.get("/me/requests").headers["location"] == "/me"
    enter(browser, session, resident(306))
    assert SAID not in browser.get("/me/requests").text
    assert browser.get("/me/wrong?code=XX99&month=2026-10").status_code == 404
    assert browser.get("/me/wrong?code=MZ15&month=x").status_code == 422


@pytest.mark.parametrize(
    ("about", "right", "status"),
    [
        ("fact:nothing", SAID, 422),
        ("", SAID, 422),
        ("arrival", "", 422),
        ("arrival", "长" * 501, 422),
    ],
)
def test_what_says_too_little_is_asked_again(
    browser: Browser, session: Session, about: str, right: str, status: int
) -> None:
    enter(browser, session, resident(307))
    form = {"code": "MZ15", "month": "2026-10", "about": about, "right": right}
    refused = browser.submit(
        "/me/wrong/check", form, shown_at="/me/wrong/right?code=MZ15&month=2026-10&about=arrival"
    )
    assert refused.status_code == status
    assert session.scalars(select(ResidentRequest)).all() == []


def test_programs_ask_and_read_the_same(browser: Browser, session: Session) -> None:
    one = resident(308)
    browser.post("/api/enquiry/codes", json={"id_number": one.number})
    code = code_of(session, one.number)
    begun = browser.post("/api/enquiry/sessions", json={"id_number": one.number, "code": code})
    bearer = {"authorization": f"Bearer {begun.json()['token']}"}
    known = browser.get("/api/enquiry/choices?programme=MZ15&month=2026-10", headers=bearer)
    assert {"arrival", "amount", "account", "other"} <= {one["code"] for one in known.json()}
    asked = {"programme": "MZ15", "month": "2026-10", "about": "amount", "right": "应为200元"}
    sent = browser.post("/api/enquiry/requests", json=asked, headers=bearer)
    assert sent.status_code == 201, sent.text
    (told,) = browser.get("/api/enquiry/requests", headers=bearer).json()
    assert (told["number"], told["state"]) == (sent.json()["number"], "open")
    assert browser.post("/api/enquiry/requests", json=asked, headers=bearer).status_code == 409
    for about in ("other", "arrival", "account"):
        more = {**asked, "about": about}
        assert browser.post("/api/enquiry/requests", json=more, headers=bearer).status_code == 201
    assert browser.get("/api/enquiry/requests").status_code == 401


def _steward() -> Actor:
    return Actor(kind="officer", id="steward")
