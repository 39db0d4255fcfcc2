"""Turn a bound tree into a SQLGlot expression that means the same in DuckDB, unknowns included.

SQL's own three-valued logic is used for and, or, not and comparisons. Three habits of SQL differ
from ours and are spelled out: CASE takes unknown for false, GREATEST and LEAST skip unknowns, and
integer division truncates towards nought.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from sqlglot import exp

from eligibility_rules.language.kinds import Span, Value
from eligibility_rules.language.tree import (
    Age,
    AgeByMonth,
    AmountOf,
    Choose,
    Compare,
    Const,
    Derived,
    Every,
    Extreme,
    FactRef,
    Floor,
    Happened,
    Modulo,
    MonthsUnder3,
    MonthsUntil,
    Node,
    Not,
    OneOf,
    Part,
    Receives,
    Scale,
    Some,
    Standing,
    StandingAmount,
    Sum,
    Times,
)

Sql: TypeAlias = Any
"""A SQLGlot expression; the library is not typed for us."""

_SHIFT = 10_000
"""Years added before dividing and taken off afterwards, so that ages before birth round down."""
_COMPARE = {
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
    "==": exp.EQ,
    "!=": exp.NEQ,
}


class SqlWriter:
    """Writes trees of one programme; facts, derived facts and outcomes are columns by name."""

    def __init__(self, column_of: Callable[[str], str]) -> None:
        self.column_of = column_of
        self._writers: dict[type[Node], Callable[[Any], Sql]] = {
            Const: _const,
            FactRef: lambda node: column(self.column_of(node.name)),
            Derived: lambda node: column(derived_column(node.name)),
            Receives: self._receives,
            AmountOf: self._amount_of,
            Standing: lambda node: _yes_no(column(f"{node.code}_standing")),
            StandingAmount: lambda node: column(f"{node.code}_raw"),
            Not: lambda node: exp.not_(self._inner(node.item)),
            Every: lambda node: exp.and_(*[self.write(item) for item in node.items]),
            Some: lambda node: exp.or_(*[self.write(item) for item in node.items]),
            Compare: lambda node: _COMPARE[node.op](
                this=self._inner(node.left), expression=self._inner(node.right)
            ),
            OneOf: self._one_of,
            Sum: self._sum,
            Times: lambda node: exp.Mul(
                this=self._inner(node.left), expression=self._inner(node.right)
            ),
            Scale: self._scale,
            Floor: lambda node: floor_divided(self.write(node.item), node.item.span, node.divisor),
            Modulo: self._modulo,
            Choose: self._choose,
            Extreme: self._extreme,
            Part: lambda node: _part(node.part, self.write(node.item)),
            Age: self._age,
            AgeByMonth: self._age_by_month,
            MonthsUnder3: self._months_under3,
            MonthsUntil: self._months_until,
            Happened: self._happened,
        }

    def write(self, node: Node) -> Sql:
        """The SQL of a bound tree."""
        return self._writers[type(node)](node)

    def _inner(self, node: Node) -> Sql:
        return exp.paren(self.write(node), copy=False)

    def _receives(self, node: Receives) -> Sql:
        return _yes_no(column(outcome_column(node.code)))

    def _amount_of(self, node: AmountOf) -> Sql:
        outcome = column(outcome_column(node.code))
        refused = exp.EQ(this=outcome, expression=literal(0))
        nought = exp.cast(literal(0), exp.DataType.Type.BIGINT)
        return exp.Case().when(refused, nought).else_(column(f"{node.code}_amount_fen"))

    def _one_of(self, node: OneOf) -> Sql:
        options = [literal(option.value) for option in node.options]
        return exp.In(this=self._inner(node.item), expressions=options)

    def _sum(self, node: Sum) -> Sql:
        made = exp.Add if node.sign == 1 else exp.Sub
        return made(this=self._inner(node.left), expression=self._inner(node.right))

    def _scale(self, node: Scale) -> Sql:
        product = exp.Mul(this=self._inner(node.value), expression=self._inner(node.factor))
        span = (node.value.span or Span(-1, 1)).times(node.factor.span or Span(-1, 1))
        divisor = node.divisor
        if node.mode == "half_up":
            product = exp.Mul(this=literal(2), expression=exp.paren(product))
            span, divisor = span.times(Span(2, 2)), 2 * divisor
        more = {"half_up": node.divisor, "up": node.divisor - 1, "down": 0}[node.mode]
        raised = exp.Add(this=exp.paren(product), expression=literal(more))
        return floor_divided(raised, span.plus(Span(more, more)), divisor)

    def _modulo(self, node: Modulo) -> Sql:
        item, divisor = self._inner(node.item), literal(node.divisor)
        rest = exp.Mod(this=item, expression=divisor)
        if node.item.span is not None and node.item.span.low >= 0:
            return rest
        raised = exp.Add(this=exp.paren(rest), expression=divisor.copy())
        return exp.Mod(this=exp.paren(raised), expression=divisor.copy())

    def _choose(self, node: Choose) -> Sql:
        test = self._inner(node.test)
        case = exp.Case().when(test, self.write(node.yes))
        return case.when(exp.not_(test.copy()), self.write(node.no))

    def _extreme(self, node: Extreme) -> Sql:
        """The best of the items, unknown if one is; a constant is never unknown and needs less."""
        plain = [item for item in node.items if _is_known(item)]
        others = [item for item in node.items if not _is_known(item)]
        if not others:
            others, plain = plain[:1], plain[1:]
        best = self.write(others[0])
        worse = exp.LT if node.op == "max" else exp.GT
        sign = exp.LTE if node.op == "min" else exp.GTE
        for item in others[1:]:
            other = self.write(item)
            keep = sign(this=exp.paren(best), expression=exp.paren(other))
            best = exp.Case().when(keep, best).when(exp.not_(exp.paren(keep)), other)
        for item in plain:
            if not _never_better(node.op, item, others):
                other = self.write(item)
                beaten = worse(this=exp.paren(best), expression=exp.paren(other))
                best = exp.Case().when(beaten, other).else_(best.copy())
        return best

    def _age(self, node: Age) -> Sql:
        gap = exp.Sub(
            this=exp.paren(_yyyymmdd(self.write(node.asof))),
            expression=exp.paren(_yyyymmdd(self.write(node.birth))),
        )
        return _shifted(gap, 10_000)

    def _age_by_month(self, node: AgeByMonth) -> Sql:
        gap = exp.Sub(
            this=exp.paren(_months(self.write(node.asof))),
            expression=exp.paren(_months(self.write(node.birth))),
        )
        return _shifted(gap, 12)

    def _months_under3(self, node: MonthsUnder3) -> Sql:
        born = exp.paren(_months(self.write(node.birth)))
        year = exp.Mul(this=self._inner(node.year), expression=literal(12))
        last = exp.Least(
            this=exp.Add(this=born, expression=literal(36)),
            expressions=[exp.Add(this=year, expression=literal(12))],
        )
        first = exp.Greatest(
            this=born.copy(), expressions=[exp.Add(this=year.copy(), expression=literal(1))]
        )
        count = exp.Add(this=exp.Sub(this=last, expression=first), expression=literal(1))
        clamped = exp.Greatest(this=literal(0), expressions=[count])
        return _if_known([node.birth, node.year], self, clamped)

    def _months_until(self, node: MonthsUntil) -> Sql:
        year = exp.Mul(this=self._inner(node.year), expression=literal(12))
        gap = exp.Sub(this=exp.paren(_months(self.write(node.until))), expression=year)
        raised = exp.Greatest(this=literal(0), expressions=[gap])
        clamped = exp.Least(this=literal(12), expressions=[raised])
        return _if_known([node.until, node.year], self, clamped)

    def _happened(self, node: Happened) -> Sql:
        event = self.write(node.event)
        parts = [exp.not_(exp.Is(this=event, expression=exp.null()))]
        if node.since is not None:
            parts.append(exp.GTE(this=event.copy(), expression=self._inner(node.since)))
        if node.until is not None:
            sign = exp.LT if node.until_open else exp.LTE
            parts.append(sign(this=event.copy(), expression=self._inner(node.until)))
        return exp.and_(*parts)


def _is_known(node: Node) -> bool:
    return isinstance(node, Const) and node.value is not None


def _never_better(op: str, plain: Node, others: list[Node]) -> bool:
    """Whether the spans prove that a constant is never needed."""
    spans = [one.span for one in others]
    value = plain.value if isinstance(plain, Const) else None
    if not isinstance(value, int) or any(span is None for span in spans):
        return False
    if op == "max":
        return any(span is not None and span.low >= value for span in spans)
    return any(span is not None and span.high <= value for span in spans)


def _const(node: Const) -> Sql:
    """A constant; numbers are widened, because two small literals would multiply in 32 bits."""
    plain = literal(node.value)
    return exp.cast(plain, exp.DataType.Type.BIGINT) if node.kind.is_number else plain


def literal(value: Value) -> Sql:
    """A constant of the rule language in SQL."""
    if value is None:
        return exp.null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, date):
        return exp.cast(exp.Literal.string(value.isoformat()), exp.DataType.Type.DATE)
    if isinstance(value, int):
        number = exp.Literal.number(abs(value))
        return exp.paren(exp.Neg(this=number)) if value < 0 else number
    return exp.Literal.string(value)


def column(name: str) -> Sql:
    return exp.column(exp.to_identifier(name, quoted=True))


def derived_column(name: str) -> str:
    """Where a derived fact is computed once; no snapshot column begins like this."""
    return f"derived__{name.replace('.', '__')}"


def _yes_no(outcome: Sql) -> Sql:
    case = exp.Case().when(exp.EQ(this=outcome, expression=literal(1)), exp.true())
    return case.when(exp.EQ(this=outcome.copy(), expression=literal(0)), exp.false())


def outcome_column(code: str) -> str:
    return f"{code}_outcome"


def floor_divided(item: Sql, span: Span | None, divisor: int) -> Sql:
    """item // divisor towards minus infinity; plain division where the span shows it is safe."""
    by = literal(divisor)
    inner = exp.paren(item)
    if span is not None and span.low >= 0:
        return exp.paren(exp.IntDiv(this=inner, expression=by))
    rest = exp.Mod(this=inner.copy(), expression=by.copy())
    positive = exp.Mod(
        this=exp.paren(exp.Add(this=exp.paren(rest), expression=by.copy())), expression=by.copy()
    )
    lowered = exp.paren(exp.Sub(this=inner, expression=exp.paren(positive)))
    return exp.paren(exp.IntDiv(this=lowered, expression=by))


