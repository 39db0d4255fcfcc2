"""Signing in tells a stranger nothing, slows guessing down, and begins a session only for the right person."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.foundation.database import transaction
from service.foundation.settings import settings
from service.officers import passwords
from service.officers.models import Officer, OfficerSession, SignInAttempt
from service.officers.throttle import (
    FAILURES_OF_ALL_MAX,
    FREE_FAILURES,
    TooManyAttempts,
    admit,
    wait_seconds,
)
from tests.service.web.browsing import PASSWORD, Browser, MakeOfficer

WRONG = "wrong"


def attempt(browser: Browser, username: str, password: str = WRONG, **more: str) -> tuple[int, str]:
    answer = browser.submit("/login", {"username": username, "password": password, **more})
    return answer.status_code, answer.text


def test_the_right_password_begins_a_session(
    browser: Browser, make_officer: MakeOfficer, session: Session
) -> None:
    officer = make_officer("maker")
    answer = browser.submit("/login", {"username": officer.username, "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("anxin=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert officer.name in browser.get("/").text
    kept = session.scalars(select(OfficerSession)).one()
    token = cookie.partition("=")[2].partition(";")[0]
    assert len(token) >= 43
    assert token.encode() not in bytes(kept.token_hash)


def test_over_https_the_cookie_belongs_to_this_host_alone(
    app: object, make_officer: MakeOfficer
) -> None:
    officer = make_officer("maker")
    with Browser(app, base_url="https://testserver", follow_redirects=False) as browser:  # type: ignore[arg-type]
        answer = browser.submit("/login", {"username": officer.username, "password": PASSWORD})
        assert answer.headers["set-cookie"].startswith("__Host-anxin=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers
        browser.cookies.clear()
        browser.cookies.set("anxin", "planted-by-a-plain-page")
        assert browser.get("/").status_code == 303


def test_three_kinds_of_wrong_get_one_answer(browser: Browser, make_officer: MakeOfficer) -> None:
    known, left = make_officer("maker"), make_officer("maker")
    left.active = False
    answers = {
        (status, page.replace(name, "NAME").split("<main")[1].replace(token(page), "TOKEN"))
        for name, password in (
            (known.username, "wrong"),
            (left.username, PASSWORD),
            ("nobody-at-all", "wrong"),
        )
        for status, page in [attempt(browser, name, password)]
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 401


def token(page: str) -> str:
    return page.split('name="form_token" value="')[1].partition('"')[0]


def test_an_unknown_name_costs_as_much_work_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords._hasher

    class Counting:
        hash = staticmethod(real.hash)

        @staticmethod
        def verify(kept: str, given: str) -> bool:
            verified.append(kept)
            return bool(real.verify(kept, given))

    monkeypatch.setattr(passwords, "_hasher", Counting)
    assert not passwords.is_right(None, "anything")
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("name", ["known", "nobody-at-all"])
def test_after_some_failures_a_name_has_to_wait(
    browser: Browser, make_officer: MakeOfficer, name: str
) -> None:
    officer = make_officer("maker", username="known")
    start = clock.now()
    with time_machine.travel(start, tick=False) as clock_of_test:
        for _ in range(FREE_FAILURES):
            assert attempt(browser, name)[0] == 401
        answer = browser.submit("/login", {"username": name, "password": PASSWORD})
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) <= 31
        clock_of_test.shift(timedelta(seconds=31))
        right = attempt(browser, officer.username, PASSWORD)[0]
        assert right == 303
        browser.cookies.clear()
        if name == "known":
            assert attempt(browser, name)[0] == 401, "a success clears the count"


def test_waiting_is_not_prolonged_by_knocking(browser: Browser, session: Session) -> None:
    for _ in range(FREE_FAILURES + 4):
        attempt(browser, "nobody")
    count = session.scalar(select(func.count()).select_from(SignInAttempt))
    assert count == FREE_FAILURES


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_seconds(failures) for failures in range(3, 14)]
    assert waits == [0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_many_failures_of_many_names_make_everybody_wait(
    browser: Browser, session: Session
) -> None:
    at = clock.now()
    session.add_all(
        SignInAttempt(username=f"name-{number}", at=at, succeeded=False)
        for number in range(FAILURES_OF_ALL_MAX)
    )
    session.flush()
    assert attempt(browser, "somebody")[0] == 429


def test_more_hashing_than_fits_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_WAIT_SECONDS_MAX", 0.05)
    with passwords._one_of_few(), pytest.raises(passwords.Busy):
        passwords.is_right(None, "anything")
    assert not passwords.is_right(None, "anything")


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/batches?month=2026-10", "/batches?month=2026-10"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"), ("/a\nb", "/"), ("batches", "/"), ("", "/")],
)  # fmt: skip
def test_signing_in_leads_back_and_never_elsewhere(
    browser: Browser, make_officer: MakeOfficer, wanted: str, led_to: str
) -> None:
    officer = make_officer("maker")
    sent = {"username": officer.username, "password": PASSWORD, "next": wanted}
    assert browser.submit("/login", sent).headers["location"] == led_to


def test_a_page_that_needs_signing_in_is_found_again(browser: Browser) -> None:
    assert browser.get("/?view=all").headers["location"] == "/login?next=%2F%3Fview%3Dall"
    assert browser.get("/", headers={"x-fragment": "list"}).status_code == 401


def test_settings_of_sessions_are_what_the_pages_say() -> None:
    assert settings().session_idle_minutes == 15
    assert settings().session_hours_max == 8


def test_an_officer_signs_in_whatever_the_case_of_the_name(
    browser: Browser, make_officer: MakeOfficer
) -> None:
    officer: Officer = make_officer("maker", username="zhou.min")
    assert attempt(browser, f" {officer.username.upper()} ", PASSWORD)[0] == 303


def test_guesses_sent_all_at_once_are_still_counted_one_by_one(database_engine: Engine) -> None:
    username, admitted = f"flood-{ids.uuid7().hex}", []

    def guess() -> None:
        try:
            with transaction(database_engine) as session:
                admitted.append(admit(session, username).id)
        except TooManyAttempts:
            return

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admitted) == FREE_FAILURES
