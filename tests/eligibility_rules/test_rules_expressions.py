"""Every construct of the language means the same in both engines, below nought and before birth."""

from datetime import date
from itertools import product

import duckdb
import pytest

from eligibility_rules import Month
from eligibility_rules.compiling.sql import SqlWriter
from eligibility_rules.deciding.bind import bind
from eligibility_rules.deciding.interpret import Situation, meaning
from eligibility_rules.language.kinds import Kind, Span, Value
from eligibility_rules.language.names import Names
from eligibility_rules.language.read import read_expression
from eligibility_rules.language.tree import FactRef, Node

OCTOBER = Month.parse("2026-10")
DAYS = [
    None,
    date(1926, 10, 31),
    date(1948, 2, 29),
    date(2022, 1, 31),
    date(2023, 12, 1),
    date(2026, 10, 1),
    date(2026, 10, 31),
    date(2026, 11, 1),
    date(2027, 12, 31),
]
NUMBERS = [None, -10_000, -151, -150, -1, 0, 1, 49, 50, 51, 9_999]
SPAN = Span(-10_000, 10_000)
FACTS: dict[str, tuple[Node, str, list[Value]]] = {
    "a.day": (FactRef(Kind.DATE, None, "a.day"), "DATE", [*DAYS]),
    "a.event": (FactRef(Kind.EVENT, None, "a.event"), "DATE", [*DAYS]),
    "a.money": (FactRef(Kind.MONEY, SPAN, "a.money"), "BIGINT", [*NUMBERS]),
    "a.rate": (FactRef(Kind.RATE, SPAN, "a.rate"), "BIGINT", [*NUMBERS]),
    "a.int": (FactRef(Kind.INT, SPAN, "a.int"), "BIGINT", [*NUMBERS]),
    "a.yes": (FactRef(Kind.BOOL, None, "a.yes"), "BOOLEAN", [None, True, False]),
    "b.yes": (FactRef(Kind.BOOL, None, "b.yes"), "BOOLEAN", [None, True, False]),
}
EXPRESSIONS = [
    ("age(a.day)", Kind.INT),
    ("age_by_month(a.day)", Kind.INT),
    ("months_in_year_under3(a.day, year)", Kind.INT),
    ("months_in_year_until(a.day, year)", Kind.INT),
    ("a.day.year * 100 + a.day.month", Kind.INT),
    ("happened(a.event)", Kind.BOOL),
    ("happened_before(a.event, month_start)", Kind.BOOL),
    ("happened_by(a.event, asof)", Kind.BOOL),
    ("happened_within(a.event, month_start, a.day)", Kind.BOOL),
    ("a.money * a.rate", Kind.MONEY),
    ("a.money / 100", Kind.MONEY),
    ("a.money // 100", Kind.MONEY),
    ("a.int % 7", Kind.INT),
    ("-a.money + yuan('0.01') - yuan(1)", Kind.MONEY),
    ("min(a.int, -3, a.int * 2)", Kind.INT),
    ("max(a.money, yuan(0))", Kind.MONEY),
    ("a.yes and b.yes", Kind.BOOL),
    ("a.yes or not b.yes", Kind.BOOL),
    ("a.yes != b.yes", Kind.BOOL),
    ("a.int if a.yes else 7", Kind.INT),
    ("-1 <= a.int < 50 < 60", Kind.BOOL),
    ("a.int in (1, 50)", Kind.BOOL),
    ("a.int not in (1, 50)", Kind.BOOL),
]


@pytest.mark.parametrize(("text", "kind"), EXPRESSIONS)
def test_the_engines_agree_on(text: str, kind: Kind, database: duckdb.DuckDBPyConnection) -> None:
    node = read_expression(text, Names({name: fact[0] for name, fact in FACTS.items()}, {}), kind)
    assert isinstance(node, Node), node
    bound = bind(node, OCTOBER, {})
    used = [name for name in FACTS if name in text]
    shape = ", ".join(f'"{name}" {FACTS[name][1]}' for name in used)
    database.execute(f"CREATE TABLE given (number BIGINT, {shape})")
    rows = list(product(*[FACTS[name][2] for name in used]))
    marks = ", ".join("?" for _ in range(len(used) + 1))
    lines = [[number, *row] for number, row in enumerate(rows)]
    database.executemany(f"INSERT INTO given VALUES ({marks})", lines)
    sql = SqlWriter(lambda name: name).write(bound).sql(dialect="duckdb")
    found = database.execute(f"SELECT {sql} FROM given ORDER BY number").fetchall()
    for row, (value,) in zip(rows, found, strict=True):
        facts = dict(zip(used, row, strict=True))
        assert value == meaning(bound, Situation(facts.__getitem__, {})), facts
