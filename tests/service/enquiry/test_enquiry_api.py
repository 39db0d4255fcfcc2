"""A resident asks through a program: number, code, token, answer."""

import pytest
from sqlalchemy.orm import Session

from tests.service.enquiry.asking import NOBODY, code_of, resident, wrong
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("made")


def token_of(browser: Browser, session: Session, number: str) -> str:
    """Ask for a code and exchange it."""
    assert browser.post("/api/enquiry/codes", json={"id_number": number}).status_code == 202
    begun = browser.post(
        "/api/enquiry/sessions", json={"id_number": number, "code": code_of(session, number)}
    )
    assert begun.status_code == 201
    assert set(begun.json()) == {"token", "ends_at"}
    return str(begun.json()["token"])


def test_three_requests_answer_where_the_money_is(browser: Browser, session: Session) -> None:
    one = resident(101)
    bearer = {"authorization": f"Bearer {token_of(browser, session, one.number)}"}
    assert browser.get("/api/enquiry/months", headers=bearer).json() == {"months": ["2026-10"]}
    said = browser.get("/api/enquiry/payments?month=2026-10", headers=bearer)
    assert said.headers["cache-control"] == "no-store"
    (payment,) = said.json()["payments"]
    assert payment["amount_fen"] == 15_000
    assert payment["state"] == "paid"
    assert payment["on"] == "2026-10-16"
    assert payment["name_zh"].startswith("高龄津贴")
    assert payment["account_tail"] in payment["sentence_zh"]
    assert "150.00 yuan" in payment["sentence"]
    assert said.json()["month"] == "2026-10"
    assert said.json()["not_paid"] == []


def test_known_and_unknown_numbers_are_answered_alike(browser: Browser, session: Session) -> None:
    known = resident(102).number
    asked = [browser.post("/api/enquiry/codes", json={"id_number": one}) for one in (known, NOBODY)]
    assert asked[0].content == asked[1].content
    refused = [
        browser.post("/api/enquiry/sessions", json={"id_number": number, "code": code})
        for number, code in (
            (known, wrong(code_of(session, known))),
            (NOBODY, code_of(session, NOBODY)),
        )
    ]
    bodies = [one.json() | {"request_id": ""} for one in refused]
    assert bodies[0] == bodies[1]
    assert (refused[0].status_code, bodies[0]["code"]) == (403, "code_refused")


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Bearer guess"}, {"authorization": "Basic eA=="}]
)
def test_without_a_living_token_there_is_no_answer(
    browser: Browser, header: dict[str, str]
) -> None:
    for path in ("/api/enquiry/payments?month=2026-10", "/api/enquiry/months"):
        refused = browser.get(path, headers=header)
        assert (refused.status_code, refused.json()["code"]) == (401, "enquiry_ended")


def test_faults_of_a_request_have_their_codes(browser: Browser, session: Session) -> None:
    number = resident(103).number
    bad = browser.post("/api/enquiry/codes", json={"id_number": "123"})
    assert (bad.status_code, bad.json()["code"]) == (422, "id_number_wrong")
    missing = browser.post("/api/enquiry/codes", json={"who": number})
    assert (missing.status_code, missing.json()["code"]) == (422, "fields_wrong")
    assert number not in missing.text
    bearer = {"authorization": f"Bearer {token_of(browser, session, number)}"}
    month = browser.get("/api/enquiry/payments?month=2026-13", headers=bearer)
    assert (month.status_code, month.json()["code"]) == (422, "bad_month")
    for _ in range(4):
        browser.post("/api/enquiry/codes", json={"id_number": number})
    hasty = browser.post("/api/enquiry/codes", json={"id_number": number})
    assert (hasty.status_code, hasty.json()["code"]) == (429, "asked_too_often")


def test_the_description_names_the_routes_their_token_and_their_problems(browser: Browser) -> None:
    described = browser.get("/api/openapi.json").json()
    paths = described["paths"]
    assert {"/api/enquiry/codes", "/api/enquiry/sessions", "/api/enquiry/months"} <= set(paths)
    assert paths["/api/enquiry/payments"]["get"]["security"]
    assert "enquiry_ended" in paths["/api/enquiry/payments"]["get"]["description"]
    codes = {one["code"] for one in described["x-problems"]}
    assert {"code_refused", "asked_too_often", "enquiry_ended", "id_number_wrong"} <= codes
    schema = described["components"]["schemas"]["PaymentSaid"]["properties"]
    assert schema["amount_fen"]["examples"] == [15000]
