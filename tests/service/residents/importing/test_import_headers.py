"""Columns are found by name only: renamed, missing, doubled and swapped ones never guess."""

import io

import openpyxl
import pytest

from service.residents import feeds
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import (
    csv_of,
    delivery,
    headers,
    number_of,
    row,
    rows,
    xlsx_of,
)


def test_row_14_a_renamed_required_column_waits_for_the_steward_and_says_what_was_found(
    intake: Intake,
) -> None:
    names = headers("WJ_DEATH")
    names[names.index("死亡日期")] = "去世那天"
    refused = intake.send_file("WJ_DEATH", csv_of([names, *rows("WJ_DEATH", range(20))]))
    assert (refused.state, refused.rows_accepted) == ("waiting", 0)
    assert refused.refusal is not None
    assert refused.refusal["code"] == "columns_unknown"
    assert "死亡日期" in refused.refusal["sentence_zh"]
    assert "去世那天" in refused.refusal["sentence_zh"]
    assert intake.current("WJ_DEATH") == []


def test_row_14_all_missing_columns_are_listed_at_once(intake: Intake) -> None:
    refused = intake.send_file("GA_HUKOU", csv_of([["姓名", "备注"], ["王秀英", "x"]]))
    assert refused.refusal is not None
    for column in feeds.feed("GA_HUKOU").columns:
        assert (column.header in refused.refusal["sentence"]) == (
            column.required or column.header == "姓名"
        )


@pytest.mark.parametrize("second", ["死亡日期", "死亡时间", " 死亡 日期*"])
def test_row_14_a_column_that_appears_twice_refuses_the_file(intake: Intake, second: str) -> None:
    table = [[*headers("WJ_DEATH"), second], [*row("WJ_DEATH", 1), "2020-01-06"]]
    refused = intake.send_file("WJ_DEATH", csv_of(table))
    assert refused.refusal is not None
    assert refused.refusal["code"] == "column_twice"
    assert intake.current("WJ_DEATH") == []


def test_row_14_swapped_columns_reject_every_row_and_nothing_is_imported(intake: Intake) -> None:
    table = rows("CZ_PAY", range(30))
    swapped = [[one[1], one[0], *one[2:]] for one in table]
    refused = intake.send("CZ_PAY", *swapped)
    assert refused.state == "refused"
    assert refused.refusal is not None
    assert refused.refusal["code"] == "nothing_believed"
    assert (refused.rows_total, refused.rows_rejected, refused.rows_accepted) == (30, 30, 0)
    assert intake.faults(refused) == [
        (number, ["id_shape", "name_digits"]) for number in range(2, 32)
    ]
    assert intake.current("CZ_PAY") == []


def test_a_file_without_any_header_shows_nothing_of_its_first_row(intake: Intake) -> None:
    refused = intake.send_file("CZ_PAY", csv_of(rows("CZ_PAY", range(5))))
    assert refused.refusal is not None
    assert refused.refusal["code"] == "columns_missing"
    assert "王秀英" not in str(refused.refusal)
    assert number_of(0)[:10] not in str(refused.refusal)


def test_titles_notes_extra_columns_odd_order_and_other_names_are_normal(intake: Intake) -> None:
    table = [
        ["安心县财政供养人员名册", "", "", "", ""],
        ["单位：县财政局", "", "", "2026年10月", ""],
        ["序号", "*在 编", "工作单位", "名字", "公民身份号码", "单位"],
        ["1", "是", "x", "王秀英", number_of(1), "县一中"],
        ["2", "否", "x", "李四", number_of(2), "县医院"],
        ["注：本表由人事科提供", "", "", "", "", ""],
        ["合计", "", "", "2", "", ""],
    ]
    taken = intake.send_file("CZ_PAY", xlsx_of(table))
    assert (taken.state, taken.rows_total, taken.rows_accepted) == ("imported", 2, 2)
    assert [record.row_no for record in intake.current("CZ_PAY")] == [4, 5]
    assert [record.data["employer"] for record in intake.current("CZ_PAY")] == ["县一中", "县医院"]


def test_full_width_headers_are_the_same_headers(intake: Intake) -> None:
    names = [name.replace("(", "（").replace(")", "）") for name in headers("NY_PLANT")]
    taken = intake.send_file("NY_PLANT", csv_of([names, row("NY_PLANT", 1, contractor_no="3305")]))
    assert taken.state == "imported"
    assert intake.current("NY_PLANT")[0].data["eligible_area_milli_mu"] == 3250


def test_a_header_after_the_fifteenth_row_is_not_looked_for(intake: Intake) -> None:
    for blank, state in ((14, "imported"), (15, "refused")):
        table = [["x", "y"]] * blank + [headers("CZ_PAY"), row("CZ_PAY", blank)]
        assert intake.send_file("CZ_PAY", csv_of(table, delimiter="\t")).state == state


def test_an_optional_column_may_be_absent(intake: Intake) -> None:
    table = [["身份证号", "死亡日期"], [number_of(1), "2026-01-05"]]
    assert intake.send_file("WJ_DEATH", csv_of(table)).rows_accepted == 1
    said = intake.current("WJ_DEATH")[0].data
    assert {name for name, value in said.items() if value is not None} == {"death_date"}
    assert said["death_date"] == "2026-01-05"


def test_every_visible_sheet_with_the_table_is_read_and_hidden_ones_are_not(
    intake: Intake,
) -> None:
    book = openpyxl.Workbook()
    for number, (title, state) in enumerate(
        (("云栖岭街道", "visible"), ("望竹街道", "visible"), ("旧数据", "hidden"))
    ):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(headers("CZ_PAY"))
        sheet.append(row("CZ_PAY", number))
    stream = io.BytesIO()
    book.save(stream)
    taken = intake.send_file("CZ_PAY", stream.getvalue())
    assert (taken.rows_accepted, taken.sheet) == (2, "云栖岭街道、望竹街道")


def test_every_feed_finds_its_own_header_and_imports_a_typical_row(intake: Intake) -> None:
    for code in feeds.every():
        taken = intake.send_file(code, delivery(code, row(code, 7)))
        assert (taken.state, taken.rows_accepted, intake.faults(taken)) == ("imported", 1, []), code
        assert len(intake.current(code)) == 1
