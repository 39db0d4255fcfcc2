"""A bank's faulty file is shown as a sheet: the rows around each fault, marked, explained and masked."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from bank_adapters.sheets.profile import SheetProfile
from service.reconciliation import queries
from service.reconciliation.faulty.sheet import LINES_A_PAGE
from tests.bank_adapters.filled_in import Cells, filled_in
from tests.bank_adapters.makers import CARD, Told, instructions, pain002, told
from tests.factories.banks import DEBIT_ACCOUNTS
from tests.factories.batches import channel
from tests.service.reconciliation.answers import Sent, entry, statement
from tests.service.reconciliation.answers import sent as sent_to_banks
from tests.service.web.browsing import Browser, SignInAs

NAME = "阿依古丽·买买提"


@pytest.fixture(autouse=True)
def banks(made: Session) -> None:
    """Two banks, of which nothing else is asked."""
    channel("rural")
    channel("ccb")


def sheets(session: Session, profile: str) -> SheetProfile:
    """Let one of them answer in tables of a kind."""
    bank = queries.channel_by_code(session, "ccb")
    assert bank is not None
    bank.profile = profile
    session.flush()
    found = adapter_for(profile).profile
    assert isinstance(found, SheetProfile)
    return found


def workbook(session: Session, rows: int, spoil: Callable[[list[Cells]], None]) -> bytes:
    """Return a spoilt workbook of a bank that answers in one, as its clerk would save it."""
    return filled_in(sheets(session, "ccb-sheet"), told(instructions(rows)), spoil=spoil)


def bring(browser: Browser, content: bytes, name: str, **form: str) -> str:
    """Bring a file by hand and return the address of its page."""
    answer = browser.submit(
        "/reconciliation/upload",
        {"channel": "rural", "kind": "reply", **form},
        shown_at="/reconciliation/files",
        files={"file": (name, content)},
    )
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_a_workbook_is_shown_with_its_wrong_cells(session: Session, sign_in_as: SignInAs) -> None:
    def spoil(rows: list[Cells]) -> None:
        rows[3][3] = "1,234.50"
        rows[4][9] = "可能成功"
        rows[8].append("多出的一列")

    browser = sign_in_as("reconciler")
    place = bring(browser, workbook(session, 9, spoil), "answer.xlsx", channel="ccb")
    shown = browser.get(place).text
    row = shown[shown.index('id="line-4"') : shown.index("amount_thousands_separator")]
    assert "有误： </span>1,234.50</mark>" in row
    assert "金额带有千分位" in row
    assert "应为：以元为单位、两位小数：1234.50。" in shown
    assert 'href="#line-4"' in shown, "the list of faults leads to the row"
    assert "有误： </span>多***" in shown, "what stands in no column of theirs may be a name"
    assert "有误： </span>可能成功" in shown
    assert "11 列：序号、账号" in shown
    assert "阿*******" in row
    assert "***************2444" in row
    for personal in (NAME, CARD, "多出的一列"):
        assert personal not in shown
    listed = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert listed.count('<th scope="row">') == 7, "rows 3 to 6 and 8 to 10, and no other"
    assert "中间无误的行未列出" in listed


def test_programs_are_shown_the_same_page_by_page(session: Session, sign_in_as: SignInAs) -> None:
    def spoil(rows: list[Cells]) -> None:
        for row in rows[1:]:
            row[3] = "100"

    browser = sign_in_as("reconciler", language="en")
    place = bring(browser, workbook(session, 45, spoil), "answer.xlsx", channel="ccb")
    address = f"/api{place}/sheet"
    first, last = browser.get(address).json(), browser.get(f"{address}?page=3").json()
    assert (first["kind"], first["pages"], first["total"]) == ("table", 3, 45)
    wrong = [one for one in first["rows"] if one["notes"]]
    assert [one["line"] for one in wrong] == list(range(2, 2 + LINES_A_PAGE))
    assert wrong[0]["notes"][0]["code"] == "amount_without_decimals"
    marked = [cell for cell in wrong[0]["cells"] if cell["is_wrong"]]
    assert marked == [{"column": "金额", "text": "100", "is_wrong": True}]
    assert [one["line"] for one in last["rows"] if one["notes"]][-1] == 46
    assert CARD not in str(first) + str(last)
    page = browser.get(f"{place}?page=3").text
    assert 'id="line-46"' in page
    assert 'id="line-2"' not in page
    assert "Page 3 of 3 · 45 rows" in page
    assert browser.get(f"{place}?page=99").status_code == 200
    assert sign_in_as("steward").get(address).status_code == 403


def xml(browser: Browser, content: bytes, **form: str) -> dict[str, Any]:
    place = bring(browser, content, "answer.xml", **form)
    found: dict[str, Any] = browser.get(f"/api{place}/sheet").json()
    assert found["kind"] == "text"
    return found


def marked(found: dict[str, Any]) -> list[tuple[int, str, list[str]]]:
    """Return (line, marked pieces, codes) of every line with a fault."""
    return [
        (
            one["line"],
            "".join(cell["text"] for cell in one["cells"] if cell["is_wrong"]),
            [note["code"] for note in one["notes"]],
        )
        for one in found["rows"]
        if one["notes"]
    ]


@pytest.mark.parametrize("is_one_line", [False, True])
def test_a_message_is_shown_by_its_lines(sign_in_as: SignInAs, *, is_one_line: bool) -> None:
    said = told(instructions(3))
    content = pain002(said).replace(b">100.02<", b">1,00.02<")
    content = content.replace(b"<TxSts>", f"<Nm>{NAME}</Nm><Id>{CARD}</Id><TxSts>".encode())
    if is_one_line:
        content = b"".join(content.splitlines())
    found = xml(sign_in_as("reconciler"), content)
    ((line, piece, codes),) = marked(found)
    assert line == (1 if is_one_line else 7)
    assert piece == '<InstdAmt Ccy="CNY">1,00.02</InstdAmt>'
    assert codes == ["amount_thousands_separator"]
    told_of = "".join(cell["text"] for one in found["rows"] for cell in one["cells"])
    assert "<Nm>阿*******</Nm><Id>***************2444</Id>" in told_of
    assert NAME not in told_of
    assert CARD not in told_of


def test_a_statement_that_is_none_is_shown_by_its_first_lines(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("reconciler", language="en")
    content = f"<html><body>\n<p>{NAME} {CARD}</p></body></html>".encode()
    place = bring(browser, content, "st.xml", kind="statement")
    shown = browser.get(place).text
    assert "How the file begins" in shown
    assert "阿*******" in shown
    assert NAME not in shown
    assert CARD not in shown
    binary = bring(browser, b"PK\x03\x04\0\0\0 no workbook", "x.xlsx", channel="ccb")
    assert "It cannot be shown as rows" in browser.get(binary).text


def test_a_wrong_balance_is_marked_where_the_statement_states_it(
    session: Session, sign_in_as: SignInAs
) -> None:
    out: Sent = sent_to_banks(session, 4)
    content = statement(
        DEBIT_ACCOUNTS["rural"], [entry(7, "CRDT")], opening_fen=100, closing_fen=100
    ).replace(b"<Bal>", b"\n<Bal>")
    kept = out.statement(content)
    assert queries.one_inbound(session, kept.id) is not None
    found = sign_in_as("reconciler").get(f"/api/reconciliation/files/{kept.id}/sheet").json()
    assert "balance_wrong" in str(found)
    assert DEBIT_ACCOUNTS["rural"] not in str(found)


def test_a_statement_in_lines_of_fields_is_marked_at_the_field(
    session: Session, sign_in_as: SignInAs
) -> None:
    account = DEBIT_ACCOUNTS["ccb"]
    content = (
        f":20:STMT1\n:25:{account}\n:28C:7/1\n:60F:C261125CNY1000,00\n"
        ":61:2611251125D100.00,NMSCPAY0000001//B1\n"
        f":86:高龄津贴 {NAME} {CARD}\n:62F:C261126CNY900,00\n-\n"
    ).encode()
    browser = sign_in_as("reconciler")
    place = bring(browser, content, "day.sta", channel="ccb", kind="statement")
    found = browser.get(f"/api{place}/sheet").json()
    assert found["kind"] == "text"
    assert marked(found) == [
        (1, "", ["balance_wrong"]),
        (5, ":61:2611251125D100.00,NMSCPAY0000001//B1", ["amount_thousands_separator"]),
    ]
    told_of = "".join(cell["text"] for one in found["rows"] for cell in one["cells"])
    for personal in (NAME, CARD, account):
        assert personal not in told_of


def test_a_line_cut_by_bytes_or_delimiter_is_marked_where_it_ends(
    session: Session, sign_in_as: SignInAs
) -> None:
    def spoil(rows: list[Cells]) -> None:
        del rows[2][-3:]

    profile = sheets(session, "abc-payroll")
    said: list[Told] = told(instructions(4))
    browser = sign_in_as("reconciler")
    place = bring(browser, filled_in(profile, said, spoil=spoil), "a.txt", channel="ccb")
    found = browser.get(f"/api{place}/sheet").json()
    ((line, piece, codes),) = marked(found)
    assert (line, piece, codes) == (3, "0", ["column_count_wrong"])


def test_a_sheet_is_read_no_further_than_its_faults(session: Session) -> None:
    from bank_adapters.sheets.workbook_in import rows_through

    book = openpyxl.Workbook(write_only=True)
    written = book.create_sheet()
    for number in range(1, 50):
        written.append([number])
    out = io.BytesIO()
    book.save(out)
    assert [row.line for row in rows_through(out.getvalue(), 3)] == [1, 2, 3]
    assert list(rows_through(b"PK\x03\x04", 3)) == []
