"""Sources on a page: what the last look came to, and asking for one now."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.foundation.ids import uuid7
from service.foundation.jobs import Job
from service.residents.models import FeedSource
from tests.service.web.browsing import SignInAs, token_in


@pytest.fixture
def made(session: Session) -> None:
    """A folder that failed, a department's system that pushes, a database given up."""
    for code, kind, active, faults in (
        ("folder_one", "folder", True, {"folder_unreadable": 1}),
        ("push_one", "push", True, {}),
        ("database_one", "database", False, {}),
    ):
        session.add(
            FeedSource(
                id=uuid7(), code=code, kind=kind, feeds=["MZ_SA"], terms={}, active=active,
                registered_by="x", registered_at=clock.now(), last_run_at=clock.now(), division="",
                last_outcome={"sentence": "Look said.", "sentence_zh": "上次查看。", "faults": faults},
            )
        )  # fmt: skip
    session.flush()


def test_each_source_says_what_its_last_look_came_to(made: None, sign_in_as: SignInAs) -> None:
    shown = sign_in_as("steward").get("/sources").text
    assert "上次查看" in shown
    assert shown.count('class="bad"') == 1
    assert "停用" in shown
    assert '<a href="/sources">' in sign_in_as("steward").get("/feeds").text


def test_the_steward_asks_for_a_look_now_and_twice_is_once(
    made: None, session: Session, sign_in_as: SignInAs
) -> None:
    browser, address = sign_in_as("steward"), "/sources/folder_one/run"
    for _ in range(2):
        answer = browser.submit(address, shown_at="/sources")
        assert answer.status_code == 303
    assert "将在一分钟内查看" in browser.get(answer.headers["location"]).text
    jobs = session.scalars(select(Job).where(Job.kind == "residents.collect")).all()
    assert 1 <= len(jobs) <= 2, "one for each minute at most"
    acts = session.scalars(select(AuditEntry).where(AuditEntry.act == "source.run_asked")).all()
    assert len(acts) == 2


def test_only_what_can_be_asked_is_asked_and_only_by_the_steward(
    made: None, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    shown = browser.get("/sources").text
    assert token_in(shown, "/sources/folder_one/run")
    for code in ("push_one", "database_one"):
        assert f"/sources/{code}/run" not in shown
    assert "/run" not in sign_in_as("auditor").get("/sources").text
    assert sign_in_as("maker").get("/sources").status_code == 403
    assert "将在一分钟内查看" not in browser.get("/sources?asked=%3Cb%3Enobody").text
