"""Exceptions for programs: the pages' words and limits, each act once, and nothing of other places."""

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.exceptions.models import ExceptionAnswer, ExceptionDecision, ExceptionTask
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation import clock
from service.officers.models import Officer
from service.officers.organisations import describe
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.exceptions import HoldFactory
from tests.factories.officers import OfficerFactory
from tests.service.web.browsing import Browser, SignInAs

EAST, WEST = "330523100", "330523200"
API = "/api/exceptions"
ANSWER = {"outcome": "confirmed", "said": "人在家", "evidence": "走访记录第3号"}


@pytest.fixture
def batch(made: Session) -> Batch:
    """Two lines in the east, one in the west, each held once."""
    for name, division in (("东镇", EAST), ("西镇", WEST)):
        describe(made, name, "township", division=division, by=SYSTEM)
    found: Batch = BatchFactory.create()
    for place in (EAST, EAST, WEST):
        line = PaymentFactory.create(batch=found, state="held", division=f"{place}200")
        HoldFactory.create(payment=line)
    OfficerFactory.create(organisation="西镇", division=WEST, duties=["steward"])
    return found


@pytest.fixture
def east(batch: Batch) -> Officer:
    """Who makes lists and answers in the east, and sees nothing of the west."""
    duties = ["maker", "steward"]
    found: Officer = OfficerFactory.create(organisation="东镇", division=EAST, duties=duties)
    return found


def keys_in(session: Session, place: str) -> list[str]:
    found = session.scalars(
        select(PaymentHold.id).join(Payment, Payment.id == PaymentHold.payment_id)
        .where(Payment.division == f"{place}200").order_by(PaymentHold.id)
    )  # fmt: skip
    return [f"h{one}" for one in found]


def give(browser: Browser, to: str, **chosen: Any) -> Any:
    """Assign what is chosen as its preview shows it; return the assignments."""
    shown = browser.post(f"{API}/assign/preview", json={"to": to, **chosen}).json()
    said = {"to": to, **chosen, "mark": shown["mark"], "reason": "请核实"}
    return browser.post(f"{API}/assign", json=said).json()["assignments"]


