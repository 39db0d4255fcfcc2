"""From which day somebody is on a roll, and who is listed singly on it."""

from datetime import date
from typing import Any

from tests.service.residents.snapshot.county import County


def test_who_is_listed_singly_is_on_the_allowance_alone(county: County) -> None:
    home, head, ill = county.household(), county.person(), county.person()
    row: dict[str, Any] = {
        "head_person_id": head.id,
        "size": 2,
        "status": "在保",
        "approved_date": "2026-03-04",
    }
    county.says("MZ_SA", head, home, category="低边", **row)
    county.says("MZ_SA", ill, home, category="低保", single=True, **row)
    people, household = county.table("person"), county.table("household")[home.id]
    assert people[ill.id]["sa__dibao_single"] is True
    assert people[ill.id]["sa__single_date"] == date(2026, 3, 4)
    assert people[head.id]["sa__single_date"] is None
    assert (household["sa__dibao"], household["sa__dibian"]) == (False, True)
    assert household["sa__approved_date"] is None


def test_the_amount_a_head_and_the_days_of_the_rolls_stand_with_the_household(
    county: County,
) -> None:
    allowed, destitute, poor = county.household(), county.household(), county.household()
    for home, category in ((allowed, "低保"), (destitute, "特困"), (poor, "支出型")):
        head = county.person()
        county.says(
            "MZ_SA", head, home, head_person_id=head.id, category=category, size=1, status="在保",
            approved_date="2026-05-06", amount_fen=47_500,
        )  # fmt: skip
    table = county.table("household")
    assert table[allowed.id]["sa__dibao_amount_pc_fen"] == 47_500
    assert table[destitute.id]["sa__dibao_amount_pc_fen"] is None
    assert table[destitute.id]["sa__tekun_date"] == date(2026, 5, 6)
    assert table[poor.id]["sa__zcx_date"] == date(2026, 5, 6)


def test_a_child_whose_recognition_ended_has_no_day_of_it(county: County) -> None:
    now, before = county.person(), county.person()
    recognised: dict[str, Any] = {"class": "困境", "recognised_on": "2025-01-02"}
    county.says("MZ_CHILD", now, **recognised)
    county.says("MZ_CHILD", before, **recognised, ended_on="2026-02-01")
    table = county.table("person")
    assert table[now.id]["child__recognised_date"] == date(2025, 1, 2)
    assert table[before.id]["child__recognised_date"] is None
