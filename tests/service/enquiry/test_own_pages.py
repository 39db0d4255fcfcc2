"""A resident reads the month in one sentence, the year month by month, and what comes next."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.enquiry.answer import Line
from service.enquiry.coming.stage import _stage
from service.enquiry.sentence import month_sentence
from service.foundation.spoken import spoken_day
from service.residents.models import Person
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.factories.residents import PersonFactory, PersonIdentifierFactory, id_number
from tests.service.batches.reading import text_of
from tests.service.enquiry.asking import Resident, code_of, resident
from tests.service.notices.hanging import hanging, lines_of
from tests.service.web.browsing import Browser

pytestmark = pytest.mark.usefixtures("made")


def enter(browser: Browser, session: Session, one: Resident) -> None:
    browser.submit("/me", {"id_number": one.number})
    assert browser.submit("/me/code", {"code": code_of(session, one.number)}).status_code == 303


def line(state: str, fen: int, *, tail: str = "1186", on: date | None = None) -> Line:
    return Line("MZ15", "A", "甲", "2026-10", fen, state, on, tail, "", "")


def test_all_programmes_of_a_month_are_one_sentence() -> None:
    came = date(2026, 10, 16)
    said = month_sentence(
        "2026-10",
        [
            line("paid", 15_000, on=came),
            line("paid", 6_000, on=came),
            line("unknown", 5_000),
            line("waiting", 3_000),
            line("held", 2_000),
            line("returned", 1_000, tail="2277"),
        ],
    )
    assert said[1] == (
        "2026年10月您有 6 笔补贴，共 320.00 元：210.00 元已于2026年10月16日发到尾号 1186 的账户；"
        "50.00 元已交银行，正在办理；30.00 元已列入名单，正在审批；20.00 元正在核实，您无需提供材料；"
        "10.00 元未能存入，仍归您所有，办法见下面该笔说明。"
    )
    assert said[0].startswith("In October 2026, 6 payments are yours, 320.00 yuan together: 210.00")
    assert said[0].count(".") == 7, "one full stop beside those of the amounts"
    assert month_sentence("2026-10", [])[1] == "2026年10月的发放名单上没有您的补贴。"


def test_the_sentence_is_the_first_thing_after_signing_in(
    browser: Browser, session: Session
) -> None:
    enter(browser, session, resident(201))
    shown = text_of(browser.get("/me/payments").text)
    assert "2026年10月您有 1 笔补贴：150.00 元已于2026年10月16日发到尾号" in shown
    assert shown.index("您有 1 笔补贴") < shown.index("2026年10月发给您的补贴")


def test_a_year_is_told_month_by_month_and_sums_what_came(
    browser: Browser, session: Session
) -> None:
    one = resident(202)
    waits = BatchFactory.create(month="2026-09", programme="MZ16")
    PaymentFactory.create(
        batch=waits, state="held", payee_person_id=one.person.id, amount_fen=7_777,
        account_id=one.payment.account_id, programme="MZ16", period="2026-09",
    )  # fmt: skip
    enter(browser, session, one)
    shown = text_of(browser.get("/me/history").text)
    assert "2026年已到账 150.00 元" in shown
    assert shown.index("2026年10月") < shown.index("2026年9月")
    assert "77.77" in shown
    assert "核实中" in shown
    assert browser.get("/me/history?year=2001").status_code == 404
    assert browser.get("/me/history?year=abc").status_code == 422


def test_whose_payment_it_is_stands_with_it(browser: Browser, session: Session) -> None:
    one, ward = resident(203), PersonFactory.create(name="孙小宝")
    batch = BatchFactory.create(month="2026-10", programme="MZ11")
    PaymentFactory.create(
        batch=batch, state="ready", payee_person_id=one.person.id, subject_kind="person",
        subject_id=ward.id, amount_fen=120_000, account_id=one.payment.account_id,
        programme="MZ11", period="2026-10",
    )  # fmt: skip
    enter(browser, session, one)
    for page in ("/me/payments", "/me/history", "/me/next"):
        shown = browser.get(page).text
        assert "这是孙某某的补贴，发到您的账户" in shown, page
        assert "小宝" not in shown


def test_the_next_payment_says_its_day_or_that_nobody_knows_it(
    browser: Browser, session: Session
) -> None:
    one = resident(204)
    enter(browser, session, one)
    shown = text_of(browser.get("/me/next").text)
    assert "下一次是2026年11月" in shown
    assert "仍为 150.00 元" in shown
    assert "上一次于2026年10月16日到账" in shown
    assert "发到您尾号" in shown


@pytest.mark.parametrize(
    ("state", "words"),
    [("held", "核实完毕前无法告知日期"), ("rejected", "账户更正后补发，更正前无法告知日期")],
)
def test_what_is_not_on_its_way_promises_no_day(
    browser: Browser, session: Session, state: str, words: str
) -> None:
    enter(browser, session, resident(205, state=state))
    assert words in browser.get("/me/next").text


@pytest.mark.parametrize(
    ("batch", "line", "stage", "words"),
    [
        ("draft", "ready", "computed", "正在编制发放名单，尚待审核审批"),
        ("returned", "ready", "returned", "名单退回修改"),
        ("frozen", "frozen", "in_review", "名单正在审核"),
        ("approved", "frozen", "approved", "正在制作银行文件"),
        ("prepared", "frozen", "to_be_signed", "正在等待签发"),
        ("signed", "frozen", "signed", "已签发，即将送交银行"),
        ("sent", "sent", "at_bank", "已交银行办理。"),
        ("answered", "unknown", "unanswered", "银行尚未就此笔回复"),
    ],
)
def test_what_comes_says_where_its_list_stands(
    session: Session, batch: str, line: str, stage: str, words: str
) -> None:
    """The state alone is asked about: no list of the database is moved."""
    payment = Payment(state=line, programme="MZ15", bank_file_id=None)
    with session.no_autoflush:
        found = _stage(session, payment, Batch(state=batch))
    assert (found[0], found[2]) == (stage, None)
    assert words in found[1][1]


def test_a_list_that_hangs_says_until_which_day(browser: Browser, session: Session) -> None:
    one = hanging(session, 1)
    person = session.get_one(Person, lines_of(session, one.batch)[0].payee_person_id)
    number = id_number(207, "19450607")
    PersonIdentifierFactory.create(person=person, number=number)
    browser.submit("/me", {"id_number": number})
    browser.submit("/me/code", {"code": code_of(session, number)})
    shown = text_of(browser.get("/me/next").text)
    assert f"名单正在公示，截止{spoken_day(one.notice.ends_on, 'zh')}" in shown
    assert "正在办理" not in shown


@pytest.mark.parametrize("page", ["/me/history", "/me/next"])
def test_nobody_reads_them_without_a_code(browser: Browser, page: str) -> None:
    assert browser.get(page).headers["location"] == "/me"
    assert browser.get(f"/api/enquiry{page.removeprefix('/me')}").status_code == 401


def test_programs_read_the_same(browser: Browser, session: Session) -> None:
    one = resident(206)
    browser.post("/api/enquiry/codes", json={"id_number": one.number})
    code = code_of(session, one.number)
    begun = browser.post("/api/enquiry/sessions", json={"id_number": one.number, "code": code})
    bearer = {"authorization": f"Bearer {begun.json()['token']}"}
    year = browser.get("/api/enquiry/history", headers=bearer).json()
    assert (year["year"], year["came_fen"]) == (2026, 15_000)
    assert year["months"][0]["payments"][0]["on"] == "2026-10-16"
    (expected,) = browser.get("/api/enquiry/next", headers=bearer).json()["expected"]
    assert expected["amount_fen"] == 15_000
    month = browser.get("/api/enquiry/payments?month=2026-10", headers=bearer).json()
    assert month["sentence_zh"].startswith("2026年10月您有 1 笔补贴：150.00 元")
