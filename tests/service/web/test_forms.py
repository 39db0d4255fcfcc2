"""A form is taken only from our own page, in the browser it was drawn for."""

import pytest

from tests.service.web.browsing import PASSWORD, Browser, MakeOfficer, SignInAs, token_in


def test_a_form_without_its_token_is_refused(browser: Browser, make_officer: MakeOfficer) -> None:
    officer = make_officer("maker")
    browser.get("/login")
    sent = {"username": officer.username, "password": PASSWORD}
    for token in (None, "", "wrong", "错", "A" * 86, "A" * 85, "é" * 86):
        data = sent if token is None else sent | {"form_token": token}
        answer = browser.post("/login", data=data)
        assert answer.status_code == 403
        assert "anxin" not in answer.cookies


def test_a_token_of_another_form_is_refused(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    token = token_in(browser.get("/").text, "/logout")
    assert browser.post("/login", data={"form_token": token}).status_code == 403
    assert browser.post("/logout", data={"form_token": token}).status_code == 303


def test_a_token_of_another_browser_is_refused(browser: Browser, sign_in_as: SignInAs) -> None:
    stolen = token_in(sign_in_as("maker").get("/").text, "/logout")
    other = sign_in_as("maker")
    assert other.post("/logout", data={"form_token": stolen}).status_code == 403
    assert other.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"}],
)  # fmt: skip
def test_what_another_site_sends_is_refused(sign_in_as: SignInAs, headers: dict[str, str]) -> None:
    browser = sign_in_as("maker")
    token = token_in(browser.get("/").text, "/logout")
    answer = browser.post("/logout", data={"form_token": token}, headers=headers)
    assert answer.status_code == 403
    assert browser.get("/").status_code == 200


def test_our_own_origin_is_taken(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("maker")
    token = token_in(browser.get("/").text, "/logout")
    headers = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    answer = browser.post("/logout", data={"form_token": token}, headers=headers)
    assert answer.status_code == 303
