"""The chain on the pages: who is next, back to a named step, calling back, and absences."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.approvals.models import Delegation
from service.audit.actor import SYSTEM
from service.batches.models import Batch
from service.foundation import clock
from service.ledger.appropriate import appropriate
from tests.factories.batches import county_batch, frozen
from tests.factories.chains import LongStaff, long_chain, long_staff
from tests.service.batches.reading import seen_in, text_of
from tests.service.web.browsing import Browser, SignInAs


@pytest.fixture
def people(made: Session) -> LongStaff:
    hired = long_staff()
    long_chain(made)
    return hired


@pytest.fixture
def batch(made: Session, people: LongStaff) -> Batch:
    appropriate(made, "MZ15", 2026, 10**9, fund_source="省级", by=SYSTEM)
    return frozen(made, county_batch(made), people.staff)


def press(browser: Browser, batch: Batch, act: str, **data: str) -> tuple[int, str]:
    sheet = f"/batches/{batch.batch_no}/decide"
    seen = seen_in(browser.get(sheet).text)
    answer = browser.submit(
        f"/batches/{batch.batch_no}/{act}", {"seen": seen, **data}, shown_at=sheet
    )
    return answer.status_code, answer.text


def test_the_stepper_shows_done_next_and_the_deadline(
    made: Session, batch: Batch, people: LongStaff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.leader)
    for page in (f"/batches/{batch.batch_no}", f"/batches/{batch.batch_no}/decide"):
        said = text_of(browser.get(page).text)
        assert f"乡镇初审 330523100 进行中 待办：{people.township.name}、限 " in said
    approve(made, batch, by=people.township, on=clock.today())
    said = text_of(browser.get(f"/batches/{batch.batch_no}").text)
    assert f"乡镇初审 330523100 已完成 {people.township.name}" in said
    assert "部门领导会签 进行中 0/2、待办：" in said
    english = sign_in_as("auditor", language="en").get(f"/batches/{batch.batch_no}").text
    assert "Department leaders" in english
    assert (
        "部门领导会签：同意发放 400.10 元" in browser.get(f"/batches/{batch.batch_no}/decide").text
    )


def test_a_step_of_another_office_says_so_and_waits_in_its_queue(
    batch: Batch, people: LongStaff, sign_in_as: SignInAs
) -> None:
    leader = sign_in_as(officer=people.leader)
    assert "应由其他单位的人员办理" in leader.get(f"/batches/{batch.batch_no}/decide").text
    assert batch.batch_no not in leader.get("/").text
    township = sign_in_as(officer=people.township)
    assert batch.batch_no in township.get("/").text
    assert press(township, batch, "approve")[0] == 303
    assert batch.batch_no in leader.get("/").text


def test_what_is_late_is_said_to_whose_step_it_is_and_to_the_auditor(
    batch: Batch, people: LongStaff, sign_in_as: SignInAs
) -> None:
    auditor = sign_in_as("auditor")
    assert "逾期" not in text_of(auditor.get("/").text)
    with time_machine.travel(clock.now() + timedelta(days=21)):
        assert "逾期: 乡镇初审 330523100" in text_of(sign_in_as("auditor").get("/").text)
        assert "起逾期" in text_of(sign_in_as(officer=people.township).get("/").text)


def test_back_to_a_named_step_and_called_back(
    batch: Batch, people: LongStaff, sign_in_as: SignInAs
) -> None:
    township, leader = sign_in_as(officer=people.township), sign_in_as(officer=people.leader)
    assert press(township, batch, "approve")[0] == 303
    page = leader.get(f"/batches/{batch.batch_no}/decide").text
    assert '<option value="township">乡镇初审</option>' in page
    assert press(leader, batch, "return", reason="请再核", to_step="township")[0] == 303
    assert (batch.state, batch.round) == ("frozen", 2)
    assert press(township, batch, "approve")[0] == 303
    status, page = press(township, batch, "recall", reason=" ")
    assert status == 422
    assert "请填写理由" in page
    assert press(township, batch, "recall", reason="户数有误")[0] == 303
    assert "已撤回" in text_of(township.get(f"/batches/{batch.batch_no}").text)
    maker = sign_in_as(officer=people.maker)
    assert press(maker, batch, "recall", reason="漏人")[0] == 303
    assert batch.state == "returned"


def test_an_officer_registers_the_own_absence_and_ends_it(
    made: Session, people: LongStaff, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(officer=people.finance)
    today = clock.today()
    form = {
        "from_day": today.isoformat(), "to_day": (today + timedelta(days=2)).isoformat(),
        "delegate": people.leader_3.username, "reason": "外出培训",
    }  # fmt: skip
    assert browser.submit("/absences", {**form, "reason": " "}).status_code == 422
    assert "受托人应为" in browser.submit("/absences", {**form, "delegate": "nobody.here"}).text
    assert "最长 92 天" in browser.submit("/absences", {**form, "to_day": "2026-02-30"}).text
    assert browser.submit("/absences", form).status_code == 303
    made_one = made.scalars(select(Delegation)).one()
    said = text_of(browser.get("/absences").text)
    assert f"由 {people.leader_3.name} · {people.leader_3.organisation} 代为办理" in said
    other = sign_in_as(officer=people.leader)
    assert other.post(f"/absences/{made_one.id}/end").status_code in (403, 404)
    ended = browser.submit(f"/absences/{made_one.id}/end", shown_at="/absences")
    assert ended.status_code == 303
    made.refresh(made_one)
    assert made_one.ended_at is not None
    assert "无人离岗" in browser.get("/absences").text


def test_a_signer_has_no_stand_in_and_an_auditor_no_form(
    people: LongStaff, sign_in_as: SignInAs
) -> None:
    assert 'name="delegate"' not in sign_in_as(officer=people.signer).get("/absences").text
    assert 'name="from_day"' not in sign_in_as("auditor").get("/absences").text
    assert sign_in_as("steward").get("/absences").status_code == 403
