"""Conditions that nobody can meet are refused at load, with the fact they contradict themselves on."""

import pytest

from tests.eligibility_rules.made_rules import made, refused

START = {"rule": "CALENDAR_YEAR", "expr": "month_number >= 1", "zh": "始", "en": "start"}


def conditions(*expressions: str) -> dict[str, object]:
    return {
        "start": START,
        "conditions": [
            {"id": f"XA01-C{number}", "expr": expr, "zh": "条", "en": "condition"}
            for number, expr in enumerate(expressions, 1)
        ],
    }


@pytest.mark.parametrize(
    "expressions",
    [
        ("p.age > 400",),
        ("p.age >= 80 and p.age < 60",),
        ("p.age >= 80", "p.age < 80"),
        ("60 < p.age < 60",),
        ("p.birth > date('2000-01-01') and p.birth < date('1999-12-31')",),
        ("sa.dibao and not sa.dibao",),
        ("sa.dibao", "not sa.dibao"),
        ("dis.grade in (1, 2)", "dis.grade >= 3"),
        ("dis.grade == 1", "dis.grade == 2"),
        ("eld.assess == '重'", "eld.assess in ('中', '轻')"),
        ("eld.assess == '重'", "eld.assess != '重'"),
        ("hh.income_pc < yuan(0)",),
        ("dis.grade > 4",),
        ("not (p.age < 80)", "p.age < 70"),
        ("80 <= p.age", "p.age <= 79"),
    ],
)
def test_what_nobody_can_meet_is_refused(expressions: tuple[str, ...]) -> None:
    assert ("XA01.yaml", "never_holds") in refused(XA01=conditions(*expressions))


@pytest.mark.parametrize(
    "expressions",
    [
        ("p.age >= 80 and p.age <= 80",),
        ("p.age >= 60 or p.age < 20",),
        ("dis.grade in (1, 2)", "dis.grade >= 2"),
        ("sa.dibao or not sa.dibao",),
        ("par.cpi_yoy >= par.cpi_trigger",),
        ("hh.income_pc <= yuan(0)",),
        ("p.birth >= date('2000-01-01') and p.birth <= date('2000-01-01')",),
        ("not dis.grade in (1, 2)", "dis.grade >= 3"),
    ],
)
def test_what_somebody_can_meet_is_not(expressions: tuple[str, ...]) -> None:
    assert "XA01" in made(XA01=conditions(*expressions)).programmes


def test_a_tier_that_never_comes_is_refused() -> None:
    tiers = [{"when": "p.age >= 80 and p.age < 70", "amount": "yuan(1)", "zh": "档", "en": "tier"}]
    amount = {
        "kind": "tiers",
        "tiers": tiers,
        "zh": "额",
        "en": "amount",
        "figures": "illustrative",
    }
    assert refused(XA01={"amount": amount}) == [("XA01.yaml", "never_holds")]
