"""Random small programmes, payments and late facts: what stands of a month is what the rule says.

The month is long ago. A programme that pays three years back still pays it late; one that pays a
year back does not. What it comes to is worked out beside the service by the reference interpreter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Outcome, evaluate
from eligibility_rules.language.kinds import Value
from tests.eligibility_rules.made_rules import made_alone
from tests.factories.batches import payee
from tests.factories.stacks import Stack, in_force

MONTH = "2025-08"
CODES = ("XA01", "XA02", "XA03")
FLAGS = {"XA01": "sa__tekun", "XA02": "sa__dibao", "XA03": "child__orphan"}
ASKED = {"XA01": "sa.tekun", "XA02": "sa.dibao", "XA03": "child.orphan"}
PEOPLE = 6
Flags = tuple[bool, bool, bool]

AMOUNTS = {
    "reduced_rate": "yuan({less}) if receives('{other}') else yuan({yuan})",
    "offset": "max(yuan(0), yuan({yuan}) - amount_of('{other}'))",
    "cap_sum": "max(yuan(0), min(yuan({yuan}), yuan(230) - amount_of('{other}')))",
}


@dataclass(frozen=True)
class Made:
    """How one programme is made: what it pays, how far back, and how it gets on with which others."""

    yuan: int
    pays_late: bool
    kind: str
    others: tuple[str, ...]

    def text(self, code: str, rivals: Sequence[str]) -> dict[str, object]:
        """The keys of its file."""
        beside, amount = "", f"yuan({self.yuan})"
        entry: dict[str, object] = {}
        if self.kind == "exclusive":
            entry = {"with": list(self.others), "rule": "exclusive", "held_by": "yields"}
        elif self.kind in AMOUNTS:
            amount = AMOUNTS[self.kind].format(
                yuan=self.yuan, less=self.yuan // 3, other=self.others[0]
            )
            entry = {"with": list(self.others), "rule": self.kind, "held_by": "amount"}
        elif self.kind == "income":
            beside = f"amount_of('{self.others[0]}') < yuan(50)"
        elif self.kind == "only with":
            beside = f"receives('{self.others[0]}')"
        if code in rivals:
            entry = {"with": [one for one in rivals if one != code], "rule": "pick_highest"}
        return {
            "conditions": [
                {"id": f"{code}-C{number}", "expr": expr, "zh": "条件", "en": "condition"}
                for number, expr in enumerate(filter(None, (ASKED[code], beside)), 1)
            ],
            "start": {"rule": "MONTH_OF_EVENT", "condition": f"{code}-C1"},
            "amount": {
                "kind": "formula", "expr": amount, "zh": "额", "en": "amount",
                "figures": "illustrative",
            },
            "back_pay_months": "36" if self.pays_late else "12",
            "stacking": [entry] if entry else [],
        }  # fmt: skip


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, Made]:
    kinds = ["exclusive", "income", *AMOUNTS, "none"]
    amounts, late = st.sampled_from([100, 101, 250, 30]), st.sampled_from([False, False, True])
    second = draw(st.sampled_from(["highest", *kinds]))
    # An amount of the third rests on the first alone, which never stands for anything itself.
    third = draw(st.sampled_from(["only with", *kinds]))
    gate = st.sampled_from([("XA01",), ("XA02",), ("XA01", "XA02")])
    others = {"exclusive": draw(gate), "only with": ("XA02",), "income": draw(gate)[:1]}
    return {
        "XA01": Made(draw(amounts), draw(late), "none", ()),
        "XA02": Made(draw(amounts), draw(late), second, ("XA01",)),
        "XA03": Made(draw(amounts), draw(late), third, others.get(third, ("XA01",))),
    }


# Mostly the lower ones are paid first and the higher one is learned of late; everything else, too.
BEFORE = [(False, True, True)] * 3 + [
    (False, True, False),
    (False, False, True),
    (True, True, True),
]
AFTER = [(True, True, True)] * 3 + [
    (True, True, False), (True, False, True), (True, False, False), (False, True, True),
    (False, False, False),
]  # fmt: skip


def everybody(flags: Sequence[Flags]) -> st.SearchStrategy[list[Flags]]:
    return st.lists(st.sampled_from(flags), min_size=PEOPLE, max_size=PEOPLE)


rounds = st.lists(
    st.tuples(everybody(AFTER), st.permutations(CODES), st.booleans()), min_size=1, max_size=2
)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.generate],
)
@given(stack=stacks(), first=everybody(BEFORE), learned=rounds)
def test_paid_and_arrears_without_what_is_asked_back_are_what_the_rule_says(
    made: Session,
    stack: dict[str, Made],
    first: list[Flags],
    learned: list[tuple[list[Flags], Sequence[str], bool]],
) -> None:
    rivals = ("XA01", "XA02") if stack["XA02"].kind == "highest" else ()
    texts = {code: one.text(code, rivals) for code, one in stack.items()}
    with (
        made.begin_nested() as example,
        TemporaryDirectory() as folder,
        in_force(made_alone(Path(folder), **texts)) as rule_set,
    ):
        months = Stack(made, rule_set, CODES)
        people = [("person", payee().id) for _ in range(PEOPLE)]
        known = [_Person(months, stack, rivals) for _ in people]
        for round_no, (facts, order, is_paid) in enumerate([(first, CODES, True), *learned]):
            for person, one, what in zip(people, known, facts, strict=True):
                months.knows(person, MONTH, **dict(zip(FLAGS.values(), what, strict=True)))
                one.learns(months.said(person, MONTH))
            if round_no == 0:
                months.run(MONTH)
                continue
            months.mend(MONTH, order=order)
            if is_paid:
                months.pay()
        for _ in range(2):
            months.pay()
            months.mend(MONTH, order=learned[-1][1])
        assert months.mend(MONTH) == 0, "mending again changes nothing"
        for person, one in zip(people, known, strict=True):
            stood = months.stands(person, MONTH)
            assert stood == one.stands(months.facts[(*person, MONTH)])
            assert sum(stood.values()) <= sum(one.said.values()), "no more than was due altogether"
        example.rollback()


class _Person:
    """What somebody was ever due and paid of the month, and what stands of it in the end."""

    def __init__(self, months: Stack, stack: Mapping[str, Made], rivals: Sequence[str]) -> None:
        self.months, self.stack, self.rivals = months, stack, rivals
        self.said: dict[str, int] = {}
        self.most: dict[str, int] = {}

    def learns(self, said: dict[str, int]) -> None:
        """Let this be due now: whoever has a line, or is paid late, is paid as much."""
        for code, fen in said.items():
            if fen and (not self.said or code in self.most or self.stack[code].pays_late):
                self.most[code] = max(self.most.get(code, 0), fen)
        self.said = said

    def stands(self, facts: Mapping[str, Value]) -> dict[str, int]:
        """What stands by programme, worked out from what the interpreter says without the unpaid."""
        unpaid = {code: fen for code, fen in self.said.items() if fen and code not in self.most}
        found = {code: fen for code, fen in self.said.items() if code not in unpaid}
        rests: dict[str, frozenset[str]] = {}
        so_far: list[tuple[int, frozenset[str]]] = []
        for code in self.months.rule_set.programmes:
            more = self.most.get(code, 0) - self.said[code]
            if more <= 0 or self._without(code, unpaid, found, facts) <= self.said[code]:
                continue
            asked = {*self.stack[code].others, *(self.rivals if code in self.rivals else ())}
            rests[code] = frozenset(asked & unpaid.keys()).union(
                *(rests[one] for one in asked & rests.keys() if not self.said[one])
            )
            before = _most(so_far, unpaid)
            so_far.append((more, rests[code]))
            found[code] += _most(so_far, unpaid) - before
        return {code: fen for code, fen in found.items() if fen}

    def _without(
        self,
        code: str,
        unpaid: Mapping[str, int],
        found: Mapping[str, int],
        facts: Mapping[str, Value],
    ) -> int:
        """The fen of a programme if what is unpaid had never been due, and what stands is received."""
        others = {one: found.get(one, 0) for one in CODES if one != code}
        said = evaluate(
            self.months.rule_set, code,
            {**facts, **{FLAGS[one]: False for one in unpaid}},
            RuleMonth.parse(MONTH),
            {one: Outcome.DUE if fen else Outcome.NOT_DUE for one, fen in others.items()},
            amounts=others,
        )  # fmt: skip
        return said.amount_fen or 0


def _most(excesses: Sequence[tuple[int, frozenset[str]]], unpaid: Mapping[str, int]) -> int:
    """As much as can be set off: the least of all cuts between what is too much and what is owed."""
    return min(
        sum(fen for at, (fen, _) in enumerate(excesses) if at in cut)
        + sum(
            unpaid[one]
            for one in frozenset[str]().union(
                *(rests for at, (_, rests) in enumerate(excesses) if at not in cut)
            )
        )
        for size in range(len(excesses) + 1)
        for cut in combinations(range(len(excesses)), size)
    )
