"""Submitting, approving and returning by programs, under the same policy as the pages."""

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.models import Batch
from service.ledger.appropriate import appropriate
from tests.factories.batches import county_batch, frozen
from tests.factories.officers import Staff, staff
from tests.service.web.browsing import Browser, SignInAs


@pytest.fixture
def batch(made: Session) -> Batch:
    appropriate(made, "MZ15", 2026, 10**8, fund_source="省级", by=SYSTEM)
    return county_batch(made, 2)


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


def send(browser: Browser, batch: Batch, act: str, **more: str) -> tuple[int, dict[str, object]]:
    """Do an act on the batch as it is now; return the status and the answer."""
    home = f"/api/batches/{batch.batch_no}"
    seen = browser.get(home).json()["seen"]
    answer = browser.post(f"{home}/{act}", json={"seen": seen, **more})
    return answer.status_code, answer.json()


def test_two_people_submit_and_approve(batch: Batch, people: Staff, sign_in_as: SignInAs) -> None:
    status, said = send(sign_in_as(officer=people.maker), batch, "submit")
    assert (status, said["state"]) == (200, "frozen")
    status, said = send(sign_in_as(officer=people.reviewer), batch, "approve")
    assert (status, said["state"]) == (200, "approved")


def test_the_maker_cannot_approve_and_nobody_acts_twice(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    maker = sign_in_as(officer=people.maker)
    assert send(maker, batch, "approve")[1]["code"] == "not_allowed"
    people.maker.duties = ["reviewer"]
    made.flush()
    assert send(maker, batch, "approve")[1]["code"] == "already_acted"
    assert batch.state == "frozen"


def test_a_return_needs_a_reason(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    reviewer = sign_in_as(officer=people.reviewer)
    assert send(reviewer, batch, "return")[1]["code"] == "fields_wrong"
    assert send(reviewer, batch, "return", reason=" ")[1]["code"] == "reason_missing"
    status, said = send(reviewer, batch, "return", reason="账户待核")
    assert (status, said["state"], said["round"]) == (200, "returned", 2)


def test_what_is_not_declared_and_what_was_not_seen_is_refused(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    reviewer = sign_in_as(officer=people.reviewer)
    assert send(reviewer, batch, "approve", amount_fen="1")[1]["code"] == "fields_wrong"
    stale = reviewer.post(f"/api/batches/{batch.batch_no}/approve", json={"seen": "0" * 32})
    assert (stale.status_code, stale.json()["code"]) == (409, "sheet_changed")
    assert batch.state == "frozen"
