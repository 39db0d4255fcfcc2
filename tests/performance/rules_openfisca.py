"""The benchmark's rules in OpenFisca-core: one variable a programme, one a fact, amounts only."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from eligibility_rules import Month, RuleSet
from eligibility_rules.language.tree import Derived, FactRef, Node, Receives, walk
from tests.performance.rules_elsewhere import Algebra, trees, vector


def prepared(
    rules: RuleSet, known: dict[str, Any], month: Month, algebra: Algebra, household_size: int
) -> Callable[[], dict[str, int]]:
    """The people in OpenFisca's memory; call to have every programme's fen calculated and summed.

    What is said of a household is a variable of the household, projected to its members.
    """
    person = build_entity("person", "persons", "A person", is_person=True)
    household = build_entity(
        "household", "households", "A household", roles=[{"key": "member", "plural": "members"}]
    )
    system = TaxBenefitSystem([household, person])
    shared = {name for name in known if name.startswith(("hh.", "sa."))}
    for name, values in known.items():
        entity = household if name in shared else person
        _add(system, entity, name, {"b": bool, "M": date}.get(values.dtype.kind, int), None)
    _add(system, person, "p.age", int, _age)
    for code, programme in rules.programmes.items():
        conditions, amount = trees(programme, month)
        _add(system, person, f"{code}.due", bool, _due(conditions, algebra, shared))
        _add(system, person, code, int, _pays(code, amount, algebra, shared))
    persons = len(known["person_id"])
    households = -(-persons // household_size)
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(persons))
    made = builder.declare_entity("household", np.arange(households))
    members = np.arange(persons) // household_size
    builder.join_with_persons(made, members, np.array(["member"] * persons))
    simulation = builder.build(system)
    period = str(month)
    for name, values in known.items():
        kept = values[::household_size] if name in shared else values
        simulation.set_input(_said(name), period, kept)

    def calculate() -> dict[str, int]:
        return {
            code: int(simulation.calculate(code, period).astype("int64").sum())
            for code in rules.programmes
        }

    return calculate


def _said(name: str) -> str:
    return name.replace(".", "__")


def _add(system: Any, person: Any, name: str, kind: type, formula: Any) -> None:
    parts: dict[str, Any] = {
        "value_type": kind,
        "entity": person,
        "definition_period": DateUnit.MONTH,
        "label": name,
    }
    if formula is not None:
        parts["formula"] = formula
    system.add_variable(type(_said(name), (Variable,), parts))


def _asked(nodes: list[Node]) -> set[str]:
    found = set()
    for node in nodes:
        for one in walk(node):
            if isinstance(one, FactRef | Derived):
                found.add(one.name)
            elif isinstance(one, Receives):
                found.add(one.code)
    return found


def _known(nodes: list[Node], people: Any, period: Any, shared: set[str]) -> dict[str, Any]:
    known = {}
    for name in _asked(nodes):
        of = f"{name}.due" if "." not in name else name
        asked = people.household if name in shared else people
        known[name] = asked(_said(of), period)
    return known


def _age(people: Any, period: Any) -> Any:
    """Whole years on the last day of the month, as OpenFisca's own country template reckons them."""
    birth = people("p__birth", period)
    stop = period.stop
    year = birth.astype("datetime64[Y]").astype(int) + 1970
    month = birth.astype("datetime64[M]").astype(int) % 12 + 1
    day = (birth - birth.astype("datetime64[M]") + 1).astype(int)
    past = (month < stop.month) + (month == stop.month) * (day <= stop.day)
    return (stop.year - year) - np.where(past, 0, 1)


def _due(conditions: list[Node], algebra: Algebra, shared: set[str]) -> Any:
    def formula(people: Any, period: Any) -> Any:
        known = _known(conditions, people, period, shared)
        held = vector(conditions[0], known, algebra)
        for one in conditions[1:]:
            held = held & vector(one, known, algebra)
        return held

    return formula


def _pays(code: str, amount: Node, algebra: Algebra, shared: set[str]) -> Any:
    def formula(people: Any, period: Any) -> Any:
        due = people(_said(f"{code}.due"), period)
        known = _known([amount], people, period, shared)
        return algebra.choose(due, vector(amount, known, algebra), 0)

    return formula
