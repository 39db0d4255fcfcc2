"""Batches for programs: the same words as the page, masked alike, described in OpenAPI."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from tests.factories.batches import county_batch
from tests.service.web.browsing import SignInAs


def test_a_program_lists_reads_and_pages(made: Session, sign_in_as: SignInAs) -> None:
    batch = county_batch(made, 3)
    browser = sign_in_as("auditor")
    listed = browser.get("/api/batches", params={"month": batch.month}).json()
    assert [one["batch_no"] for one in listed["batches"]] == [batch.batch_no]
    assert listed["batches"][0]["payable_fen"] == 10_001 + 10_002 + 10_003
    one = browser.get(f"/api/batches/{batch.batch_no}").json()
    assert (one["state"], one["payable_lines"], one["held_lines"]) == ("draft", 3, 0)
    assert len(one["seen"]) == 32
    lines = browser.get(f"/api/batches/{batch.batch_no}/lines").json()
    assert lines["total"] == 3
    assert all(line["payee"].endswith("*") and len(line["account_tail"]) == 4 for line in lines["lines"])  # fmt: skip


@pytest.mark.parametrize(("duty", "status"), [("steward", 403), ("system_administrator", 403)])
def test_others_may_not_read(made: Session, sign_in_as: SignInAs, duty: str, status: int) -> None:
    answer = sign_in_as(duty).get("/api/batches")
    assert answer.status_code == status
    assert answer.json()["code"] == "not_allowed"


def test_an_unknown_batch_is_a_problem(sign_in_as: SignInAs) -> None:
    answer = sign_in_as("auditor").get("/api/batches/MZ15-1999-01-01")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_act_and_every_problem_is_described(app: FastAPI) -> None:
    document = app.openapi()
    for act in ("submit", "approve", "return", "sign"):
        assert "post" in document["paths"][f"/api/batches/{{batch_no}}/{act}"]
    codes = {one["code"] for one in document["x-problems"]}
    assert {"sheet_changed", "already_acted", "notice_running", "reason_missing"} <= codes
    for name in ("Seen", "Approval", "Return", "Recall", "SignatureIn", "BatchDetail"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False
