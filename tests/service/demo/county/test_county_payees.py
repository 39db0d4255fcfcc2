"""Even the smallest county has people whom each of the thirteen programmes pays without hold."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from service.demo.county import make_county

Row = dict[str, Any]
Reader = Callable[[str, str], list[Row]]
EARLIER, LATER = "2026-09", "2026-10"
_HARMLESS = {"turns_80", "turns_90", "turns_100", "born_18xx", "newborn", "wife_turns_49"}
_HARMLESS |= {"application_new", "date_as_text", "duplicate_exact", "name_dot_variant"}
_HARMLESS |= {"late_comer"}


class Files:
    """Facts of one county read from its files, as simply as possible."""

    def __init__(self, folder: Path, read: Reader) -> None:
        self.read = read
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        planted = {
            entry["person"]
            for category, entries in truth.items()
            if category not in _HARMLESS
            for entry in entries
        }
        good = {row["社会保障号码"] for row in read(LATER, "RS_CARD") if row["账户状态"] == "正常"}
        verified = {
            row["证件号码"]
            for month in (EARLIER, LATER)
            for row in read(month, "BK_RET")
            if row["核验结果"] == "一致"
        }
        self.clean = (good & verified) - planted
        self.birth = {
            row["公民身份号码"]: row["出生日期"]
            for row in read(LATER, "GA_HUKOU")
            if row["户籍状态"] == "正常"
        }
        self.income = {
            row["身份证号"]: Decimal(str(row["人均月收入"] or 0)) for row in read(LATER, "MZ_CHECK")
        }
        self.certs = [row for row in read(LATER, "CL_CERT") if row["证件状态"] == "正常"]
        self.assisted: dict[str, set[str]] = {}
        for row in read(LATER, "MZ_SA"):
            if row["状态"] == "在保":
                self.assisted.setdefault(row["救助类别"], set()).add(row["成员证件号"])

    def applied(self, programme: str) -> dict[str, str | None]:
        """Return approved applicants with their claimants."""
        return {
            row["身份证号"]: row["申领人证号"]
            for month in (EARLIER, LATER)
            for row in self.read(month, "XZ_COLL")
            if row["项目代码"] == programme and row["审批日期"]
        }

    def older(self, first: str, last: str) -> set[str]:
        """Return clean people born between two days written YYYYMMDD."""
        return {n for n, birth in self.birth.items() if first <= birth <= last} & self.clean


def _payees(files: Files) -> dict[str, set[Any]]:
    dibao = files.assisted["低保"] & set(files.income)
    severe = {r["身份证号"] for r in files.certs if r["残疾等级"] in {"一级", "二级"}}
    certified = {r["身份证号"] for r in files.certs}
    limbs = {r["身份证号"] for r in files.certs if r["残疾类别"] == "肢体"}
    wheels = {
        r["所有人证号"]
        for r in files.read(LATER, "GA_VEH")
        if r["车型"] == "机动轮椅车" and r["状态"] == "正常"
    }
    poor = {n for n, income in files.income.items() if income <= Decimal("1762.50")}
    return {
        "MZ01": dibao & files.clean,
        "MZ07": (files.assisted["低保"] | files.assisted["特困"]) & files.clean,
        "MZ08": set(files.applied("MZ08")) & certified & poor & files.clean,
        "MZ09": set(files.applied("MZ09")) & severe & files.clean,
        "MZ15": files.older("19261101", "19461031"),
        "MZ16": files.older("18900101", "19261031"),
        "MZ17": set(files.applied("MZ17")) & set(files.income) & files.clean,
        "CL03": limbs & wheels,
        "TY10": {
            r["优待金领取人证号"]
            for r in files.read(LATER, "TY_CONS")
            if r["本县批准"] == "是" and r["服役状态"] == "现役"
        }
        & files.clean,
        "WJ02": set(files.applied("WJ02")) & files.clean,
        "WJ06": set(files.applied("WJ06").values()) & files.clean,
        "NY01": {r["承包方代表证号"] for r in files.read(LATER, "NY_LAND")} & files.clean,
        "SL01": {
            r["身份证号"]
            for r in files.read(LATER, "SL_MIG")
            if r["在册"] == "是" and r["扶持方式"] == "直补"
        }
        & files.clean,
    }


@pytest.mark.parametrize("seed", [11, 12])
def test_each_programme_has_clean_payees_in_the_smallest_county(
    tmp_path: Path, reader_of: Callable[[Path], Reader], seed: int
) -> None:
    make_county(tmp_path, residents=2_000, seed=seed)
    payees = _payees(Files(tmp_path, reader_of(tmp_path)))
    assert len(payees) == 13
    for programme, people in payees.items():
        assert len(people) >= 3, programme
