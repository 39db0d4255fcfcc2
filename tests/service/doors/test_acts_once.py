"""An act that a program sends again is done once: each takes its caller's key, or is named here."""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.oversight.findings.models import AuditFinding
from tests.factories import residents
from tests.factories.officers import OfficerFactory
from tests.service.web.browsing import SignInAs

_LOOKS = "shows what an act would do, or gives a file, and changes nothing"
_OWN = "carries a mark of its own in its body, by which it is done once"
_PUSH = "has its number in its address, and is the same push again"
_QUESTION = "asks for a question that is answered once; each is a new one"
_SECRET = "answers with a secret, which is shown once and kept nowhere in the clear"
_PASSWORD = "carries a colleague's password, of which no digest is kept; a second one is refused"
_PROOF = "says who a resident is by a code that is good once"
_AGAIN = "is refused where it was done already: the file is laid out"

WITHOUT_KEY = {
    "POST /api/exceptions/clear/preview": _LOOKS,
    "POST /api/exceptions/assign/preview": _LOOKS,
    "POST /api/several-lists/look": _LOOKS,
    "POST /api/notices/answers": _LOOKS,
    "POST /api/account-corrections/workbook": _LOOKS,
    "POST /api/batches/{batch_no}/workbooks": _LOOKS,
    "POST /api/reconciliation/workbooks/{kind}": _LOOKS,
    "POST /api/enquiry/requests": _OWN,
    "POST /api/enquiry/objections": _OWN,
    "POST /api/notices/{number}/objections": _OWN,
    "PUT /api/feeds/{feed}/pushes/{number}": _PUSH,
    "PUT /api/feeds/{feed}/pushes/{number}/pages/{page}": _PUSH,
    "POST /api/feeds/{feed}/pushes/{number}/complete": _PUSH,
    "POST /api/batches/{batch_no}/challenge": _QUESTION,
    "POST /api/keys/passkey-question": _QUESTION,
    "POST /api/webhooks": _SECRET,
    "POST /api/webhooks/{endpoint_id}/rotate": _SECRET,
    "POST /api/dispatch/{file_id}/hold": _PASSWORD,
    "POST /api/enquiry/codes": _PROOF,
    "POST /api/enquiry/sessions": _PROOF,
    "POST /api/dispatch/lay-out/{file_id}": _AGAIN,
}


def test_every_act_of_the_api_takes_a_key_or_says_why_not(app: FastAPI) -> None:
    without = {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        if method in ("post", "put", "delete", "patch")
        and "idempotency-key" not in [one["name"] for one in operation.get("parameters", [])]
    }
    assert without == set(WITHOUT_KEY)


@pytest.mark.parametrize("key", ["finding-1", ""])
def test_the_same_request_under_the_same_key_is_answered_and_done_once(
    session: Session, sign_in_as: SignInAs, key: str
) -> None:
    residents.use(session)
    browser = sign_in_as("auditor")
    body = {
        "severity": "high", "sentence": "名单与公示不一致", "due_on": f"{clock.today() + timedelta(days=14)}",
        "organisation": OfficerFactory.create().organisation,
    }  # fmt: skip
    headers = {"Idempotency-Key": key} if key else {}
    first = browser.post("/api/findings", json=body, headers=headers)
    assert first.status_code == 201, first.text
    again = browser.post("/api/findings", json=body, headers=headers)
    assert (again.json() == first.json()) == bool(key)
    assert session.scalar(select(func.count()).select_from(AuditFinding)) == (1 if key else 2)
    if key:
        other = browser.post("/api/findings", json=body | {"sentence": "另一件"}, headers=headers)
        assert other.json()["code"] == "idempotency_key_reused"


def test_an_act_that_answers_nothing_is_done_once_too(
    session: Session, sign_in_as: SignInAs
) -> None:
    residents.use(session)
    officer = OfficerFactory.create()
    browser, headers = sign_in_as("security_administrator"), {"Idempotency-Key": "leave-1"}
    address = f"/api/officers/{officer.username}/leave"
    body = {"reason": "自本月起调离本县，不再任职"}
    first = browser.post(address, json=body, headers=headers)
    again = browser.post(address, json=body, headers=headers)
    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert first.status_code < 300, first.text
