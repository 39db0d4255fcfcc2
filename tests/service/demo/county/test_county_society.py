"""What registers know beside assistance: all feeds, realistic shares, and agreement with checks."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from stdnum.cn import uscc

from service.demo.county import CountySummary
from service.demo.county.columns import COLUMNS
from service.residents import feeds

Row = dict[str, Any]
Reader = Callable[[str, str], list[Row]]
Truth = dict[str, list[dict[str, str]]]
EARLIER, LATER = "2026-09", "2026-10"
_DWELLINGS = {"住宅", "宅基地住房"}


def test_every_column_delivered_is_one_the_feed_defines() -> None:
    assert sorted(COLUMNS) == sorted(feeds.every())
    for code, columns in COLUMNS.items():
        defined = {column.header: column for column in feeds.feed(code).columns}
        assert {column.header for column in columns} <= defined.keys(), code
        for column in columns:
            assert defined[column.header].type == column.kind, (code, column.header)
        delivered = {column.header for column in columns}
        assert {h for h, one in defined.items() if one.required} <= delivered, code


def test_every_feed_brings_rows_in_both_months(small: CountySummary) -> None:
    for month in (EARLIER, LATER):
        assert sorted(small.rows[month]) == sorted(COLUMNS)
        assert all(count > 0 for count in small.rows[month].values()), small.rows[month]


def test_words_of_closed_lists_are_the_ones_the_feeds_know(read_small: Reader) -> None:
    dirty = {"MZ_ELD", "CL_CERT"}  # Their planted faults include empty required cells.
    for code in set(COLUMNS) - dirty:
        for column in feeds.feed(code).columns:
            if column.codes and column.header in {one.header for one in COLUMNS[code]}:
                found = {row[column.header] for row in read_small(LATER, code)} - {None}
                assert found <= set(column.codes), (code, column.header)


@pytest.mark.parametrize(
    ("feed", "low", "high"),
    [
        ("YB_INS", 0.96, 0.99),
        ("JY_STU", 0.12, 0.16),
        ("JY_HE", 0.015, 0.035),
        ("ZR_REAL", 0.32, 0.39),
        ("SC_CO", 0.045, 0.065),
        ("GD_ELE", 0.33, 0.45),
        ("GA_VEH", 0.2, 0.3),
        ("SW_TAX", 0.12, 0.16),
        ("GJJ", 0.09, 0.13),
        ("LY_FOR", 0.045, 0.055),
        ("ZZ_PTY", 0.028, 0.032),
        ("WJ_PSY", 0.0035, 0.005),
        ("RS_JOB", 0.01, 0.02),
        ("MZ_MAR", 0.008, 0.013),
        ("WJ_BIRTH", 0.004, 0.008),
    ],
)
def test_share_of_residents_in_a_register(
    middling: CountySummary, feed: str, low: float, high: float
) -> None:
    month = EARLIER if feeds.feed(feed).mode == "incremental" else LATER
    assert low <= middling.rows[month][feed] / middling.residents <= high


def test_a_month_of_half_a_million_people_is_at_most_three_and_a_half_million_rows(
    middling: CountySummary,
) -> None:
    for month in (EARLIER, LATER):
        assert sum(middling.rows[month].values()) / middling.residents <= 7


def _households(read: Reader) -> dict[str, list[str]]:
    """Return the members of assisted households that have a check, by household number."""
    checked = {row["身份证号"].upper() for row in read(LATER, "MZ_CHECK")}
    found: dict[str, list[str]] = {}
    for row in read(LATER, "MZ_SA"):
        if row["单列户"] == "是":
            continue  # One member of a family alone; what the family owns is its head's.
        number = str(row["成员证件号"]).translate(
            str.maketrans("０１２３４５６７８９", "0123456789")
        )
        found.setdefault(row["家庭编号"], []).append(number)
    return {number: members for number, members in found.items() if set(members) <= checked}


def test_registers_agree_with_the_checks_of_assisted_households(
    read_middling: Reader, middling_truth: Truth
) -> None:
    checks = {row["身份证号"].upper(): row for row in read_middling(LATER, "MZ_CHECK")}
    contrary = {
        entry["person"]
        for name, entries in middling_truth.items()
        if name.startswith("contradicts_") and name != "contradicts_sex"
        for entry in entries
    }
    cars = Counter(
        row["所有人证号"]
        for row in read_middling(LATER, "GA_VEH")
        if row["车型"] == "小型汽车" and row["状态"] == "正常"
    )
    dwellings: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    shops: set[str] = set()
    for row in read_middling(LATER, "ZR_REAL"):
        owner = row["权利人身份证号"]
        if row["用途"] in _DWELLINGS:
            dwellings[owner] += 1
            areas[owner] += int(Decimal(row["建筑面积"]) * 100)
        elif row["用途"] == "商业":
            shops.add(owner)
    equity: Counter[str] = Counter()
    for row in read_middling(LATER, "SC_CO"):
        equity[row["持有人身份证号"]] += int(Decimal(str(row["认缴出资额"])))
    households = _households(read_middling)
    assert len(households) > 80
    for number, members in households.items():
        said = checks[members[0]]
        told = [
            sum(cars[member] for member in members) == int(said["机动车数"] or 0),
            sum(dwellings[member] for member in members) == int(said["住房套数"] or 0),
            sum(equity[member] for member in members)
            == int(Decimal(str(said["企业认缴出资"] or 0))),
        ]
        assert bool(shops & set(members)) == (said["非居住类房屋"] == "是"), number
        assert all(told) == (not contrary & set(members)), (number, told)
        if all(told) and len(members) == len({m for m in members if m in checks}):
            area = sum(areas[member] for member in members)
            wanted = int(Decimal(str(said["人均建筑面积"])) * 100)
            # Somebody who died lately counts in the check but no longer in the household.
            assert area % wanted == 0
            assert area // wanted in {len(members), len(members) + 1, len(members) + 2}


def test_nobody_whose_income_a_check_decides_has_wages_elsewhere(read_middling: Reader) -> None:
    decided = {row["身份证号"].upper() for row in read_middling(LATER, "CL_CERT")}
    decided |= {row["身份证号"].upper() for row in read_middling(LATER, "MZ_CHECK")}
    public = {row["身份证号"] for row in read_middling(LATER, "CZ_PAY")}
    for feed, column in (("SW_TAX", "纳税人识别号"), ("GJJ", "缴存人身份证号")):
        earning = {row[column] for row in read_middling(LATER, feed)}
        assert earning & decided <= public, feed


def test_land_built_on_is_as_large_in_both_registers(read_middling: Reader) -> None:
    planted = {
        row["承包方编码"]: Decimal(row["改变用途面积(亩)"])
        for row in read_middling(LATER, "NY_PLANT")
        if row["改变用途面积(亩)"] and Decimal(row["改变用途面积(亩)"])
    }
    registered = {
        row["承包方编码"]: Decimal(row["占用承包地面积(亩)"])
        for row in read_middling(LATER, "ZR_REAL")
        if row["用途"] == "农用地占用"
    }
    assert planted == registered
    assert planted


def test_companies_have_well_formed_credit_codes(read_small: Reader) -> None:
    rows = read_small(LATER, "SC_CO")
    assert rows
    assert all(uscc.is_valid(row["统一社会信用代码"]) for row in rows)
    assert len({row["统一社会信用代码"] for row in rows}) == len(rows)
