"""Acts of programs happen once: same key and request, same answer; other request 422; at once 409."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.approvals.models import ApprovalAct, ApprovalExclusion
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.models import Batch, Payment
from service.foundation.database import transaction
from service.ledger.appropriate import appropriate
from service.ledger.queries import balance
from service.officers.interests import declare
from service.web.once import KeyBusy, once
from tests.factories.batches import county_batch, frozen
from tests.factories.chains import LongStaff, long_chain, long_staff
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.foundation.committed import Committed
from tests.service.web.browsing import Browser, SignInAs


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


@pytest.fixture
def batch(made: Session, people: Staff) -> Batch:
    appropriate(made, "MZ15", 2026, 10**8, fund_source="省级", by=SYSTEM)
    return frozen(made, county_batch(made, 2), people)


def send(
    browser: Browser, batch: Batch, act: str, key: str, **body: str
) -> tuple[int, dict[str, object]]:
    """Send an act under a key; return the status and the answer."""
    answer = browser.post(
        f"/api/batches/{batch.batch_no}/{act}", json=body, headers={"Idempotency-Key": key}
    )
    return answer.status_code, answer.json()


def seen_of(browser: Browser, batch: Batch) -> str:
    mark: str = browser.get(f"/api/batches/{batch.batch_no}").json()["seen"]
    return mark


def test_the_same_request_again_is_the_same_answer_and_one_effect(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.reviewer)
    seen = seen_of(browser, batch)
    first = send(browser, batch, "approve", "k-1", seen=seen)
    assert (first[0], first[1]["state"]) == (200, "approved")
    assert send(browser, batch, "approve", "k-1", seen=seen) == first
    assert made.query(ApprovalAct).count() == 1
    assert balance(made, "commitments:MZ15") == batch.frozen_fen
    assert send(browser, batch, "approve", "k-2", seen=seen)[1]["code"] == "already_acted"


def test_another_request_under_the_same_key_does_nothing(
    batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.reviewer)
    seen = seen_of(browser, batch)
    returned = send(browser, batch, "return", "k-1", seen=seen, reason="账户待核")
    assert (returned[0], batch.round) == (200, 2)
    other = send(browser, batch, "return", "k-1", seen=seen, reason="名单有误")
    assert (other[0], other[1]["code"]) == (422, "idempotency_key_reused")
    act = send(browser, batch, "approve", "k-1", seen=seen)
    assert (act[0], act[1]["code"]) == (422, "idempotency_key_reused")
    assert batch.round == 2


def test_a_refusal_is_not_kept_and_a_key_is_each_officer_s_own(
    batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.reviewer)
    assert send(browser, batch, "approve", "k-1", seen="0" * 32)[1]["code"] == "sheet_changed"
    seen = seen_of(browser, batch)
    assert send(browser, batch, "approve", "k-1", seen=seen)[0] == 200, "nothing was kept"
    maker = sign_in_as(officer=people.maker)
    recalled = send(maker, batch, "recall", "k-1", seen=seen_of(maker, batch), reason="漏人")
    assert (recalled[0], recalled[1]["state"]) == (200, "returned")


def test_two_at_once_under_one_key_are_one(committed: Committed) -> None:
    from starlette.requests import Request

    from service.batches.api import Seen

    with committed.transaction():
        caller = OfficerFactory.create().id
    request = Request({"type": "http", "method": "POST", "path": "/x", "headers": [],
                       "query_string": b"", "server": ("t", 80), "scheme": "http"})  # fmt: skip
    done: list[int] = []

    def do() -> Seen:
        done.append(1)
        return Seen(seen="a")

    def ask(session: Session) -> Seen:
        return once(session, request, Seen(seen="b"), do, caller=caller, key="k", kind=Seen)

    with transaction() as first, transaction() as second:
        assert ask(first) == Seen(seen="a")
        with pytest.raises(KeyBusy):
            ask(second)
    with transaction() as third:
        assert ask(third) == Seen(seen="a")
        assert third.scalar(text("SELECT count(*) FROM kept_answers")) == 1
    assert len(done) == 1


def test_steps_are_read_with_who_is_next(
    made: Session, people: Staff, sign_in_as: SignInAs
) -> None:
    hired = _long(made)
    batch = frozen(made, county_batch(made), hired.staff)
    said = sign_in_as("auditor").get(f"/api/batches/{batch.batch_no}/steps").json()
    assert [one["code"] for one in said["steps"]] == ["township", "leaders", "finance", "sign"]
    assert said["steps"][0]["may_act"] == [hired.township.username]
    assert (said["steps"][0]["state"], said["steps"][1]["state"]) == ("now", "later")


def test_a_return_names_its_step(made: Session, sign_in_as: SignInAs) -> None:
    hired = _long(made)
    batch = frozen(made, county_batch(made), hired.staff)
    township = sign_in_as(officer=hired.township)
    assert send(township, batch, "approve", "a", seen=seen_of(township, batch))[0] == 200
    leader = sign_in_as(officer=hired.leader)
    seen = seen_of(leader, batch)
    unknown = send(leader, batch, "return", "b", seen=seen, reason="复核", to_step="finance")
    assert (unknown[0], unknown[1]["code"]) == (422, "step_unknown")
    back = send(leader, batch, "return", "c", seen=seen, reason="复核", to_step="township")
    assert (back[0], back[1]["state"], back[1]["round"]) == (200, "frozen", 2)


def test_who_keeps_out_is_refused_and_the_auditor_hears(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    payee = made.scalars(select(Payment.payee_person_id).limit(1)).one()
    assert payee is not None
    declare(made, people.reviewer, payee, "child", by=SYSTEM)
    browser = sign_in_as(officer=people.reviewer)
    refused = send(browser, batch, "approve", "k", seen=seen_of(browser, batch))
    assert (refused[0], refused[1]["code"]) == (409, "conflict_of_interest")
    assert made.query(ApprovalExclusion).count() == 1
    acts = made.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(batch.id)))
    assert {"approval.officer_excluded", "approval.conflict_refused"} <= set(acts)
    queue = sign_in_as("auditor").get("/").text
    assert "有人员须回避" in queue
    assert batch.batch_no not in browser.get("/").text


def _long(session: Session) -> LongStaff:
    hired = long_staff()
    long_chain(session)
    return hired
