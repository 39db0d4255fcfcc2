"""Every file opens, has the agreed columns and holds well-formed numbers."""

import csv
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from stdnum import luhn
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

from eligibility_rules import load_rules
from service.demo.county import CountySummary
from service.demo.county.columns import COLUMNS
from service.demo.county.layouts import LAYOUTS

Reader = Callable[[str, str], list[dict[str, Any]]]
MONTHS = ("2026-09", "2026-10")


@pytest.mark.parametrize("month", MONTHS)
def test_manifest_lists_every_feed_once_and_every_file(small: CountySummary, month: str) -> None:
    folder = small.folder / month
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(entry["feed"] for entry in manifest) == sorted(COLUMNS)
    assert len(manifest) == 50
    on_disk = {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert {entry["file"] for entry in manifest} == on_disk
    for entry in manifest:
        assert entry["sent_on"].startswith(month)
        assert entry["as_of"] == entry["sent_on"]
        assert entry["file"].startswith(entry["department"])
        assert entry["sent_on"].replace("-", "") in entry["file"]


@pytest.mark.parametrize("month", MONTHS)
def test_every_feed_has_its_columns_and_as_many_rows_as_told(
    small: CountySummary, read_small: Reader, month: str
) -> None:
    for feed in COLUMNS:
        assert len(read_small(month, feed)) == small.rows[month][feed], feed


def test_text_files_use_the_encodings_of_their_departments(small: CountySummary) -> None:
    marks: dict[str, str] = {}
    for path in (small.folder / "2026-09").glob("*.[ct][sx][vt]"):
        content = path.read_bytes()
        if content.startswith(b"\xef\xbb\xbf"):
            marks[path.name] = "csv-bom"
        elif content.startswith(b"\xff\xfe"):
            assert "\r\n" in content.decode("utf-16")
            marks[path.name] = "txt-16"
        elif b"\r\n" in content:
            content.decode("gb18030")
            with pytest.raises(UnicodeDecodeError):
                content.decode("utf-8")
            marks[path.name] = "txt" if path.suffix == ".txt" else "csv-gb"
        else:
            content.decode("utf-8")
            marks[path.name] = "csv"
    for layout in LAYOUTS.values():
        if layout.kind != "xlsx":
            name = next(name for name in marks if f"_{layout.topic}_" in name)
            assert marks[name] == layout.kind
    assert set(marks.values()) == {"csv", "csv-bom", "csv-gb", "txt", "txt-16"}


def test_workbooks_have_titles_merged_headers_notes_and_fixed_dates(small: CountySummary) -> None:
    path = next((small.folder / "2026-10").glob("民政局_社会救助对象_*.xlsx"))
    book = load_workbook(path)
    sheet = book["在册对象"]
    assert sheet["A1"].value == "社会救助对象情况表"
    assert {"A1:S1", "A3:I3", "J3:S3"} <= {str(merged) for merged in sheet.merged_cells.ranges}
    assert sheet.cell(sheet.max_row, 1).value == "审核：社会救助科"
    assert book.properties.created == book.properties.modified.replace(hour=0)
    assert book.properties.modified.date() == date(2026, 10, 29)


@pytest.mark.parametrize("month", MONTHS)
def test_register_numbers_are_well_formed_and_tell_birth_and_sex(
    read_small: Reader, month: str
) -> None:
    rows = read_small(month, "GA_HUKOU")
    for row in rows:
        number = row["公民身份号码"]
        assert re.fullmatch(r"[0-9]{17}[0-9X]", number)
        assert number[-1] == ric.calc_check_digit(number)
        assert ric.get_birth_date(number).strftime("%Y%m%d") == row["出生日期"]
        assert (int(number[16]) % 2 == 1) == (row["性别"] == "男")
        # The library knows 330523 only since 1983; numbers were given out from 1984 on.
        if number.startswith("330523") and int(number[6:10]) >= 1983:
            assert ric.is_valid(number)
    assert sum(row["公民身份号码"].startswith("330523") for row in rows) > len(rows) * 0.9


def test_no_two_residents_share_a_number_but_the_planted_ones(
    read_small: Reader, small_truth: dict[str, list[dict[str, str]]]
) -> None:
    for month, planted in zip(MONTHS, (2, 1), strict=True):
        rows = {tuple(row.values())[:11] for row in read_small(month, "GA_HUKOU")}
        assert len(rows) - len({row[0] for row in rows}) == planted
        shared = small_truth["id_shared_by_two"][0]["person"]
        names = {row[1] for row in rows if row[0] == shared}
        assert len(names) == 2


def test_accounts_and_bank_codes_carry_check_digits(read_small: Reader) -> None:
    rows = read_small("2026-10", "RS_CARD")
    for row in rows:
        assert re.fullmatch(r"[0-9]{19}", row["银行账号"])
        assert luhn.is_valid(row["银行账号"])
        if row["开户行行号"]:
            assert len(row["开户行行号"]) == 12
            assert mod_11_10.is_valid(row["开户行行号"])
    ccb = sum(str(row["开户行行号"]).startswith("105") for row in rows)
    assert 0.44 < ccb / len(rows) < 0.56


def test_households_hold_one_to_six_people_with_one_adult_head(read_small: Reader) -> None:
    homes: dict[str, list[dict[str, Any]]] = {}
    for row in read_small("2026-09", "GA_HUKOU"):
        if row["户籍状态"] == "正常":
            homes.setdefault(row["户号"], []).append(row)
    assert max(len(members) for members in homes.values()) <= 6
    for members in homes.values():
        heads = [m for m in members if m["与户主关系"] == "户主"]
        assert len({head["公民身份号码"] for head in heads}) <= 1
        assert all(int(head["出生日期"][:4]) <= 2008 for head in heads)


def test_divisions_and_appropriations_stand_beside_the_months(small: CountySummary) -> None:
    with (small.folder / "divisions.csv").open(encoding="utf-8") as stream:
        divisions = list(csv.DictReader(stream))
    codes = {row["区划代码"] for row in divisions}
    assert all(re.fullmatch(r"330523[0-9]{6}", code) for code in codes)
    assert {row["上级代码"] for row in divisions} - {""} <= codes
    with (small.folder / "appropriations.csv").open(encoding="utf-8") as stream:
        lines = list(csv.reader(stream))
    assert lines[0] == ["年度", "项目代码", "资金来源", "预算金额(元)"]
    budgeted = {line[1] for line in lines[1:]}
    first_wave = {code for code, one in load_rules().programmes.items() if one.wave == 1}
    assert first_wave <= budgeted
    assert all(re.fullmatch(r"[1-9][0-9]*\.00", line[3]) for line in lines[1:])


def test_incremental_feeds_bring_only_news_in_the_later_month(
    small: CountySummary, read_small: Reader
) -> None:
    for feed in ("GA_DEREG", "GA_MIG", "WJ_DEATH", "MZ_CREM", "BK_RET"):
        earlier = {str(row) for row in read_small("2026-09", feed)}
        later = {str(row) for row in read_small("2026-10", feed)}
        assert later
        assert not earlier & later, feed
        assert small.rows["2026-10"][feed] < 40


def test_large_feeds_become_text(middling: CountySummary) -> None:
    folder: Path = middling.folder / "2026-10"
    assert list(folder.glob("公安局_常住人口_*.csv"))
    assert list(folder.glob("人社局_社会保障卡_*.csv"))
    assert list(folder.glob("民政局_社会救助对象_*.xlsx"))
