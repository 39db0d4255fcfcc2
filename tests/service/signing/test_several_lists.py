"""Several lists decided after one look: each by itself, as it was shown, with its own entry."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.seen import mark_of
from service.ledger.appropriate import appropriate
from tests.factories.batches import county_batch, frozen
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.migrations.conftest import unguarded
from tests.service.batches.reading import text_of
from tests.service.web.browsing import Browser, SignInAs


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


@pytest.fixture
def drafts(made: Session, people: Staff) -> list[Batch]:
    """Three drafts with money for them: 100.01, 200.03 and 300.06 yuan."""
    appropriate(made, "MZ15", 2026, 10**8, fund_source="省级", by=SYSTEM)
    return [county_batch(made, lines) for lines in (1, 2, 3)]


def look(browser: Browser, act: str, *batches: str) -> tuple[str, str]:
    """Choose lists; return the preview and the address it has."""
    address = f"/several-lists?act={act}&" + "&".join(f"batch={one}" for one in batches)
    return browser.get(address).text, address


def decide(browser: Browser, act: str, batches: list[Batch], **more: str) -> tuple[int, str, str]:
    """Choose, look and do it; return the status, where that leads, and what stands there."""
    shown, address = look(browser, act, *(one.batch_no for one in batches))
    given = {
        "act": act,
        "key": re.findall(r'name="key" value="([^"]+)"', shown)[0],
        "batch": re.findall(r'name="batch" value="([^"]+)"', shown),
        **more,
    }
    answer = browser.submit("/several-lists", given, shown_at=address)
    place = answer.headers.get("location", "")
    return answer.status_code, place, text_of(browser.get(place).text if place else answer.text)


def test_what_would_move_is_shown_with_its_sum_and_what_would_not_with_why(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, drafts[2], people)
    numbers = [one.batch_no for one in drafts]
    page, _ = look(sign_in_as(officer=people.maker), "submit", *numbers, "MZ15-1999-01-01")
    said = text_of(page)
    assert "提交 2 个批次，共 300.04 元" in said
    assert "叁佰元零肆分" in said
    assert f"{drafts[2].batch_no} 待复核" in said.split("不办理的批次及原因")[1]
    assert re.findall(r'name="batch" value="(\S+) ', page) == sorted(numbers[:2])
    assert [one.state for one in drafts] == ["draft", "draft", "frozen"]


def test_each_list_moves_by_itself_with_its_own_entry(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    status, place, said = decide(sign_in_as(officer=people.maker), "submit", drafts)
    assert (status, place[:15]) == (303, "/several-lists/")
    assert "已办 3 个，未办 0 个" in said
    assert [one.state for one in drafts] == ["frozen"] * 3
    reviewer = sign_in_as(officer=people.reviewer)
    status, place, said = decide(reviewer, "approve", [drafts[0], drafts[2]])
    assert "已办 2 个，未办 0 个" in said
    acts = made.scalars(
        select(AuditEntry.object_id).where(
            AuditEntry.act == "batch.approved", AuditEntry.object_type == "batches"
        )
    ).all()
    assert sorted(acts) == sorted(str(one.id) for one in (drafts[0], drafts[2]))
    assert [one.state for one in drafts] == ["approved", "frozen", "approved"]
    # Whoever reloads, or comes back, reads the same; nobody else reads it.
    assert "已办 2 个" in text_of(reviewer.get(place).text)
    assert sign_in_as(officer=people.maker).get(place).status_code == 404


def test_a_list_that_changed_since_it_was_shown_stops_no_other(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.maker)
    shown, address = look(browser, "submit", *(one.batch_no for one in drafts))
    marks = re.findall(r'name="batch" value="([^"]+)"', shown)
    line = made.scalars(select(Payment.id).where(Payment.batch_id == drafts[1].id)).first()
    move_lines(made, Payment.id == line, now="ready", then="held", by=SYSTEM,
               on=("batches", drafts[1].id))  # fmt: skip
    key = re.findall(r'name="key" value="([^"]+)"', shown)[0]
    given = {"act": "submit", "key": key, "batch": marks}
    first = browser.submit("/several-lists", given, shown_at=address)
    said = text_of(browser.get(first.headers["location"]).text)
    assert "已办 2 个，未办 1 个" in said
    assert "在您打开之后已有变化" in said
    assert [one.state for one in drafts] == ["frozen", "draft", "frozen"]
    # The same form once more does nothing once more.
    again = browser.submit("/several-lists", given, shown_at=address)
    assert again.headers["location"] == first.headers["location"]
    assert "已办 2 个，未办 1 个" in text_of(browser.get(first.headers["location"]).text)


def test_lists_go_back_with_one_reason_which_is_needed(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    for one in drafts:
        frozen(made, one, people)
    reviewer = sign_in_as(officer=people.reviewer)
    status, _, said = decide(reviewer, "return", drafts)
    assert status == 422
    assert "请填写理由" in said
    assert {one.state for one in drafts} == {"frozen"}
    status, _, said = decide(reviewer, "return", drafts, reason="标准有误")
    assert status == 303
    assert {one.state for one in drafts} == {"returned"}


def test_who_made_a_list_approves_none_of_several(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    for one in drafts[:2]:
        frozen(made, one, people)
    people.maker.duties = ["maker", "reviewer"]
    page, _ = look(sign_in_as(officer=people.maker), "approve", *(one.batch_no for one in drafts))
    assert 'name="batch"' not in page
    assert sign_in_as("auditor").get("/several-lists?act=approve").status_code == 403


def test_a_list_screened_without_a_control_is_approved_alone(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    for one in drafts:
        frozen(made, one, people)
    off = {
        "control": "amount_changed",
        "programme": "MZ15",
        "until": "2026-12",
        "reason": "系统迁移",
    }
    with unguarded(made):
        drafts[0].controls_off = [off]
    reviewer = sign_in_as(officer=people.reviewer)
    page, _ = look(reviewer, "approve", *(one.batch_no for one in drafts))
    assert "请在该批次的审批页单独办理" in text_of(page)
    body = {"act": "approve", "batches": [{"batch_no": drafts[0].batch_no, "seen": "x"}]}
    told = reviewer.post("/api/several-lists", json=body).json()
    assert told["lists"][0]["code"] == "sheet_changed"
    seen = reviewer.get(f"/api/batches/{drafts[0].batch_no}").json()["seen"]
    body = {"act": "approve", "batches": [{"batch_no": drafts[0].batch_no, "seen": seen}]}
    told = reviewer.post("/api/several-lists", json=body).json()
    assert told["lists"][0]["code"] == "decide_alone"
    assert drafts[0].state == "frozen"


def test_a_program_looks_and_decides_once(
    made: Session, drafts: list[Batch], people: Staff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.maker)
    asked = {"act": "submit", "batches": [one.batch_no for one in drafts]}
    shown = browser.post("/api/several-lists/look", json=asked).json()
    assert (shown["moving"], shown["lines"], shown["amount_fen"]) == (3, 6, 60_010)
    body = {
        "act": "submit",
        "batches": [{"batch_no": one["batch_no"], "seen": one["seen"]} for one in shown["lists"]],
    }
    key = {"Idempotency-Key": "monday-1"}
    first = browser.post("/api/several-lists", json=body, headers=key)
    assert [one["done"] for one in first.json()["lists"]] == [True] * 3
    assert browser.post("/api/several-lists", json=body, headers=key).json() == first.json()
    again = browser.post("/api/several-lists", json=body).json()
    assert {one["code"] for one in again["lists"]} == {"sheet_changed"}
    bad = browser.post("/api/several-lists", json={**body, "act": "sign"})
    assert bad.status_code == 422
    none = browser.post("/api/several-lists", json={**body, "act": "return"})
    assert none.json()["code"] == "reason_missing"
    assert browser.post("/api/several-lists", json={**body, "act": "approve"}).status_code == 403


def test_anothers_list_is_answered_as_one_that_is_not_there(
    made: Session, drafts: list[Batch], sign_in_as: SignInAs
) -> None:
    elsewhere = OfficerFactory.create(duties=["maker"], division="330523109")
    browser = sign_in_as(officer=elsewhere)
    told = []
    for number in (drafts[0].batch_no, "MZ15-1999-01-01"):
        seen = mark_of(made, drafts[0])
        body = {"act": "submit", "batches": [{"batch_no": number, "seen": seen}]}
        answer = browser.post("/api/several-lists", json=body)
        told.append((answer.status_code, answer.text.replace(number, "…")))
    assert told[0] == told[1]
    assert "not_found" in told[0][1]
    assert drafts[0].state == "draft"
