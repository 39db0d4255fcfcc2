"""What was paid while another programme was due: every way in which programmes get on together.

XA01 is the other one: it pays a year back, so it is paid late for September and no more for the
August before last. What then stands of both is what the rules say of the month altogether.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.orm import Session

from tests.eligibility_rules.made_rules import made_alone
from tests.factories.batches import payee
from tests.factories.residents import FeedRecordFactory, HouseholdFactory
from tests.factories.stacks import Stack, in_force

LONG_AGO, LATELY = "2025-08", "2026-09"
Changes = Mapping[str, object]


def fen(expr: str) -> dict[str, object]:
    return {"kind": "formula", "expr": expr, "zh": "额", "en": "amount", "figures": "illustrative"}


def asks(code: str, expr: str) -> Changes:
    """Keys of a programme that pays whoever this is true of."""
    return {
        "conditions": [{"id": f"{code}-C1", "expr": expr, "zh": "条件", "en": "condition"}],
        "start": {"rule": "MONTH_OF_EVENT", "condition": f"{code}-C1"},
    }


def beside(rule: str, held_by: str = "", *codes: str) -> Changes:
    entry: dict[str, object] = {"with": list(codes or ("XA01",)), "rule": rule}
    return {"stacking": [entry | ({"held_by": held_by} if held_by else {})]}


def higher(yuan: int, **changes: object) -> Changes:
    return {
        **asks("XA01", "sa.tekun"), "amount": fen(f"yuan({yuan})"), "back_pay_months": "12",
        **changes,
    }  # fmt: skip


@contextmanager
def stack(session: Session, **programmes: Changes) -> Iterator[Stack]:
    """Programmes in force, each run in both months for somebody who was always due the first."""
    with (
        TemporaryDirectory() as folder,
        in_force(made_alone(Path(folder), **programmes)) as rule_set,
    ):
        found = Stack(session, rule_set, sorted(programmes))
        always = ("person", payee().id)
        found.knows(
            always, LONG_AGO, LATELY, sa__tekun=True, child__orphan=False,
            sa__dibao_amount_pc_fen=10_000,
        )  # fmt: skip
        yield found


def late(
    session: Session, learned: Mapping[str, bool] | None = None, **programmes: Changes
) -> tuple[dict[str, int], dict[str, int]]:
    """What stands of both months after it is learned that the first programme was due."""
    with stack(session, **programmes) as found:
        person = ("person", payee().id)
        found.knows(person, LONG_AGO, LATELY, sa__tekun=False, child__orphan=False)
        found.run(LONG_AGO, LATELY)
        found.knows(person, LONG_AGO, LATELY, sa__tekun=True, **(learned or {}))
        found.mend(LONG_AGO, LATELY)
        found.pay()
        assert found.mend(LONG_AGO, LATELY) == 0, "mending again changes nothing"
        assert all(period == mended for _, period, mended in found.links())
        assert found.stands(person, LATELY) == {
            code: fen for code, fen in found.said(person, LATELY).items() if fen
        }, "within its back-pay months everything is as the rules say"
        return found.stands(person, LONG_AGO), found.stands(person, LATELY)


YIELDS = beside("exclusive", "yields")


def reduced(expr: str, rule: str) -> Changes:
    return {"amount": fen(expr), **beside(rule, "amount")}


KINDS: Mapping[str, tuple[Changes, int, dict[str, int], dict[str, int]]] = {
    # What the lower says, the yuan of XA01, what stands of long ago, and of lately.
    "exclusive": (YIELDS, 300, {"lower": 100}, {"XA01": 300}),
    "exclusive by a fact": (
        beside("exclusive", "condition"), 60, {"lower": 60}, {"XA01": 60},
    ),
    "exclusive for the same thing": (
        beside("exclusive_same_thing", "yields"), 50, {"lower": 50}, {"XA01": 50},
    ),
    "pick one": (beside("pick_one", "yields"), 80, {"lower": 80}, {"XA01": 80}),
    "choose one": (beside("choose_one", "yields"), 70, {"lower": 70}, {"XA01": 70}),
    "once per person": (beside("dedup_by_person", "yields"), 40, {"lower": 40}, {"XA01": 40}),
    "cap of a sum": (
        reduced("max(yuan(0), min(yuan(100), yuan(350) - amount_of('XA01')))", "cap_sum"),
        300, {"lower": 100}, {"XA01": 300, "lower": 50},
    ),
    "cap below what was paid": (
        reduced("max(yuan(0), min(yuan(100), yuan(95) - amount_of('XA01')))", "cap_sum"),
        5, {"lower": 95}, {"XA01": 5, "lower": 90},
    ),
    "reduced rate": (
        reduced("yuan(50) if receives('XA01') else yuan(100)", "reduced_rate"),
        300, {"lower": 100}, {"XA01": 300, "lower": 50},
    ),
    "affects the amount": (
        reduced("yuan(50) if receives('XA01') else yuan(100)", "affects_amount"),
        30, {"lower": 80}, {"XA01": 30, "lower": 50},
    ),
    "offset": (
        reduced("max(yuan(0), yuan(100) - amount_of('XA01'))", "offset"),
        60, {"lower": 100}, {"XA01": 60, "lower": 40},
    ),
    "all of it offset": (
        reduced("max(yuan(0), yuan(100) - amount_of('XA01'))", "offset"),
        120, {"lower": 100}, {"XA01": 120},
    ),
    "counts as income": (beside("counted_as_income"), 80, {"lower": 80}, {"XA01": 80}),
    "both together": (beside("stack_ok"), 300, {"lower": 100}, {"XA01": 300, "lower": 100}),
    "counts not as income": (
        beside("not_counted_as_income"), 300, {"lower": 100}, {"XA01": 300, "lower": 100},
    ),
}  # fmt: skip
BY_A_FACT = "exclusive by a fact"
CONDITIONS = {
    BY_A_FACT: " and not sa.tekun", "counts as income": " and amount_of('XA01') < yuan(50)",
}  # fmt: skip


def test_of_every_kind_what_was_paid_stands_for_what_is_paid_late_no_more(made: Session) -> None:
    """Everybody was paid the lower one of a kind of his own, and learns that XA01 had been due."""
    by_kind = {kind: f"XA{number:02d}" for number, kind in enumerate(KINDS, 2)}
    lowers: dict[str, Changes] = {}
    for kind, code in by_kind.items():
        lower = KINDS[kind][0] if kind != BY_A_FACT else beside("exclusive", f"{code}-C1")
        age = 60 + int(code[2:])
        lowers[code] = {**asks(code, f"p.age == {age}{CONDITIONS.get(kind, '')}"), **lower}
    first = {
        **asks("XA01", "sa.tekun"), "amount": fen("sa.dibao_amount_pc"), "back_pay_months": "12",
    }  # fmt: skip
    with stack(made, XA01=first, **lowers) as found:
        people = {}
        for kind, code in by_kind.items():
            people[kind] = ("person", payee().id)
            found.knows(
                people[kind], LONG_AGO, LATELY, sa__tekun=False,
                p__birth=date(2026 - 60 - int(code[2:]), 1, 1), child__orphan=False,
            )  # fmt: skip
            found.knows(people[kind], LONG_AGO, p__birth=date(2025 - 60 - int(code[2:]), 1, 1))
        found.run(LONG_AGO, LATELY)
        for kind, person in people.items():
            found.knows(
                person, LONG_AGO, LATELY, sa__tekun=True,
                sa__dibao_amount_pc_fen=100 * KINDS[kind][1],
            )  # fmt: skip
        found.mend(LONG_AGO, LATELY)
        found.pay()
        assert found.mend(LONG_AGO, LATELY) == 0, "mending again changes nothing"
        assert all(period == mended for _, period, mended in found.links())
        for kind, person in people.items():
            for month, said in ((LONG_AGO, KINDS[kind][2]), (LATELY, KINDS[kind][3])):
                expected = {
                    by_kind[kind] if code == "lower" else code: 100 * yuan
                    for code, yuan in said.items()
                }
                assert (kind, month, found.stands(person, month)) == (kind, month, expected)


@pytest.mark.parametrize(("yuan", "long_ago"), [(300, "XA02"), (90, "XA02")])
def test_of_the_highest_the_paid_one_stands_for_the_one_learned_late(
    made: Session, yuan: int, long_ago: str
) -> None:
    found = late(
        made, XA01=higher(yuan, **beside("pick_highest", "", "XA02")), XA02=beside("pick_highest"),
    )  # fmt: skip
    assert found == ({long_ago: 10_000}, {"XA01": 30_000} if yuan > 100 else {"XA02": 10_000})


def test_what_is_refused_for_its_own_sake_too_comes_back(made: Session) -> None:
    lower = {**asks("XA02", "not child.orphan"), **YIELDS}
    found = late(made, {"child__orphan": True}, XA01=higher(300), XA02=lower)
    assert found == ({}, {"XA01": 30_000})


def test_two_that_yield_to_one_keep_together_no_more_than_that(made: Session) -> None:
    found = late(made, XA01=higher(150), XA02=YIELDS, XA03=YIELDS)
    assert found == ({"XA02": 10_000, "XA03": 5_000}, {"XA01": 15_000})


def test_one_that_yields_to_two_keeps_as_much_as_both(made: Session) -> None:
    second = {**asks("XA03", "sa.tekun"), "amount": fen("yuan(30)"), "back_pay_months": "12"}
    lower = beside("exclusive", "yields", "XA01", "XA03")
    found = late(made, XA01=higher(40), XA02=lower, XA03=second)
    assert found == ({"XA02": 7_000}, {"XA01": 4_000, "XA03": 3_000})


def test_what_rests_on_a_payment_that_stands_stands_with_it(made: Session) -> None:
    """XA03 is for those who receive XA02, which stands in the place of XA01."""
    found = late(
        made, XA01=higher(130), XA02=YIELDS, XA03=asks("XA03", "receives('XA02')"),
    )  # fmt: skip
    assert found == ({"XA02": 10_000, "XA03": 3_000}, {"XA01": 13_000})


def test_what_came_back_too_early_is_paid_again(made: Session) -> None:
    """Repaid when it seemed due to nobody; then it turned out to stand for XA01: once, and no more."""
    with stack(
        made, XA01=higher(300), XA02={**asks("XA02", "not child.orphan"), **YIELDS}
    ) as found:
        person = ("person", payee().id)
        found.knows(person, LONG_AGO, sa__tekun=False, child__orphan=False)
        found.run(LONG_AGO, LATELY)
        found.knows(person, LONG_AGO, child__orphan=True)
        found.mend(LONG_AGO)
        assert found.stands(person, LONG_AGO) == {}
        found.pay_back(person)
        found.knows(person, LONG_AGO, sa__tekun=True, child__orphan=False)
        for _ in range(3):
            found.mend(LONG_AGO)
            found.pay()
            assert found.stands(person, LONG_AGO) == {"XA02": 10_000}


@pytest.mark.parametrize("order", [("XA01", "XA02", "XA03"), ("XA03", "XA02", "XA01")])
def test_the_order_of_programmes_makes_no_difference(made: Session, order: tuple[str, ...]) -> None:
    with stack(made, XA01=higher(150), XA02=YIELDS, XA03=YIELDS) as found:
        person = ("person", payee().id)
        found.knows(person, LONG_AGO, LATELY, sa__tekun=False, child__orphan=False)
        found.run(LONG_AGO, LATELY)
        found.knows(person, LONG_AGO, LATELY, sa__tekun=True)
        found.mend(LONG_AGO, LATELY, order=order)
        assert found.stands(person, LONG_AGO) == {"XA02": 10_000, "XA03": 5_000}
        assert found.stands(person, LATELY) == {"XA01": 15_000}
        assert found.links() == [
            ("XA02", LATELY, LATELY), ("XA03", LONG_AGO, LONG_AGO), ("XA03", LATELY, LATELY),
        ]  # fmt: skip


def test_what_a_household_is_not_paid_any_more_stands_for_its_members_once(made: Session) -> None:
    """Two children were paid without the allowance a head that their household turns out to be due."""
    allowance = {
        "subject": "household", **asks("XA01", "sa.dibao"), "amount": fen("yuan(100)"), "stop": [],
    }  # fmt: skip
    child = reduced("max(yuan(0), yuan(100) - sa.dibao_amount_pc)", "offset")
    entry = {"with": ["XA01"], "rule": "offset", "held_by": "amount: sa.dibao_amount_pc"}
    with stack(made, XA01=allowance, XA02={**child, "stacking": [entry]}) as found:
        people = sorted((payee() for _ in range(3)), key=lambda one: one.id)
        home = HouseholdFactory.create()
        for one in people[:2]:
            FeedRecordFactory.create(feed="MZ_SA", person=one, household=home)
        house, *children = ("household", home.id), *(("person", one.id) for one in people)
        found.knows(house, LONG_AGO, sa__dibao=False)
        for person in children:
            found.knows(person, LONG_AGO, sa__dibao_amount_pc_fen=0)
        found.run(LONG_AGO)
        found.knows(house, LONG_AGO, sa__dibao=True)
        for person in children:
            found.knows(person, LONG_AGO, sa__dibao_amount_pc_fen=6_000)
        for _ in range(2):
            found.mend(LONG_AGO)
            stood = [found.stands(person, LONG_AGO) for person in children]
            assert stood == [{"XA02": 10_000}, {"XA02": 8_000}, {"XA02": 4_000}], (
                "a stranger has no part in it"
            )
