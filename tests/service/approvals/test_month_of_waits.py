"""A month's page and the list of batches begin with what waits for somebody, the late first."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from service.approvals.decide import approve
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.models import Batch
from service.foundation import clock
from service.ledger.appropriate import appropriate
from service.notices.submit import submit_and_post
from tests.factories.batches import BatchFactory, PaymentFactory, approved, county_batch
from tests.factories.officers import Staff, staff
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs


def test_what_is_late_comes_first_and_what_is_done_is_folded(
    made: Session, sign_in_as: SignInAs
) -> None:
    people, late = staff(), county_batch(made, 2)
    with time_machine.travel(clock.now() - timedelta(days=40)):
        submit_and_post(made, late, by=people.maker, on=clock.today())
    draft = BatchFactory.create(month=late.month, programme="MZ16", state="draft")
    PaymentFactory.create(batch=draft, programme="MZ16")
    done = _approved(made, people, "MZ17")
    page = sign_in_as("maker").get(f"/months/{late.month}").text
    said = text_of(page)
    assert "3 个批次中 2 个待办，其中逾期 1 个" in said
    first, _, rest = said.partition("查看本月全部项目")
    assert first.index(late.batch_no) < first.index(draft.batch_no)
    assert "部门复核，已逾期（应于" in first
    assert "待编制人提交" in first
    assert done.batch_no not in first
    assert done.batch_no in rest
    assert '<details class="field">' in page
    assert f'href="/batches?month={late.month}&amp;state=approved"' in page


def test_the_step_that_is_next_is_named_once_the_first_is_taken(
    made: Session, sign_in_as: SignInAs
) -> None:
    people, batch = staff(), county_batch(made, 2)
    submit_and_post(made, batch, by=people.maker, on=clock.today())
    browser = sign_in_as("maker")
    assert "部门复核，限 " in text_of(browser.get("/batches?state=waiting").text)
    appropriate(made, batch.programme, 2026, 10**9, fund_source="省级", by=SYSTEM)
    approve(made, batch, by=people.reviewer, on=clock.today())
    assert batch.batch_no not in browser.get("/batches?state=waiting").text
    move(made, batch, "prepared", by=people.signer.actor())
    made.flush()
    assert "财政签发，限 " in text_of(browser.get("/batches?state=waiting").text)


def test_the_list_of_batches_begins_with_what_waits(made: Session, sign_in_as: SignInAs) -> None:
    done = _approved(made, staff(), "MZ01")
    draft = BatchFactory.create(month=done.month, programme="MZ16", state="draft")
    said = sign_in_as("maker").get(f"/batches?month={done.month}").text
    assert said.index(draft.batch_no) < said.index(done.batch_no)


def _approved(made: Session, people: Staff, programme: str) -> Batch:
    batch = county_batch(made, 2, programme=programme)
    return approved(made, batch, people)
