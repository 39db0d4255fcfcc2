"""Deliveries that wait: what the steward is told, asked and able to do; rejected rows there and back."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.residents.models import ColumnMapping, Delivery, FeedRecord, RejectedRow
from tests.factories import residents
from tests.factories.residents import id_number
from tests.service.web.browsing import Browser, SignInAs, token_in

HOME = "/feeds/SF_PRISON"
HEADER = "罪犯身份证号,姓名,入监日期,出监日期"
STRANGE = "服刑人员证件号,服刑人员姓名,收监日,释放日"


@pytest.fixture(autouse=True)
def made(session: Session) -> None:
    residents.use(session)


def table(header: str, rows: list[str]) -> bytes:
    return "\r\n".join([header, *rows]).encode()


def rows_of(count: int) -> list[str]:
    return [f"{id_number(n, f'19{50 + n // 900}0101')},试样,2026-01-05," for n in range(count)]


def bring(browser: Browser, content: bytes, name: str = "a.csv") -> str:
    """Bring a file by the form and return the address of its delivery."""
    answer = browser.submit(f"{HOME}/deliveries", shown_at=HOME, files={"file": (name, content)})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def decide(browser: Browser, address: str, answer: str, **more: str) -> Any:
    said = {"answer": answer, "reason": "电话核实：县司法局李科长确认无误。", **more}
    return browser.submit(f"{address}/decision", said, shown_at=address)


def newest(session: Session) -> Delivery:
    session.expire_all()
    return session.scalars(
        select(Delivery).where(Delivery.feed == "SF_PRISON").order_by(Delivery.received_at.desc())
    ).first() or pytest.fail("nothing came")


def current(session: Session) -> int:
    counted = select(func.count()).select_from(FeedRecord).where(FeedRecord.known_to.is_(None))
    return session.scalar(counted) or 0


@pytest.fixture
def shrunk(session: Session, sign_in_as: SignInAs) -> tuple[Browser, str]:
    """A list of 150 that comes again with 20: it waits, and this is where."""
    browser = sign_in_as("steward")
    bring(browser, table(HEADER, rows_of(150)), "first.csv")
    return browser, bring(browser, table(HEADER, rows_of(20)), "second.csv")


def test_a_list_that_shrinks_waits_and_says_why_and_what_would_happen(
    shrunk: tuple[Browser, str], session: Session
) -> None:
    browser, address = shrunk
    assert newest(session).state == "waiting"
    shown = browser.get(address).text
    assert "等待原因" in shown
    assert "采信后将写入 20 行" in shown
    assert "未列入者在本名单中终止" in shown
    assert "异常报送：请决定采信或退回" in browser.get("/").text
    assert address in browser.get("/").text
    assert "等待您决定" in browser.get(HOME).text
    assert current(session) == 150


def test_the_steward_takes_it_over_with_a_reason(
    shrunk: tuple[Browser, str], session: Session
) -> None:
    browser, address = shrunk
    answer = decide(browser, address, "confirm")
    assert answer.status_code == 303
    assert newest(session).state == "imported"
    assert current(session) == 20
    shown = browser.get(address).text
    assert "县司法局李科长" in shown
    assert "周敏" in shown
    assert 'id="decide"' not in shown


def test_a_page_opened_before_somebody_decided_changes_nothing(
    shrunk: tuple[Browser, str], session: Session
) -> None:
    browser, address = shrunk
    token = token_in(browser.get(address).text, f"{address}/decision")
    decide(browser, address, "decline")
    said = {"answer": "confirm", "reason": "晚了一步的确认", "form_token": token}
    answer = browser.post(f"{address}/decision", data=said)
    assert answer.status_code == 409
    assert newest(session).state == "declined"


def test_the_steward_sends_it_back(shrunk: tuple[Browser, str], session: Session) -> None:
    browser, address = shrunk
    assert decide(browser, address, "decline").status_code == 303
    assert newest(session).state == "declined"
    assert current(session) == 150
    assert "已退回" in browser.get(HOME).text


def test_without_a_reason_nothing_is_decided(shrunk: tuple[Browser, str], session: Session) -> None:
    browser, address = shrunk
    answer = decide(browser, address, "confirm", reason=" ")
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert newest(session).state == "waiting"


def test_only_the_steward_decides(
    shrunk: tuple[Browser, str], session: Session, sign_in_as: SignInAs
) -> None:
    _, address = shrunk
    for duty in ("maker", "auditor"):
        shown = sign_in_as(duty).get(address)
        assert shown.status_code == 200
        assert "等待原因" in shown.text
        assert "/decision" not in shown.text
    assert sign_in_as("reviewer").get(address).status_code == 403


def test_unknown_headers_are_explained_once_and_remembered(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    address = bring(browser, table(STRANGE, rows_of(12)))
    shown = browser.get(address).text
    assert newest(session).state == "waiting"
    assert all(header in shown for header in STRANGE.split(","))
    assert shown.count("<select") == 4
    answer = decide(
        browser, address, "confirm",
        **{"map-0": "person", "map-1": "name", "map-2": "", "map-3": "to_date"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "入监日期 没有对应的列" in answer.text
    assert 'href="#columns"' in answer.text
    assert '<option value="to_date" selected>' in answer.text
    assert newest(session).state == "waiting"
    fields = {"map-0": "person", "map-1": "name", "map-2": "from_date", "map-3": "to_date"}
    assert decide(browser, address, "confirm", **fields).status_code == 303
    assert (newest(session).state, newest(session).rows_accepted) == ("imported", 12)
    assert session.scalar(select(func.count()).select_from(ColumnMapping)) == 1
    bring(browser, table(STRANGE, rows_of(13)), "next.csv")
    assert (newest(session).state, newest(session).rows_accepted) == ("imported", 13)


def test_rejected_rows_go_out_with_reasons_and_come_back_corrected(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("steward")
    good = id_number(200, "19620101")
    address = bring(browser, table(HEADER, [*rows_of(40), f"{good},试样,明天,"]))
    answer = browser.submit(f"{address}/rejected", shown_at=address)
    assert answer.status_code == 200
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="SF_PRISON-rejected-')
    assert good not in disposition
    said = session.scalars(select(AuditEntry).where(AuditEntry.act == "feed.rows_given_back")).one()
    assert good.encode() not in said.canonical
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.active
    assert sheet is not None
    headers = [cell.value for cell in sheet[1]]
    assert headers[-2:] == ["退回编号", "退回原因"]
    sheet.cell(row=2, column=headers.index("入监日期") + 1).value = "2026-02-01"
    corrected = io.BytesIO()
    book.save(corrected)
    again = bring(browser, corrected.getvalue(), "corrected.xlsx")
    assert newest(session).mode == "correction"
    assert newest(session).rows_accepted == 1
    assert session.scalars(select(RejectedRow)).one().corrected_by_id is not None
    assert current(session) == 41
    assert "更正：不终止任何记录" in browser.get(again).text


def test_whoever_does_not_import_downloads_no_rejected_rows(
    session: Session, sign_in_as: SignInAs
) -> None:
    address = bring(sign_in_as("steward"), table(HEADER, [*rows_of(40), "1,试样,2026-01-01,"]))
    shown = sign_in_as("maker").get(address).text
    assert "下载退回行" not in shown
