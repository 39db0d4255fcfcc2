"""Corrections by workbook: out, filled in, in again, faults mended, asked for, agreed, issued again."""

import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.foundation.encryption import sealer
from service.foundation.ids import reference_of
from service.foundation.problems import NotFound, Problem
from service.officers.may import NotAllowed
from service.officers.models import Officer
from service.reconciliation.corrections import queries
from service.reconciliation.corrections.ask import Asked, ask
from service.reconciliation.corrections.export import corrections
from service.reconciliation.corrections.mend import RowDone, drop, mend
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.corrections.take import raw_of, take
from service.reconciliation.reissue import reissue
from service.reconciliation.workbooks.reader import Reader
from service.residents.accounts import confirm_change, refuse_change, request_change
from service.residents.accounts.problems import SecondOfficerNeeded
from service.residents.models import Account, AccountChange
from tests.factories.officers import OfficerFactory
from tests.foundation.spreadsheets.reckoning import Reckoned
from tests.service.reconciliation.answers import Sent
from tests.service.reconciliation.corrections.filling import as_csv, entry, filled
from tests.service.web.browsing import SignInAs


def officer(duty: str, **more: Any) -> Officer:
    made: Officer = OfficerFactory.create(duties=[duty], **more)
    return made


def exported(town: Sent, who: Officer | None = None) -> bytes:
    return corrections(town.session, Reader(who or town.people.maker)).content


def imported(town: Sent, content: bytes, who: Officer | None = None) -> CorrectionFile:
    return take(town.session, "更正表.xlsx", content, by=who or town.people.maker)


def rows(town: Sent, file: CorrectionFile) -> list[CorrectionRow]:
    found = town.session.scalars(
        select(CorrectionRow)
        .where(CorrectionRow.file_id == file.id)
        .order_by(CorrectionRow.row_no)
        .execution_options(populate_existing=True)
    )
    return list(found)