def _shifted(gap: Sql, divisor: int) -> Sql:
    raised = exp.Add(this=exp.paren(gap), expression=literal(_SHIFT * divisor))
    quotient = exp.paren(exp.IntDiv(this=exp.paren(raised), expression=literal(divisor)))
    return exp.paren(exp.Sub(this=quotient, expression=literal(_SHIFT)))


def _part(part: str, item: Sql) -> Sql:
    made = exp.Year if part == "year" else exp.Month
    return made(this=item) if part != "day" else exp.Day(this=item)


def _yyyymmdd(item: Sql) -> Sql:
    year = exp.Mul(this=_part("year", item), expression=literal(10_000))
    month = exp.Mul(this=exp.Month(this=item.copy()), expression=literal(100))
    return exp.Add(this=exp.Add(this=year, expression=month), expression=exp.Day(this=item.copy()))


def _months(item: Sql) -> Sql:
    year = exp.Mul(this=exp.Year(this=item), expression=literal(12))
    return exp.Add(this=year, expression=exp.Month(this=item.copy()))


def _if_known(nodes: list[Node], writer: SqlWriter, result: Sql) -> Sql:
    tests = [
        exp.not_(exp.Is(this=exp.paren(writer.write(node)), expression=exp.null()))
        for node in nodes
    ]
    return exp.Case().when(exp.and_(*tests), result)
