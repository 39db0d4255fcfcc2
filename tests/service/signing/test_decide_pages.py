"""The sheet that is decided on: the consequence in the button, the reason where there is none."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.batches.acts import act
from service.batches.models import Batch
from service.batches.queries import has_acted
from service.dispatch.prepare import prepare
from service.foundation import clock
from service.foundation.settings import settings
from service.ledger.appropriate import appropriate
from service.notices.check import current
from service.signing.manifest import of_batch
from tests.factories.batches import county_batch, frozen, prepared
from tests.factories.officers import Staff, staff
from tests.migrations.conftest import unguarded
from tests.service.batches.reading import seen_in, text_of
from tests.service.web.browsing import Browser, SignInAs, token_in


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


@pytest.fixture
def batch(made: Session, people: Staff) -> Batch:
    """A draft of two lines, 200.03 yuan, of a programme that needs no notice, with money for it."""
    appropriate(made, "MZ15", 2026, 10**8, fund_source="省级", by=SYSTEM)
    return county_batch(made, 2)


def decide(browser: Browser, batch: Batch, act: str, **data: str) -> tuple[int, str]:
    """Press a button of the sheet as it is now; return the status and the page it leads to."""
    sheet = f"/batches/{batch.batch_no}/decide"
    seen = seen_in(browser.get(sheet).text)
    answer = browser.submit(
        f"/batches/{batch.batch_no}/{act}", {"seen": seen, **data}, shown_at=sheet
    )
    return answer.status_code, answer.text


def test_the_sheet_is_a_cheque(made: Session, batch: Batch, sign_in_as: SignInAs) -> None:
    page = sign_in_as("auditor").get(f"/batches/{batch.batch_no}/decide").text
    said = text_of(page)
    assert "200.03 元 贰佰元零叁分" in said
    assert "33050163000000000018" in said
    assert "样例代发行 rural" in said
    assert "2026 年度 1,000,000.00 元，剩余 1,000,000.00 元" in said
    assert " ".join(batch.rule_digest[n : n + 8] for n in range(0, 64, 8)) in said
    assert "您的决定" not in said, "an auditor decides nothing"


def test_submit_approve_and_sign_by_three_people(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    maker, reviewer, signer = (
        sign_in_as(officer=one) for one in (people.maker, people.reviewer, people.signer)
    )
    assert "提交复核 2 笔 200.03 元" in maker.get(f"/batches/{batch.batch_no}/decide").text
    assert decide(maker, batch, "submit")[0] == 303
    assert batch.state == "frozen"
    assert "批准发放 200.03 元" in reviewer.get(f"/batches/{batch.batch_no}/decide").text
    assert decide(reviewer, batch, "approve")[0] == 303
    assert batch.state == "approved"
    prepare(made, str(batch.id), clock.today().isoformat())
    page = signer.get(f"/batches/{batch.batch_no}/decide").text
    manifest = of_batch(made, batch)
    assert manifest is not None
    assert manifest.digest.hex()[:8] in page
    assert page.count("<code>") >= 8, "every file with both of its digests"
    assert decide(signer, batch, "sign")[0] == 303
    assert batch.state == "signed"
    said = text_of(signer.get(f"/batches/{batch.batch_no}").text)
    for officer in (people.maker, people.reviewer, people.signer):
        assert officer.name in said


def test_the_maker_cannot_approve(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    browser = sign_in_as(officer=people.maker)
    page = browser.get(f"/batches/{batch.batch_no}/decide").text
    assert "批准发放" not in text_of(page)
    assert "已经提交。" in page
    # Whoever was given another duty since is still the one who made it.
    people.maker.duties = ["reviewer"]
    made.flush()
    page = browser.get(f"/batches/{batch.batch_no}/decide").text
    assert "disabled" in page
    assert f"您已处理过 {batch.batch_no}，下一步须由其他人员办理" in page
    assert f'action="/batches/{batch.batch_no}/approve"' not in page


def test_a_maker_who_sends_the_form_anyway_is_refused(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    reviewer = sign_in_as(officer=people.reviewer)
    frozen(made, batch, people)
    sheet = f"/batches/{batch.batch_no}/decide"
    seen = seen_in(reviewer.get(sheet).text)
    # The page was open before somebody else's act was written under this officer's name.
    act(made, batch, people.reviewer, "submitted", at=clock.now())
    page = reviewer.get(sheet).text
    assert f'action="/batches/{batch.batch_no}/approve"' not in page
    answer = sign_in_as("maker").post(f"/batches/{batch.batch_no}/approve", data={"seen": seen})
    assert answer.status_code == 403
    assert batch.state == "frozen"


def test_what_nobody_could_press_today_says_why(
    made: Session, people: Staff, sign_in_as: SignInAs
) -> None:
    noticed = county_batch(made, 2, programme="MZ01")
    sheet = f"/batches/{noticed.batch_no}/decide"
    assert "编制人尚未提交" in sign_in_as("reviewer").get(sheet).text
    maker = sign_in_as(officer=people.maker)
    assert decide(maker, noticed, "submit")[0] == 303
    assert noticed.state == "noticed"
    notice = current(made, noticed)
    assert notice is not None
    assert notice.posted_on == clock.today()
    reviewer = sign_in_as("reviewer")
    page = reviewer.get(sheet).text
    assert f"公示至 {notice.ends_on}，次日起方可审批" in page
    assert f'action="/batches/{noticed.batch_no}/return"' in page
    with unguarded(made):
        notice.posted_on = clock.today() - timedelta(days=8)
        notice.ends_on = clock.today() - timedelta(days=1)
        made.flush()
    assert "本年度剩余预算 0.00 元" in reviewer.get(sheet).text


def test_a_return_needs_a_reason(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    reviewer = sign_in_as(officer=people.reviewer)
    status, page = decide(reviewer, batch, "return", reason="  ")
    assert status == 422
    assert '<a href="#reason">请填写理由' in page
    assert "<title>错误: " in page
    assert batch.state == "frozen"
    assert decide(reviewer, batch, "return", reason="两人账户待核")[0] == 303
    assert (batch.state, batch.round) == ("returned", 2)
    queue = text_of(sign_in_as(officer=people.maker).get("/").text)
    assert f"重新提交 高龄津贴（80至99周岁） {batch.batch_no}" in queue


def test_the_signer_may_return_what_is_prepared(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    prepared(made, batch, people)
    signer = sign_in_as(officer=people.signer)
    assert decide(signer, batch, "return", reason="付款日有误")[0] == 303
    assert batch.state == "returned"
    reviewer = sign_in_as(officer=people.reviewer)
    assert "/return" not in reviewer.get(f"/batches/{batch.batch_no}/decide").text


def test_a_decision_counts_only_for_what_was_seen(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    reviewer = sign_in_as(officer=people.reviewer)
    sheet = f"/batches/{batch.batch_no}/decide"
    for seen in ("", "0" * 32):
        answer = reviewer.submit(
            f"/batches/{batch.batch_no}/approve", {"seen": seen}, shown_at=sheet
        )
        assert answer.status_code == 409
        assert "在您打开之后已有变化" in answer.text
    assert batch.state == "frozen"


def test_a_refused_act_leaves_nothing_behind(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    frozen(made, batch, people)
    reviewer = sign_in_as(officer=people.reviewer)
    page = reviewer.get(f"/batches/{batch.batch_no}/decide").text
    form = {
        "seen": seen_in(page),
        "form_token": token_in(page, f"/batches/{batch.batch_no}/approve"),
    }
    # The money is gone after the page was drawn: the verb finds out after its first writes.
    appropriate(made, "MZ15", 2026, 100, fund_source="省级", by=SYSTEM)
    answer = reviewer.post(f"/batches/{batch.batch_no}/approve", data=form)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "本年度剩余预算 1.00 元" in answer.text
    assert batch.state == "frozen"
    assert not has_acted(made, batch, people.reviewer)


def test_production_keeps_no_key_to_sign_with(
    made: Session,
    batch: Batch,
    people: Staff,
    sign_in_as: SignInAs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prepared(made, batch, people)
    signer = sign_in_as(officer=people.signer)
    sheet = f"/batches/{batch.batch_no}/decide"
    page = signer.get(sheet)
    production = settings().model_copy(update={"profile": "production"})
    monkeypatch.setattr("service.signing.offers.settings", lambda: production)
    monkeypatch.setattr("service.signing.software.settings", lambda: production)
    assert "请使用密钥客户端签名" in signer.get(sheet).text
    form = {
        "seen": seen_in(page.text),
        "form_token": token_in(page.text, f"/batches/{batch.batch_no}/sign"),
    }
    answer = signer.post(f"/batches/{batch.batch_no}/sign", data=form)
    assert answer.status_code == 403
    assert "仅演示环境" in answer.text
    assert batch.state == "prepared"


def test_the_signer_is_told_what_waits(
    made: Session, batch: Batch, people: Staff, sign_in_as: SignInAs
) -> None:
    prepared(made, batch, people)
    queue = text_of(sign_in_as(officer=people.signer).get("/").text)
    assert f"2 签名 高龄津贴（80至99周岁） {batch.batch_no} 应发 200.03 元" in queue