def said(town: Sent, file: CorrectionFile) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return (state, [(cell, code)]) of every row."""
    return [
        (row.state, [(fault["cell"], fault["code"]) for fault in row.faults])
        for row in rows(town, file)
    ]


def test_the_workbook_has_a_row_for_each_failed_payment_and_says_what_is_wanted(
    failed: Sent,
) -> None:
    content = exported(failed)
    reckoned = Reckoned(content)
    lines = failed.lines()[:6]
    assert reckoned.column("更正表", "流水号") == [line.reference for line in lines]
    assert all("账户已销户" in one for one in reckoned.column("更正表", "原因"))
    assert all("换卡" in one for one in reckoned.column("更正表", "需要办理"))
    assert reckoned.column("核对", "结论") == ["相符"]
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    assert {cell.number_format for row in sheet["I4:M9"] for cell in row} == {"@"}
    assert "王秀兰" not in str(list(sheet.values)), "names are masked"
    whole = corrections(failed.session, Reader(failed.people.maker, True, "寄各乡镇核对"))
    assert "王秀兰" in str(Reckoned(whole.content).rows("更正表"))
    with pytest.raises(NotAllowed):
        exported(failed, officer("signer"))


def test_from_the_workbook_to_the_second_payment(failed: Sent) -> None:
    session, maker = failed.session, failed.people.maker
    first, second, *_ = failed.lines()
    accounts = session.scalars(select(Account.id)).all()
    file = imported(failed, filled(exported(failed), entry(first), entry(second, 2)))
    assert said(failed, file) == [("ready", []), ("ready", [])]
    assert (file.rows_blank, file.lines_given_out) == (4, 6)
    assert session.scalars(select(AccountChange)).all() == [], "an import changes nothing"
    assert ask(session, file, by=maker).asked == 2
    assert ask(session, file, by=maker).asked == 0, "nothing is asked for twice"
    assert session.scalars(select(Account.id)).all() == accounts, "nor does asking change anything"
    one, other = session.scalars(select(AccountChange).order_by(AccountChange.requested_at)).all()
    assert one.reason == f"{failed.batch.batch_no}: 换卡回执"
    with pytest.raises((SecondOfficerNeeded, NotAllowed)):
        confirm_change(session, one.id, by=maker)
    confirm_change(session, one.id, by=failed.people.reviewer)
    refuse_change(session, other.id, by=failed.people.reviewer, reason="回执不清楚")
    shown = queries.rows(session, maker, file)
    assert [row.change_state for row in shown] == ["confirmed", "refused"]
    batch = reissue(session, "MZ15", "2026-10", by=failed.people.reconciler.actor())
    assert batch is not None
    again = session.scalars(select(Payment).where(Payment.replaces_id == first.id)).one()
    assert again.amount_fen == first.amount_fen
    assert queries.rows(session, maker, file)[0].reissued_as == again.reference
    # What was refused is filled in anew and asked for again.
    later = imported(failed, filled(exported(failed), entry(second, 3)))
    assert said(failed, later) == [("ready", [])]


def test_the_same_workbook_twice_changes_nothing(failed: Sent) -> None:
    first, second, *_ = failed.lines()
    content = filled(exported(failed), entry(first), entry(second, 2, account="62"))
    file = imported(failed, content)
    before = said(failed, file)
    assert imported(failed, content).id == file.id
    assert file.times_seen == 2
    assert said(failed, file) == before
    # Saved again the bytes are others, and the words the same.
    resaved = filled(content, edit=lambda sheet: sheet.__setitem__("P1", "再次保存"))
    assert resaved != content
    again = imported(failed, resaved)
    assert again.rows_known == 1
    assert [row.payment_id for row in rows(failed, again)] == [second.id]
    assert [state for state, _ in said(failed, file)] == ["ready", "dropped"]
    ask(failed.session, file, by=failed.people.maker)
    assert imported(failed, as_csv(content)).rows_known == 1, "asked for already"
    assert len(failed.session.scalars(select(AccountChange)).all()) == 1


def test_every_kind_of_damage_is_named_by_its_cell_and_nothing_is_lost(failed: Sent) -> None:
    lines = failed.lines()
    right = [entry(line, number) for number, line in enumerate(lines[:6])]
    account = right[0]["account"]

    def one(**changes: Any) -> tuple[str, list[tuple[str, str]]]:
        file = imported(failed, filled(exported(failed), {**right[0], **changes}))
        (found,) = said(failed, file)
        drop(failed.session, rows(failed, file)[0], by=failed.people.maker)
        return found

    destroyed: dict[str, dict[str, Any]] = {
        "id_as_number": {"account": float(account)},
        "id_lost_digits": {"account": "6.21E+18"},
        "cell_formula": {"account": f"=LEFT({account},19)"},
        "card_shape": {"account": "6217-0012"},
        "account_rounded": {"account": "6217001234567890000"},
        "value_missing": {"account": None},
    }
    for code, changes in destroyed.items():
        assert one(**changes) == ("faulty", [("I4", code)]), code
    assert one(bank_code="105331000011") == ("faulty", [("K4", "bank_code_check")])
    assert one(holder="王秀英") == ("faulty", [("L4", "holder_differs")])
    assert one(holder="=1+1") == ("faulty", [("L4", "cell_formula")])
    assert one(evidence=None) == ("faulty", [("M4", "value_missing")])
    # What only looks different is read.
    wide = account.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for close in (f" {account[:4]} {account[4:]} ", wide, f"{account}'", f"'{account}"):
        assert one(account=close) == ("ready", []), close
    assert one(bank_code=int(right[0]["bank_code"])) == ("ready", []), "twelve digits lose none"
    # About which payment it is.
    paid, stranger = lines[6].reference, reference_of(999_999)
    assert one(reference=paid) == ("faulty", [("A4", "not_failed")])
    assert one(reference=stranger) == ("faulty", [("A4", "reference_unknown")])
    assert one(reference=paid[:-2] + "ZZ") == ("faulty", [("A4", "reference_wrong")])
    number = one(reference=12)
    assert ("A4", "reference_destroyed") in number[1]
    now = failed.session.get_one(Account, lines[0].account_id)
    same = sealer().open(now.card_sealed, f"accounts:card:{now.card_index.hex()}")
    assert one(account=same, bank_code=now.bank_code) == ("faulty", [("I4", "same_account")])
    # Several things at once are all said, and what was typed is kept as it was.
    file = imported(failed, filled(exported(failed), {**right[0], "account": 6.2e18, "holder": "张三", "bank_code": "1"}))  # fmt: skip
    (row,) = rows(failed, file)
    assert {fault["code"] for fault in row.faults} == {
        "id_as_number", "bank_code_shape", "holder_differs",
    }  # fmt: skip
    kept = raw_of(row)
    assert kept["delivered"]["银行户名"] == "张三"
    assert kept["delivered"]["更正依据"] == kept["entry"]["evidence"] == "换卡回执"
    assert all(fault["sentence"] and fault["sentence_zh"] for fault in row.faults)
    assert "张三" not in json.dumps(row.faults, ensure_ascii=False)


def test_rows_and_sheets_are_damaged_too(failed: Sent) -> None:
    lines = failed.lines()
    right = [entry(line, number) for number, line in enumerate(lines[:6])]
    content = exported(failed)

    def after(edit: Any, *given: Any) -> CorrectionFile:
        return imported(failed, filled(content, *given, edit=edit))

    merged = after(lambda sheet: sheet.merge_cells("I4:I5"), *right[:3])
    states = [(state, codes[0][1] if codes else "") for state, codes in said(failed, merged)]
    assert states == [("faulty", "cell_merged"), ("faulty", "cell_merged"), ("ready", "")]

    def hide(sheet: Any) -> None:
        sheet.row_dimensions[7].hidden = True

    hidden = after(hide, None, None, None, right[3])
    assert hidden.rows_hidden == 1
    assert said(failed, hidden) == [("ready", [])], "it is listed like every other"

    def widen(sheet: Any) -> None:
        sheet.insert_cols(1)
        sheet["A3"], sheet["A8"] = "备注", "村里送来的"

    widened = after(widen, None, None, None, None, {**right[4], "bank_code": "1"})
    assert said(failed, widened) == [("faulty", [("L8", "bank_code_shape")])], "columns move along"
    deleted = after(lambda sheet: sheet.delete_rows(4, 5), None, None, None, None, None)
    assert (deleted.lines_given_out, deleted.rows_blank) == (6, 1)
    assert said(failed, deleted) == []

    def repeat(sheet: Any, **changes: Any) -> None:
        for cell in sheet[9]:
            sheet.cell(10, cell.column).value = cell.value
        if changes:
            sheet.cell(10, 10).value = changes["bank"]

    blank = [None] * 5
    contradiction = after(lambda sheet: repeat(sheet, bank="另一家支行"), *blank, right[5])
    assert said(failed, contradiction) == [
        ("faulty", [("A9", "row_twice")]), ("faulty", [("A10", "row_twice")]),
    ]  # fmt: skip
    once = after(repeat, *blank, right[5])
    assert said(failed, once) == [("ready", [])], "the same row twice is one"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda sheet: sheet.__setitem__("I3", "卡号（新）"), "columns_unknown"),
        (lambda sheet: sheet.delete_cols(9, 5), "columns_missing"),
        (lambda sheet: sheet.__setitem__("A2", "anxin-corrections/9/330523/6"), "correction_workbook_strange"),
        (lambda sheet: sheet.__setitem__("A2", "anxin-corrections/1/330999/6"), "correction_workbook_strange"),
        (lambda sheet: sheet.delete_rows(1, 2), "correction_workbook_strange"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_longer_ours_is_refused_as_a_whole(
    failed: Sent, edit: Any, code: str
) -> None:
    content = filled(exported(failed), entry(failed.lines()[0]), edit=edit)
    with pytest.raises(Problem) as refused:
        imported(failed, content)
    assert refused.value.code == code
    assert failed.session.scalars(select(CorrectionFile)).all() == []


def test_macros_and_bombs_are_refused_before_they_are_read(failed: Sent) -> None:
    content = exported(failed)
    for name, size, code in (("xl/vbaProject.bin", 10, "file_has_macros"), ("xl/x.xml", 40_000_000, "archive_bomb")):  # fmt: skip
        out = io.BytesIO(content)
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, b"<" + b" " * size)
        with pytest.raises(Problem) as refused:
            imported(failed, out.getvalue())
        assert refused.value.code == code


def test_a_row_is_mended_and_dropped_by_a_program(failed: Sent, sign_in_as: SignInAs) -> None:
    right = {one: str(value) for one, value in entry(failed.lines()[0]).items()}
    file = imported(failed, filled(exported(failed), {**right, "holder": "张三"}))
    (row,) = rows(failed, file)
    home = f"/api/account-corrections/{file.id}/rows/{row.id}"
    maker = sign_in_as(officer=failed.people.maker)
    assert sign_in_as("signer").post(home, json=right).status_code == 403
    left = maker.post(home, json={**right, "holder": "张三"}).json()["rows"][0]
    assert [one["code"] for one in left["faults"]] == ["holder_differs"]
    mended = maker.post(home, json=right, headers={"idempotency-key": "k"})
    assert mended.json()["rows"][0]["state"] == "ready"
    assert right["account"] not in mended.text
    assert maker.post(home, json=right, headers={"idempotency-key": "k"}).json() == mended.json()
    assert maker.post(f"{home}/drop", json={}).json()["rows"][0]["state"] == "dropped"
    done = maker.post(f"{home}/drop", json={})
    assert (done.status_code, done.json()["code"]) == (409, "correction_row_done")


def test_a_row_is_mended_and_only_then_ready(failed: Sent) -> None:
    session, maker = failed.session, failed.people.maker
    line = failed.lines()[0]
    right = entry(line)
    file = imported(failed, filled(exported(failed), {**right, "account": "62", "holder": "张三"}))
    (row,) = rows(failed, file)
    left = mend(session, row, {**right, "holder": "张三"}, by=maker)
    assert [one["code"] for one in left] == ["holder_differs"]
    assert mend(session, row, right, by=maker) == []
    assert row.state == "ready"
    # Meanwhile somebody else asks for the same payee: the row waits, and says why.
    assert line.payee_person_id is not None
    request_change(
        session, line.payee_person_id, account=entry(line, 9)["account"],
        bank_code=right["bank_code"], bank_name=right["bank_name"], reason="窗口办理", by=maker,
    )  # fmt: skip
    assert ask(session, file, by=maker) == Asked(0, 1)
    assert [fault["code"] for fault in rows(failed, file)[0].faults] == ["account_change_waiting"]
    change = session.scalars(select(AccountChange)).one()
    refuse_change(session, change.id, by=failed.people.reviewer, reason="以更正表为准")
    assert mend(session, row, {}, by=maker) == []
    assert ask(session, file, by=maker).asked == 1
    with pytest.raises(RowDone):
        mend(session, row, right, by=maker)
    acts = set(session.scalars(select(AuditEntry.act)))
    assert {"corrections.imported", "correction.mended", "correction.refused", "correction.asked"} <= acts  # fmt: skip


def test_a_township_corrects_its_own_and_sees_nothing_else(failed: Sent) -> None:
    scope: dict[str, Any] = {"division": "330523999", "programmes": [], "departments": [],
                             "from": "2020-01-01", "to": None}  # fmt: skip
    stranger = officer("maker", scopes={"maker": [scope]})
    lines = failed.lines()
    content = filled(exported(failed), entry(lines[0]))
    mine = imported(failed, content)
    theirs = imported(failed, content, stranger)
    assert said(failed, theirs) == [("faulty", [("A4", "reference_unknown")])]
    assert Reckoned(exported(failed, stranger)).rows("更正表") == []
    with pytest.raises(NotFound):
        queries.one_file(failed.session, stranger, mine.id)
    assert [one.file.id for one in queries.files(failed.session, stranger)] == [theirs.id]
    with pytest.raises(NotAllowed):
        imported(failed, content, officer("reconciler"))


def test_csv_is_read_as_well(failed: Sent, made: Session) -> None:
    line = failed.lines()[0]
    content = as_csv(filled(exported(failed), entry(line), {**entry(failed.lines()[1]), "account": "6.2E+18"}))  # fmt: skip
    file = imported(failed, content)
    assert said(failed, file) == [("ready", []), ("faulty", [("I5", "id_lost_digits")])]
