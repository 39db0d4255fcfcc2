"""A session ends by leaving, by time, and at once with the officer's access."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation import clock
from service.officers.deactivate import deactivate
from service.officers.models import OfficerSession
from tests.service.web.browsing import Browser, MakeOfficer, SignInAs


def test_deactivating_an_officer_ends_every_session_at_once(
    sign_in_as: SignInAs, make_officer: MakeOfficer, session: Session
) -> None:
    officer = make_officer("signer")
    first, second = sign_in_as(officer=officer), sign_in_as(officer=officer)
    other = sign_in_as("maker")
    assert first.get("/").status_code == second.get("/").status_code == 200
    deactivate(session, officer, by=SYSTEM, reason="调离岗位")
    assert first.get("/").status_code == second.get("/").status_code == 303
    assert other.get("/").status_code == 200
    assert all(
        row.ended_at
        for row in session.scalars(select(OfficerSession).filter_by(officer_id=officer.id))
    )
    assert session.scalars(select(AuditEntry).where(AuditEntry.act == "officer.deactivated")).one()


def test_even_a_session_nobody_ended_is_closed_to_the_deactivated(
    sign_in_as: SignInAs, make_officer: MakeOfficer, session: Session
) -> None:
    officer = make_officer("signer")
    browser = sign_in_as(officer=officer)
    officer.active = False
    session.flush()
    assert browser.get("/").status_code == 303


def test_leaving_ends_the_session_for_good(sign_in_as: SignInAs, session: Session) -> None:
    browser = sign_in_as("maker")
    token = browser.cookies["anxin"]
    answer = browser.submit("/logout", shown_at="/")
    assert answer.headers["location"] == "/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    browser.cookies.set("anxin", token)
    assert browser.get("/").status_code == 303
    acts = session.scalars(select(AuditEntry.act)).all()
    assert "officer.signed_out" in acts


def test_fifteen_idle_minutes_end_a_session(sign_in_as: SignInAs) -> None:
    with time_machine.travel(clock.now(), tick=False) as clock_of_test:
        browser = sign_in_as("maker")
        for _ in range(3):
            clock_of_test.shift(timedelta(minutes=14))
            assert browser.get("/").status_code == 200
        clock_of_test.shift(timedelta(minutes=15))
        assert browser.get("/").status_code == 303


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(sign_in_as: SignInAs) -> None:
    with time_machine.travel(clock.now(), tick=False) as clock_of_test:
        browser = sign_in_as("maker")
        for _ in range(2):
            clock_of_test.shift(timedelta(minutes=7))
            assert browser.get("/", headers={"x-fragment": "list"}).status_code == 200
        clock_of_test.shift(timedelta(minutes=1))
        assert browser.get("/", headers={"x-fragment": "list"}).status_code == 401


def test_eight_hours_end_a_session_however_busy(sign_in_as: SignInAs) -> None:
    with time_machine.travel(clock.now(), tick=False) as clock_of_test:
        browser = sign_in_as("maker")
        for _ in range(47):
            clock_of_test.shift(timedelta(minutes=10))
            assert browser.get("/").status_code == 200
        clock_of_test.shift(timedelta(minutes=10))
        assert browser.get("/").status_code == 303


def test_a_made_up_token_opens_nothing(browser: Browser) -> None:
    for token in ("x", "x" * 43, "x" * 5000):
        browser.cookies.set("anxin", token)
        assert browser.get("/").status_code == 303
