"""The pages of recoveries: the list, a case with its acts, and what lines say about them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.mending.models import MendRun
from service.batches.models import Batch, Payment
from service.batches.recoveries.models import RecoveryCase
from service.enquiry.answer import answer
from service.residents.models import Person
from tests.factories.batches import payee
from tests.factories.mending import Months
from tests.service.batches.reading import text_of
from tests.service.web.browsing import SignInAs


@pytest.fixture
def months(made: Session) -> Months:
    return Months(made)


@pytest.fixture
def owing(months: Months) -> Person:
    """Somebody who was paid 200 yuan for two months and was due nothing."""
    person = payee(name="试样甲")
    months.knows(person, "2026-08", "2026-09")
    months.run("2026-08", "2026-09")
    months.knows(person, "2026-08", "2026-09", fen=0)
    months.mend("2026-10", "2026-08", "2026-09")
    return person


@pytest.fixture
def case(months: Months, owing: Person) -> RecoveryCase:
    (found,) = months.cases(owing)
    return found


def test_the_list_shows_each_case_and_a_state_may_be_asked_for(
    case: RecoveryCase, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("auditor")
    said = text_of(browser.get("/recoveries").text)
    assert case.case_no in said
    assert "200.00" in said
    assert "试样甲" not in said, "names are masked"
    assert case.case_no not in text_of(browser.get("/recoveries?state=settled").text)


def test_a_case_goes_its_way_by_its_page(
    months: Months, owing: Person, case: RecoveryCase, sign_in_as: SignInAs, made: Session
) -> None:
    home = f"/recoveries/{case.case_no}"
    maker, reviewer = sign_in_as("maker"), sign_in_as("reviewer")
    assert "/agree" not in reviewer.get(home).text, "nobody was told yet"
    told = maker.submit(
        f"{home}/notify", {"on": "2026-10-03", "how": "当面送达"}, shown_at=home,
        follow_redirects=False,
    )  # fmt: skip
    assert told.status_code == 303
    refused = reviewer.submit(f"{home}/agree", {"share": "60", "reason": "同意"}, shown_at=home)
    assert refused.status_code == 422
    assert "60%" in refused.text
    reviewer.submit(f"{home}/agree", {"share": "40", "reason": "同意"}, shown_at=home)
    months.knows(owing, "2026-11")
    months.run("2026-11")
    said = text_of(reviewer.get(home).text)
    assert "40.00 60.00" in said, "kept and paid out"
    line = made.scalars(select(Payment).where(Payment.period == "2026-11")).one()
    batch = made.get_one(Batch, line.batch_id)
    shown = text_of(maker.get(f"/batches/{batch.batch_no}/lines/{line.reference}").text)
    assert "抵扣前金额 100.00 元" in shown
    (mine,) = answer(made, owing.id, "2026-11").lines
    assert "本期应发 100.00 元，其中 40.00 元" in mine.sentence_zh
    assert "Of 100.00 yuan due, 40.00 were kept" in mine.sentence
    reconciler = sign_in_as("reconciler")
    reconciler.submit(
        f"{home}/receive", {"on": "2026-11-20", "amount": "160", "reference": "BANK-9"},
        shown_at=home,
    )  # fmt: skip
    assert "已结清" in text_of(reconciler.get(home).text)
    made.refresh(case)
    assert case.state == "settled"


def test_a_write_off_takes_two(case: RecoveryCase, sign_in_as: SignInAs, made: Session) -> None:
    home = f"/recoveries/{case.case_no}"
    reviewer, signer = sign_in_as("reviewer"), sign_in_as("signer")
    act = f"{home}/write-off"
    reviewer.submit(act, {"reason": "无遗产可供执行"}, shown_at=home)
    again = reviewer.submit(act, {"reason": "再次"}, shown_at=home)
    assert again.status_code == 409
    assert "核销须由另外两名人员分别批准" in again.text
    signer.submit(act, {"reason": "已核实"}, shown_at=home)
    assert "已核销" in text_of(signer.get(home).text)


def test_who_may_not_act_is_refused_and_finds_no_form(
    case: RecoveryCase, sign_in_as: SignInAs
) -> None:
    home = f"/recoveries/{case.case_no}"
    auditor = sign_in_as("auditor")
    shown = auditor.get(home).text
    assert f'action="{home}' not in shown
    assert sign_in_as("system_administrator").get("/recoveries").status_code == 403
    assert auditor.get("/recoveries/R999999").status_code == 404
    assert auditor.get("/recoveries/nonsense").status_code == 404


def test_the_maker_looks_back_from_the_list(
    owing: Person, sign_in_as: SignInAs, made: Session
) -> None:
    assert owing
    maker = sign_in_as("maker")
    wrong = maker.submit("/recoveries", {"month": "2026-08", "since": ""})
    assert wrong.status_code == 409
    unreadable = maker.submit("/recoveries", {"month": "October", "since": ""})
    assert unreadable.status_code == 422
    maker.submit("/recoveries", {"month": "2026-10", "since": "2026-09"})
    assert made.scalars(select(MendRun.since)).one() == "2026-09"
    assert "正在回查 2026-09 起至 2026-10" in text_of(maker.get("/recoveries").text)
    assert "回查以往月份" not in sign_in_as("reviewer").get("/recoveries").text


def test_a_list_says_which_lines_are_for_past_months(
    months: Months, sign_in_as: SignInAs, made: Session
) -> None:
    person, late = payee(), payee()
    months.knows(person, "2026-09")
    months.run("2026-09")
    months.knows(person, "2026-09", fen=12_000)
    months.knows(late, "2026-09")
    batch = months.mend("2026-10", "2026-09").batch
    assert batch is not None
    said = text_of(sign_in_as("maker").get(f"/batches/{batch.batch_no}").text)
    assert "（补差）" in said
    assert "2026-09 · 补发：事后查明" in said
    assert "2026-09 · 补差：已发期间增发" in said
    line = made.scalars(select(Payment).where(Payment.line_type == "supplementary")).one()
    shown = text_of(
        sign_in_as("maker").get(f"/batches/{batch.batch_no}/lines/{line.reference}").text
    )
    assert "补充的明细" in shown
