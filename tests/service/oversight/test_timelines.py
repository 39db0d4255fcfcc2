"""A payment followed from law to card: in order, complete, with places in the trail, and nobody named."""

import json

import pytest
from sqlalchemy import select

from service.audit.actor import SYSTEM
from service.audit.log.sequence import sequence
from service.audit.models import AuditEntry
from service.batches.models import PaymentHold
from service.foundation import clock
from service.foundation.ids import reference_of
from service.oversight.search.told import TIMELINE_READ
from service.oversight.timeline.gather import Timeline, gather
from service.oversight.timeline.scope import of_batch, of_file, of_payment, of_person
from service.web import here
from tests.service.reconciliation.answers import Sent, issue_again
from tests.service.web.browsing import SignInAs


def _follow(out: Sent, reference: str) -> Timeline:
    here.enter(here.Visit(language="en"))
    return gather(out.session, of_payment(out.session, reference), by=SYSTEM)


def test_a_payment_that_came_back_is_followed_in_the_order_of_time(booked: Sent) -> None:
    line = booked.lines()[0]
    booked.session.add(
        PaymentHold(
            payment_id=line.id, control="account_changed", found_at=clock.now(),
            cleared_at=clock.now(), cleared_by="data", cleared_reason="",
        )
    )  # fmt: skip
    booked.session.flush()
    found = _follow(booked, line.reference).happenings
    assert [one.at for one in found] == sorted(one.at for one in found)
    acts = [one.act for one in found if one.act]
    way = [
        "batch.frozen", "batch.approved", "bank_file.prepared", "batch.signed", "bank_file.delivered",
        "bank_file.answered", "statement.booked",
    ]  # fmt: skip
    assert [one for one in acts if one in way] == [one for one in way if one in acts]
    assert {"batch.frozen", "batch.approved", "batch.signed", "bank_file.delivered"} <= set(acts)
    told = "\n".join(one.what for one in found)
    assert "The bank's answer says: paid" in told
    assert "On the statement of" in told
    assert "Ledger" in told
    assert "Payment came back" in told
    assert "The bank says rejected" not in told, "that is about another line of the answer"
    assert "payment: rejected" not in told
    assert "Held: account is new" in told
    assert "No longer held: account is new" in told
    signed = [one for one in found if one.act]
    assert all(one.index is not None for one in signed if one.act.startswith("batch."))
    everybody = " ".join(one.payee_name or "" for one in booked.lines())
    for name in everybody.split():
        assert name not in told


def test_what_was_issued_again_is_one_way_from_either_end(booked: Sent) -> None:
    rejected = booked.lines()[1]
    again = issue_again(booked, rejected)
    sequence(booked.session)
    second = next(one for one in again.lines() if one.replaces_id == rejected.id)
    first, last = (_follow(booked, one.reference) for one in (rejected, second))
    assert [one.id for one in first.scope.payments] == [rejected.id, second.id]
    assert [one.id for one in last.scope.payments] == [rejected.id, second.id]
    assert first.happenings == last.happenings
    assert {one.batch_no for one in first.scope.batches} == {
        booked.batch.batch_no, again.batch.batch_no,
    }  # fmt: skip
    assert "The bank's answer says: rejected" in "\n".join(one.what for one in first.happenings)
    month = of_person(booked.session, rejected.payee_person_id or 0, booked.batch.month)
    assert {one.id for one in month.payments} == {rejected.id, second.id}


def test_a_list_and_a_file_have_their_own_ways(booked: Sent) -> None:
    here.enter(here.Visit(language="en"))
    batch = gather(booked.session, of_batch(booked.session, booked.batch.batch_no), by=SYSTEM)
    acts = {one.act for one in batch.happenings}
    assert {"batch.frozen", "batch.approved", "bank_file.delivered"} <= acts
    assert "Batch approved" in "\n".join(one.what for one in batch.happenings)
    file = gather(booked.session, of_file(booked.session, booked.file().id), by=SYSTEM)
    assert "batch.frozen" not in {one.act for one in file.happenings}
    assert "bank_file.delivered" in {one.act for one in file.happenings}
    assert "The bank says paid" in "\n".join(one.what for one in file.happenings)


def test_the_pages_and_programs_tell_the_same_and_looking_is_recorded(
    booked: Sent, sign_in_as: SignInAs
) -> None:
    line = booked.lines()[0]
    browser = sign_in_as("auditor")
    home = f"/audit/payments/{line.reference}"
    shown = browser.get(home)
    assert shown.status_code == 200
    assert '<ol class="timeline">' in shown.text
    assert "从政策到卡" in shown.text
    assert (line.payee_name or "?") not in shown.text
    part = browser.get(f"{home}?part=ledger").text
    assert "会计分录" in part
    assert "银行回盘：" not in part
    said = browser.get(f"/api/audit/payments/{line.reference}/timeline").json()
    assert said["payments"] == [line.reference]
    assert len(said["happenings"]) == shown.text.count("<time ")
    others = (
        f"persons/{line.payee_person_id}/{booked.batch.month}",
        f"batches/{booked.batch.batch_no}",
        f"files/{booked.file().id}",
    )
    for one in others:
        assert browser.get(f"/audit/{one}").status_code == 200, one
        assert browser.get(f"/api/audit/{one}/timeline").json()["happenings"]
    read = booked.session.scalars(select(AuditEntry).where(AuditEntry.act == TIMELINE_READ)).all()
    assert {(one.object_type, one.object_id) for one in read} == {
        ("persons", str(line.payee_person_id)),
        ("batches", str(booked.batch.id)),
        ("bank_files", str(booked.file().id)),
    }
    assert {json.loads(one.canonical)["details"]["of"] for one in read} >= {"payment", "person"}


@pytest.mark.parametrize(
    "path",
    ["payments/nonsense", f"payments/{reference_of(999_999_999)}", "persons/999999999/2026-10",
     "batches/none", "files/none", "files/00000000-0000-0000-0000-000000000000"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(sign_in_as: SignInAs, path: str) -> None:
    browser = sign_in_as("auditor")
    assert browser.get(f"/audit/{path}").status_code == 404
    assert browser.get(f"/api/audit/{path}/timeline").status_code == 404
