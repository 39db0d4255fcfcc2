"""The steward's and reviewer's acts by a program: deliveries, questions, sources, waivers."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.ids import uuid7
from service.foundation.jobs import Job
from service.residents import feeds
from service.residents.models import Delivery, FeedSource, FeedWaiver
from tests.factories import residents
from tests.factories.residents import DeliveryFactory
from tests.service.residents.test_feed_pages import BAD, rows_of, table
from tests.service.residents.test_task_pages import ask
from tests.service.web.browsing import Browser, SignInAs

HOME = "/api/feeds/SF_PRISON/deliveries"
KEY = {"idempotency-key": "s-1"}


@pytest.fixture(autouse=True)
def made(session: Session) -> None:
    residents.use(session)


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


def bring(browser: Browser, content: bytes) -> Any:
    return browser.post(HOME, files={"file": ("司法局_2026.csv", content)})


def test_a_program_brings_a_file_and_takes_the_rejected_rows(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    content = table(*rows_of(30), f"{BAD},试样甲,2026-01-05,")
    kept = bring(browser, content)
    assert kept.status_code == 201
    one = kept.json()
    assert (one["state"], one["rows_accepted"], one["rows_rejected"]) == ("imported", 30, 1)
    assert bring(browser, content).json()["id"] == one["id"]
    assert len(session.scalars(select(Delivery)).all()) == 1
    assert [each["id"] for each in browser.get(HOME).json()] == [one["id"]]
    book = browser.post(f"{HOME}/{one['id']}/rejected", json={})
    assert book.content[:2] == b"PK"
    assert code(bring(browser, b"")) == (422, "file_empty")
    refused = bring(browser, "甲,乙\r\n1,2\r\n".encode()).json()
    assert refused["state"] == "refused"
    assert refused["sentence_zh"]
    assert browser.post(HOME).status_code == 422
    other = browser.post("/api/feeds/NONE/deliveries", files={"file": ("x.csv", content)})
    assert code(other) == (404, "not_found")
    assert code(bring(sign_in_as("maker"), content))[0] == 403


def test_a_program_decides_about_a_delivery_that_waits(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    waits = bring(browser, table(*rows_of(3), *[f"{BAD},试样,2026-01-05,"] * 3)).json()
    assert waits["state"] == "waiting"
    path = f"{HOME}/{waits['id']}/decision"
    assert code(browser.post(path, json={"answer": "decline", "reason": ""})) == (
        422, "reason_missing",
    )  # fmt: skip
    assert browser.post(path, json={"answer": "maybe", "reason": "x"}).status_code == 422
    body = {"answer": "decline", "reason": "请部门更正后重新报送"}
    assert code(sign_in_as("maker").post(path, json=body))[0] == 403
    declined = browser.post(path, json=body, headers=KEY)
    assert declined.json()["state"] == "declined"
    assert browser.post(path, json=body, headers=KEY).json() == declined.json()
    assert code(browser.post(path, json=body))[0] == 409


def test_a_program_answers_a_question_and_opens_it_again(
    session: Session, sign_in_as: SignInAs
) -> None:
    task = ask(session)
    browser, path = sign_in_as("steward"), f"/api/tasks/{task.id}"
    assert [one["id"] for one in browser.get("/api/tasks").json()] == [str(task.id)]
    body = {"outcome": "stands", "reason": "经核实，户籍为准"}
    assert code(browser.post(f"{path}/answer", json={**body, "outcome": "x"})) == (
        422, "answer_incomplete",
    )  # fmt: skip
    assert code(sign_in_as("maker").post(f"{path}/answer", json=body))[0] == 403
    done = browser.post(f"{path}/answer", json=body, headers=KEY)
    assert (done.json()["state"], done.json()["outcome"]) == ("answered", "stands")
    assert browser.post(f"{path}/answer", json=body, headers=KEY).json() == done.json()
    assert code(browser.post(f"{path}/answer", json=body))[0] == 409
    again = browser.post(f"{path}/reopen", json={"reason": "部门另有说明"})
    assert again.json()["state"] == "open"


def test_a_program_asks_for_a_look_at_a_source(session: Session, sign_in_as: SignInAs) -> None:
    for name, kind in (("folder_one", "folder"), ("push_one", "push")):
        session.add(
            FeedSource(
                id=uuid7(), code=name, kind=kind, feeds=["MZ_SA"], terms={}, active=True,
                registered_by="x", registered_at=clock.now(), division="",
            )
        )  # fmt: skip
    session.flush()
    browser = sign_in_as("steward")
    assert browser.post("/api/sources/folder_one/run", json={}).status_code == 202
    assert session.scalars(select(Job).where(Job.kind == "residents.collect")).one()
    assert code(browser.post("/api/sources/push_one/run", json={})) == (409, "source_sends_itself")
    assert code(browser.post("/api/sources/none/run", json={})) == (404, "not_found")
    assert code(sign_in_as("maker").post("/api/sources/folder_one/run", json={}))[0] == 403
    assert [one["code"] for one in browser.get("/api/sources").json()] == ["folder_one", "push_one"]


def test_a_reviewers_program_answers_for_a_stale_feed_and_takes_it_back(
    session: Session, sign_in_as: SignInAs
) -> None:
    for feed in feeds.event_feeds():
        age = timedelta(days=10 if feed == "GA_DEREG" else 0)
        DeliveryFactory.create(feed=feed, received_at=clock.now() - age)
    browser, until = sign_in_as("reviewer"), clock.today() + timedelta(days=3)
    body = {
        "feed": "GA_DEREG",
        "until": until.isoformat(),
        "reason": "户籍系统停机，公安已书面说明",
    }
    assert code(browser.post("/api/waivers", json={**body, "reason": "短"})) == (
        422,
        "waiver_refused",
    )
    assert code(browser.post("/api/waivers", json={**body, "feed": "NONE"})) == (404, "not_found")
    assert code(sign_in_as("maker").post("/api/waivers", json=body))[0] == 403
    made = browser.post("/api/waivers", json=body, headers=KEY)
    assert made.status_code == 201
    assert browser.post("/api/waivers", json=body, headers=KEY).json() == made.json()
    assert len(session.scalars(select(FeedWaiver)).all()) == 1
    assert browser.get("/api/waivers").json() == [made.json()]
    end = f"/api/waivers/{made.json()['id']}/end"
    assert browser.post(end, json={"reason": "系统已恢复"}).json()["ended"] is True
    assert browser.get("/api/waivers").json() == []