def count(session: Session, kind: Any) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_program_pages_filters_and_reads(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    auditor = sign_in_as("auditor")
    whole = auditor.get(API, params={"month": batch.month}).json()
    assert (whole["totals"]["exceptions"], whole["totals"]["lines"], whole["next"]) == (3, 3, "")
    east = auditor.get(API, params={"place": EAST, "standing": "unassigned"}).json()
    assert [one["key"] for one in east["exceptions"]] == keys_in(made, EAST)
    names = set(made.scalars(select(Payment.payee_name)))
    assert all(one["payee"].endswith("*") for one in whole["exceptions"])
    one = auditor.get(f"{API}/{keys_in(made, WEST)[0]}")
    assert (one.json()["state"], one.json()["ended_at"]) == ("unassigned", None)
    assert not [name for name in names if name and name in one.text]


def test_pages_follow_one_another_by_their_last_row(batch: Batch, sign_in_as: SignInAs) -> None:
    for _ in range(100):
        HoldFactory.create(payment=PaymentFactory.create(batch=batch, state="held"))
    auditor = sign_in_as("auditor")
    after, keys = "", []
    while True:
        page = auditor.get(API, params={"after": after}).json()
        keys += [one["key"] for one in page["exceptions"]]
        after = page["next"]
        if not after:
            break
    assert len(keys) == len(set(keys)) == 103


def test_a_filter_that_is_none_is_refused_and_never_left_out(
    batch: Batch, sign_in_as: SignInAs
) -> None:
    for language, said in (("zh-CN", "需要更正"), ("en", "to be corrected")):
        maker = sign_in_as("maker", language=language)
        for asked in (
            {"monht": "2026-10"}, {"month": "October"}, {"severity": "bad"}, {"place": "33%"},
            {"organisation": "东\x00镇"},
        ):  # fmt: skip
            for answer in (
                maker.get(API, params=asked),
                maker.post(f"{API}/clear/preview", json=asked),
                maker.post(f"{API}/assign/preview", json={"to": "东镇", **asked}),
            ):
                assert (answer.status_code, answer.json()["code"]) == (422, "fields_wrong")
                assert said in answer.json()["detail"]


def test_an_office_answers_once_and_is_asked_again(
    made: Session, batch: Batch, east: Officer, sign_in_as: SignInAs
) -> None:
    maker, there = sign_in_as("maker"), sign_in_as(officer=east)
    key, other = keys_in(made, EAST)
    (letter,) = give(maker, "东镇", keys=[key, other])
    assert (letter["office"], letter["exceptions"]) == ("东镇", 2)
    assert there.get(f"{API}/assignments/{letter['assignment_no']}").json() == letter
    idem = {"Idempotency-Key": "answer-1"}
    first = there.post(f"{API}/{key}/answer", json=ANSWER, headers=idem)
    again = there.post(f"{API}/{key}/answer", json=ANSWER, headers=idem)
    assert (first.status_code, first.json()) == (200, again.json())
    assert count(made, ExceptionAnswer) == 1
    assert (first.json()["state"], first.json()["answers"][0]["said"]) == ("answered", "人在家")
    assert there.post(f"{API}/{other}/give-back", json={"reason": "不是本镇"}).status_code == 200
    asked = maker.post(f"{API}/{other}/ask-again", json={"reason": "请再核实", "days": 3})
    assert (asked.json()["state"], asked.json()["office"]) == ("given", "东镇")
    taken = maker.post(f"{API}/{other}/withdraw", json={"reason": "另行处理"})
    assert taken.json()["state"] == "unassigned"
    (row,) = there.get(f"{API}/progress", params={"month": batch.month}).json()
    assert (row["office"], row["given"], row["done"]) == ("东镇", 1, 1)
    problem = maker.post(f"{API}/{key}/answer", json=ANSWER)
    assert (problem.status_code, problem.json()["code"]) == (403, "not_your_office")


def test_what_a_preview_showed_is_cleared_once(
    made: Session, batch: Batch, sign_in_as: SignInAs
) -> None:
    maker = sign_in_as("maker")
    chosen = {"month": batch.month, "place": EAST}
    shown = maker.post(f"{API}/clear/preview", json=chosen).json()
    assert (shown["total"]["exceptions"], shown["freed"]["lines"], shown["refused"]) == (2, 2, [])
    said = {**chosen, "mark": shown["mark"], "reason": "已逐户核实"}
    idem = {"Idempotency-Key": "clear-1"}
    done = maker.post(f"{API}/clear", json=said, headers=idem)
    assert done.json()["exceptions"] == 2
    assert maker.post(f"{API}/clear", json=said, headers=idem).json() == done.json()
    assert count(made, ExceptionDecision) == 1
    stale = maker.post(f"{API}/clear", json=said)
    assert (stale.status_code, stale.json()["code"]) == (409, "selection_changed")
    assert "已有变化" in stale.json()["detail"]
    number = done.json()["decision_no"]
    assert maker.get(f"{API}/decisions/{number}").json() == done.json()
    ended = maker.get(f"{API}/{keys_in(made, EAST)[0]}").json()
    assert ended["ended_at"] is not None
    none_left = maker.post(f"{API}/clear/preview", json=chosen).json()
    refused = maker.post(f"{API}/clear", json={**said, "mark": none_left["mark"]})
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing_chosen")


def test_no_address_nor_body_leads_to_another_township(
    made: Session, batch: Batch, east: Officer, sign_in_as: SignInAs
) -> None:
    there, county = sign_in_as(officer=east), sign_in_as("maker")
    (west,) = keys_in(made, WEST)
    letter = give(county, "西镇", keys=[west])[0]["assignment_no"]
    elsewhere = PaymentFactory.create(
        batch=BatchFactory.create(), state="held", division=f"{WEST}200"
    )
    HoldFactory.create(payment=elsewhere)
    other = made.get_one(Batch, elsewhere.batch_id).batch_no
    shown = county.post(f"{API}/clear/preview", json={"batch": other}).json()
    said = {"batch": other, "mark": shown["mark"], "reason": "西镇王某已核实"}
    decision = county.post(f"{API}/clear", json=said).json()["decision_no"]
    why = {"reason": "试探"}
    marked = {"mark": shown["mark"], **why}
    refused = [
        there.get(f"{API}/{west}"),
        there.post(f"{API}/{west}/answer", json=ANSWER),
        there.post(f"{API}/{west}/give-back", json=why),
        there.post(f"{API}/{west}/ask-again", json=why),
        there.post(f"{API}/{west}/withdraw", json=why),
        there.get(f"{API}/assignments/{letter}"),
        there.get(f"{API}/decisions/{decision}"),
        there.get(f"/exceptions/decisions/{decision}"),
        there.get(API, params={"batch": other}),
        *(
            there.post(f"{API}/{act}", json={**body, **chosen})
            for chosen in ({"keys": [west]}, {"batch": other})
            for act, body in (
                ("clear/preview", {}), ("clear", marked),
                ("assign/preview", {"to": "东镇"}), ("assign", {"to": "东镇", **marked}),
            )
        ),
    ]  # fmt: skip
    unknown = there.get(f"{API}/h999999999").json()["detail"]
    for answer in refused:
        assert answer.status_code == 404, answer.request.url
        if "/api/" in str(answer.request.url):
            assert answer.json()["detail"] == unknown
        assert not [word for word in ("西镇", "王某", WEST) if word in answer.text]
    assert count(made, ExceptionTask) == 1
    assert made.get_one(PaymentHold, int(west[1:])).cleared_at is None


def test_an_officers_numbers_are_of_his_own_township(
    made: Session, batch: Batch, east: Officer, sign_in_as: SignInAs
) -> None:
    there, county = sign_in_as(officer=east), sign_in_as("maker")
    give(county, "each:township", month=batch.month)
    listed = there.get(API).json()
    assert {one["division"] for one in listed["exceptions"]} == {f"{EAST}200"}
    assert (listed["totals"]["exceptions"], listed["totals"]["lines"]) == (2, 2)
    assert there.get(API, params={"place": WEST}).json()["totals"]["exceptions"] == 0
    shown = there.post(f"{API}/clear/preview", json={"month": batch.month}).json()
    assert {one["name"] for one in shown["townships"]} == {EAST}
    assert [row["office"] for row in there.get(f"{API}/progress").json()] == ["东镇"]
    assert {row["office"] for row in county.get(f"{API}/progress").json()} == {"东镇", "西镇"}


def test_a_finding_on_a_whole_list_is_the_countys_and_whom_it_asks(
    made: Session, east: Officer, sign_in_as: SignInAs
) -> None:
    batch = BatchFactory.create()
    finding = BatchFinding(
        batch_id=batch.id, control="total_differs", version=1, severity="stop", lines=3,
        amount_fen=30_000, evidence={}, found_at=clock.now(),
    )  # fmt: skip
    made.add(finding)
    made.flush()
    there, county = sign_in_as(officer=east), sign_in_as("maker")
    asked = {"batch": batch.batch_no}
    assert there.get(API, params=asked).status_code == 404
    assert there.get(f"{API}/f{finding.id}").status_code == 404
    describe(made, "东镇", "civil_affairs", division="", by=SYSTEM)
    give(county, "东镇", keys=[f"f{finding.id}"])
    assert [one["key"] for one in there.get(API, params=asked).json()["exceptions"]]
    assert there.get(f"{API}/f{finding.id}").json()["office"] == "东镇"


def test_a_duty_does_what_its_pages_let_it_do(batch: Batch, sign_in_as: SignInAs) -> None:
    for duty, statuses in (
        ("policy", (403, 403, 403)), ("steward", (200, 403, 403)), ("auditor", (200, 403, 403)),
    ):  # fmt: skip
        browser = sign_in_as(duty)
        answers = (
            browser.get(API),
            browser.post(f"{API}/clear/preview", json={}),
            browser.post(f"{API}/assign/preview", json={"to": "东镇"}),
        )
        assert tuple(answer.status_code for answer in answers) == statuses


def test_bodies_are_described_and_closed(app: FastAPI) -> None:
    document = app.openapi()
    assert "post" in document["paths"][f"{API}/clear/preview"]
    for name in ("Selection", "Clear", "Assign", "OfficeAnswer", "ExceptionDetail"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False
