"""Rejected rows go back as the same sheet with reasons, and come again corrected, ending nothing."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.residents.importing import rejected_workbook
from service.residents.models import Delivery, RejectedRow
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import (
    OFFICE,
    csv_of,
    headers,
    number_of,
    row,
    rows,
)


def _with_faults(intake: Intake, count: int = 30) -> Delivery:
    table = rows("CZ_PAY", range(count))
    table[3] = row("CZ_PAY", 3, on_payroll="也许", employer="=cmd|'/c calc'!A1")
    table[7] = row("CZ_PAY", number_of(7)[:17] + "?")
    return intake.send("CZ_PAY", *table)


def _given_back(session: Session, taken: Delivery) -> list[list[Any]]:
    content = rejected_workbook(session, taken, by=OFFICE)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    return [[cell.value for cell in cells] for cells in sheet.iter_rows()]


def _book(table: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in table:
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_sheet_has_the_departments_headers_its_cells_a_number_and_every_reason(
    intake: Intake, session: Session
) -> None:
    taken = _with_faults(intake)
    table = _given_back(session, taken)
    assert table[0] == [*headers("CZ_PAY"), "退回编号", "退回原因"]
    assert [cells[0] for cells in table[1:]] == [number_of(3), number_of(7)[:17] + "?"]
    kept = intake.rejected(taken)
    assert [cells[-2] for cells in table[1:]] == [str(one.id) for one in kept]
    assert table[1][-1] is not None
    assert "在编" in table[1][-1]
    acts = session.scalars(select(AuditEntry.act).where(AuditEntry.object_id == str(taken.id)))
    assert "feed.rows_given_back" in list(acts)


def test_what_looks_like_a_formula_is_only_ever_a_text(intake: Intake, session: Session) -> None:
    content = rejected_workbook(session, _with_faults(intake), by=OFFICE)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = [cell for cells in sheet.iter_rows() for cell in cells if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert any(str(cell.value).startswith("=cmd") and cell.quotePrefix for cell in cells)


def test_corrected_rows_are_taken_and_nothing_else_ends(intake: Intake, session: Session) -> None:
    taken = _with_faults(intake)
    table = _given_back(session, taken)
    at = table[0].index("在编"), table[0].index("单位")
    table[1][at[0]], table[1][at[1]] = "是", "甲"
    table[2][0] = number_of(7)
    mended = intake.send_file("CZ_PAY", _book(table), "更正.xlsx")
    assert (mended.state, mended.mode, mended.rows_accepted) == ("imported", "correction", 2)
    assert (mended.corrects_id, mended.as_of) == (taken.id, taken.as_of)
    assert len(intake.current("CZ_PAY")) == 30
    assert all(one.corrected_by_id == mended.id for one in _fresh(session, taken))
    assert len(_given_back(session, taken)) == 1


def _fresh(session: Session, taken: Delivery) -> list[RejectedRow]:
    return list(
        session.scalars(
            select(RejectedRow)
            .where(RejectedRow.delivery_id == taken.id)
            .order_by(RejectedRow.sheet, RejectedRow.row_no)
            .execution_options(populate_existing=True)
        )
    )


def test_a_row_that_is_still_wrong_is_given_back_again_and_the_mended_one_is_taken(
    intake: Intake, session: Session
) -> None:
    taken = _with_faults(intake)
    table = _given_back(session, taken)
    table[2][0] = number_of(7)
    mended = intake.send_file("CZ_PAY", _book(table))
    assert (mended.state, mended.rows_accepted, mended.rows_rejected) == ("imported", 1, 1)
    assert [one.corrected_by_id is None for one in _fresh(session, taken)] == [True, False]
    again = _given_back(session, mended)
    assert len(again) == 2
    assert again[0] == table[0]


@pytest.mark.parametrize("number", ["", "x", "01a20692-8d21-7543-9101-1669bc1595a7"])
def test_a_number_that_was_never_given_out_refuses_the_sheet(
    intake: Intake, session: Session, number: str
) -> None:
    table = _given_back(session, _with_faults(intake))
    table[1][table[0].index("在编")] = "是"
    table[1][table[0].index("单位")] = "甲"
    table[1][-2] = number
    refused = intake.send_file("CZ_PAY", csv_of(table[:2]))
    assert refused.refusal is not None
    assert refused.refusal["code"] == "return_unknown"


def test_a_correction_of_an_old_delivery_does_not_undo_what_a_newer_one_said(
    intake: Intake, session: Session
) -> None:
    taken = _with_faults(intake)
    taken.as_of = date(2026, 1, 5)
    session.flush()
    intake.send("CZ_PAY", *rows("CZ_PAY", range(30), employer="新单位"))
    table = _given_back(session, taken)
    table[1][table[0].index("在编")], table[1][table[0].index("单位")] = "是", "旧单位"
    mended = intake.send_file("CZ_PAY", _book(table[:2]))
    assert (mended.rows_accepted, mended.rows_late) == (1, 1)
    assert {one.data["employer"] for one in intake.current("CZ_PAY")} == {"新单位"}
