"""Compile programmes into one SQL statement: chained common table expressions over one scan.

facts → derived facts → conditions, masks, amounts and outcomes, of programmes that do not ask about
one another side by side. A fact outside its range or not among its codes becomes NULL at the first
step, as everywhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal
from weakref import WeakKeyDictionary

from sqlglot import exp

from eligibility_rules.compiling.dialects import Dialect
from eligibility_rules.compiling.layers import Layers
from eligibility_rules.compiling.pool_sql import frozen_amount, pool_steps
from eligibility_rules.compiling.sql import (
    Sql,
    SqlWriter,
    column,
    derived_column,
    floor_divided,
    literal,
    outcome_column,
)
from eligibility_rules.deciding.bind import bind
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.errors import RuleFault
from eligibility_rules.facts import Fact, Subject, key_column
from eligibility_rules.language.kinds import DAY_FIRST, DAY_LAST, Span
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Pool, Programme, Rounding
from eligibility_rules.reading.read_programme import derived_used, facts_used
from eligibility_rules.words import Words

_TABLE = "\0table\0"
"""Stands in a kept statement where the table goes; no column or literal can hold it."""
_STATEMENTS_MAX = 128
"""How many statements are kept of one rule set; the longest take 300 kB."""

_kept: WeakKeyDictionary[RuleSet, dict[tuple[Any, ...], str]] = WeakKeyDictionary()
"""What was written of each rule set: looking months over asks for the same again and again."""


def compile_sql(
    rules: RuleSet,
    subject: Subject,
    month: Month,
    table: str = "facts",
    codes: Iterable[str] | None = None,
    pools: Mapping[str, PoolRate] | None = None,
    dialect: Dialect | Literal["duckdb", "spark"] = Dialect.DUCKDB,
    *,
    ordered: bool = True,
) -> str:
    """One statement deciding programmes for every row of `table`, for DuckDB or for Spark.

    The rows are the key column and, for each programme, `{code}_outcome` TINYINT (0 not due, 1 due,
    2 unknown), `{code}_amount_fen` BIGINT (NULL unless due), `{code}_held` and `{code}_unknown`
    UINTEGER masks (BIGINT in Spark), ordered by the key (in Spark within each file). `table` is a relation written as SQL, such
    as `person` or `read_parquet('…')`; it is not quoted. `codes` narrows the programmes (what they
    depend on is computed but not shown). `pools` gives frozen rates, needed when `table` is only a
    shard. Without `ordered` rows are not sorted, which for DuckDB is a quarter of the work. Raises RuleFault if a code is unknown or about another kind of subject.
    """
    asked = (
        subject,
        month,
        tuple(one.code for one in chosen(rules, subject, codes)),
        tuple(sorted((pools or {}).items())),
        Dialect(dialect),
        ordered,
    )
    kept = _kept.setdefault(rules, {})
    made = kept.get(asked)
    if made is None:
        if len(kept) >= _STATEMENTS_MAX:
            kept.clear()
        made = kept[asked] = _written(rules, *asked)
    return made.replace(_TABLE, table, 1)


def _written(
    rules: RuleSet,
    subject: Subject,
    month: Month,
    codes: tuple[str, ...],
    pools: tuple[tuple[str, PoolRate], ...],
    dialect: Dialect,
    ordered: bool,
) -> str:
    """The statement over a table still to be named."""
    shown = [rules.programmes[code] for code in codes]
    steps = _steps(rules, subject, month, _TABLE, shown, dict(pools), dialect)
    parts = ("outcome", "amount_fen", "held", "unknown")
    columns = [f"{code}_{part}" for code in codes for part in parts]
    return steps.statement(columns, ordered=ordered)


def pool_sum_sql(
    rules: RuleSet,
    code: str,
    month: Month,
    table: str,
    pools: Mapping[str, PoolRate],
    dialect: Dialect,
) -> str:
    """One statement for one number: the fen of a pool's lines in `table` at the rate in `pools`.

    The lines are those of everybody who is not refused, also where a question is open.
    """
    programme = rules.programme(code)
    steps = _steps(rules, programme.subject, month, table, [programme], pools, dialect)
    refused = exp.Is(this=exp.paren(column(f"{code}_all")), expression=exp.false())
    line = exp.Case().when(exp.not_(exp.paren(refused)), column(f"{code}_raw"))
    total = exp.Coalesce(this=exp.Sum(this=line), expressions=[literal(0)])
    chain, last = steps.chain([f"{code}_all", f"{code}_raw"])
    return f"{chain}\nSELECT {dialect.write(total)} FROM {last}"


def _steps(
    rules: RuleSet,
    subject: Subject,
    month: Month,
    table: str,
    shown: list[Programme],
    pools: Mapping[str, PoolRate],
    dialect: Dialect,
) -> "_Steps":
    needed = with_dependencies(rules, shown)
    steps = _Steps(subject, month, dict(pools), dialect)
    steps.facts(needed, table)
    steps.derived(needed)
    steps.programmes(needed)
    return steps


def required_columns(
    rules: RuleSet, subject: Subject, codes: Iterable[str] | None = None
) -> dict[str, str]:
    """Every column the rules read from a subject's table, with its DuckDB type, key first.

    `codes` narrows the programmes, as in `compile_sql`; what they depend on is read as well.
    """
    found = {key_column(subject): "BIGINT"}
    needed = with_dependencies(rules, chosen(rules, subject, codes))
    for name, fact in sorted(_columns(needed).items()):
        found[name] = fact.kind.duckdb_type
    return found


def chosen(rules: RuleSet, subject: Subject, codes: Iterable[str] | None) -> list[Programme]:
    """The programmes of a subject, or those in `codes`, in dependency order."""
    if codes is None:
        return list(rules.of_subject(subject))
    wanted = {rules.programme(code).code for code in codes}
    for code in sorted(wanted):
        if rules.programme(code).subject is not subject:
            said = Words(f"{code} 的对象不是 {subject}。", f"{code} is not about a {subject}.")
            raise RuleFault("subject_differs", said)
    return [one for one in rules.of_subject(subject) if one.code in wanted]


def with_dependencies(rules: RuleSet, shown: list[Programme]) -> list[Programme]:
    """These programmes and all that they wait for, in dependency order."""
    needed: set[str] = set()
    waiting = [programme.code for programme in shown]
    while waiting:
        code = waiting.pop()
        if code not in needed:
            needed.add(code)
            waiting += [*rules.programmes[code].depends_on, *rules.programmes[code].rivals]
    return [one for one in rules.programmes.values() if one.code in needed]


def _columns(programmes: list[Programme]) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for programme in programmes:
        for name in facts_used(programme):
            fact = programme.facts.facts[name]
            found[fact.column(programme.code)] = fact
    return found


def believable(name: str, fact: Fact) -> Sql:
    """The column, or NULL where its value lies outside what the catalogue allows."""
    raw = column(name)
    if fact.codes:
        options = [literal(code) for code in fact.codes]
        return exp.Case().when(exp.In(this=raw, expressions=options), raw.copy())
    span: Span | None = fact.span
    if span is not None:
        low, high = literal(span.low), literal(span.high)
    elif fact.kind.duckdb_type == "DATE":
        low, high = literal(DAY_FIRST), literal(DAY_LAST)
    else:
        return raw
    return exp.Case().when(exp.Between(this=raw, low=low, high=high), raw.copy())


class _Steps:
    """Collects the columns of every step; `statement` chains the steps."""

    def __init__(
        self, subject: Subject, month: Month, pools: dict[str, PoolRate], dialect: Dialect
    ) -> None:
        self.key_name = key_column(subject)
        self.key = dialect.quoted(self.key_name)
        self.facts_known = {self.key_name}
        self.month = month
        self.pools = pools
        self.dialect = dialect
        self.known = ""
        self.layers = Layers()

    def facts(self, programmes: list[Programme], table: str) -> None:
        columns = sorted(_columns(programmes).items())
        made = [self.key]
        made += [self._named(name, believable(name, fact)) for name, fact in columns]
        self.facts_known |= {name for name, _ in columns}
        # The table is written by the caller and never comes from a person.
        self.known = f"SELECT {', '.join(made)} FROM {table}"  # noqa: S608

    def _named(self, name: str, made: Sql) -> str:
        return f"{self.dialect.write(made)} AS {self.dialect.quoted(name)}"

    def derived(self, programmes: list[Programme]) -> None:
        catalogue = programmes[0].facts
        names = sorted({name for programme in programmes for name in derived_used(programme)})
        writer = SqlWriter(lambda fact: catalogue.facts[fact].column(""))
        added: list[tuple[str, Sql]] = []
        for name in names:
            tree = bind(catalogue.derived[name].node.of, self.month, {})
            added.append((derived_column(name), writer.write(tree)))
        if added:
            self.layers.add(added)

    def programmes(self, programmes: list[Programme]) -> None:
        """Each programme after what it waits for; rivals first stand by themselves, then compare."""
        settled: set[str] = set()
        for programme in programmes:
            if programme.code in settled:
                continue
            group = [one for one in programmes if one.code in {programme.code, *programme.rivals}]
            for one in group:
                self._stand(one)
            for one in group:
                self._settle(one)
                settled.add(one.code)

    def _stand(self, programme: Programme) -> None:
        """The conditions and the amount of a programme, its rivals left aside."""
        code = programme.code
        bits = self._bits(programme, compared=False)
        self.layers.add(bits)
        own = [(f"{code}_all", exp.and_(*[column(name) for name, _ in bits]))]
        self.layers.add(own)
        self._amount(programme, self._writer(programme))
        if programme.rivals:
            standing = [(f"{code}_standing", _outcome(column(f"{code}_all"), code))]
            self.layers.add(standing)

    def _settle(self, programme: Programme) -> None:
        """The outcome of a programme, with the comparison of rivals where there are any."""
        code = programme.code
        everything = column(f"{code}_all")
        if programme.rivals:
            compared = self._bits(programme, compared=True)
            self.layers.add(compared)
            everything = exp.and_(everything, *[column(name) for name, _ in compared])
        names = [f"{code}_c{bit}" for bit in range(len(programme.conditions))]
        due = exp.Case().when(everything.copy(), column(f"{code}_raw"))
        self.layers.add(
            [
                (outcome_column(code), _outcome(everything, code)),
                (f"{code}_amount_fen", exp.cast(due, exp.DataType.Type.BIGINT)),
                (f"{code}_held", _mask(names, unknown=False)),
                (f"{code}_unknown", _mask(names, unknown=True)),
            ],
        )

    def _bits(self, programme: Programme, *, compared: bool) -> list[tuple[str, Sql]]:
        writer = self._writer(programme)
        return [
            (
                f"{programme.code}_c{bit}",
                writer.write(bind(one.tree, self.month, programme.parameters)),
            )
            for bit, one in enumerate(programme.conditions)
            if one.compares is compared
        ]

    def _writer(self, programme: Programme) -> SqlWriter:
        facts = programme.facts.facts
        return SqlWriter(lambda name: facts[name].column(programme.code))

    def _amount(self, programme: Programme, writer: SqlWriter) -> None:
        code, rule = programme.code, programme.amount.rule
        if isinstance(rule, Pool):
            area = column(programme.facts.facts[rule.area].column(code))
            frozen = self.pools.get(code)
            if frozen is not None:
                self.layers.add([(f"{code}_raw", frozen_amount(area, frozen))])
                return
            pool = programme.parameters[rule.pool].value(self.month)
            total = programme.parameters[rule.area_total].value(self.month)
            for added in pool_steps(code, area, pool, total, rule.rate_decimals):
                self.layers.add(added)
            return
        tree = bind(rule.tree, self.month, programme.parameters)
        made = _payable(writer.write(tree), programme.rounding)
        self.layers.add([(f"{code}_raw", made)])

    def chain(self, shown: list[str]) -> tuple[str, str]:
        """All steps that these columns need as a WITH clause, and the name of the last."""
        steps = [f"known AS ({self.known})"]
        last = "known"
        for place, (kept, added) in enumerate(self.layers.chain(self.facts_known, shown), start=1):
            columns = [self.dialect.quoted(name) for name in kept]
            columns += [self._named(name, made) for name, made in added]
            steps.append(f"step_{place} AS (SELECT {', '.join(columns)} FROM {last})")  # noqa: S608
            last = f"step_{place}"
        return "WITH " + ",\n".join(steps), last

    def statement(self, columns: list[str], *, ordered: bool) -> str:
        """The finished text: all steps, then the key and these columns, if asked in the key's order."""
        chain, last = self.chain([self.key_name, *columns])
        shown = ", ".join([self.key, *map(self.dialect.quoted, columns)])
        order = f" {self.dialect.ordered} {self.key}" if ordered else ""
        return f"{chain}\nSELECT {shown} FROM {last}{order}"


def _outcome(everything: Sql, code: str) -> Sql:
    """0 not due, 1 due, 2 unknown: refused wins, then what is not known, the amount included."""
    amount = column(f"{code}_raw")
    known = exp.not_(exp.Is(this=amount, expression=exp.null()))
    outcome = exp.Case().when(exp.not_(exp.paren(everything.copy())), literal(0))
    payable = exp.and_(exp.paren(everything.copy()), known)
    outcome = outcome.when(payable, literal(1)).else_(literal(2))
    return exp.cast(outcome, exp.DataType.Type.TINYINT)


def _mask(names: list[str], *, unknown: bool) -> Sql:
    """The bits of conditions that hold, or are unknown.

    Few subjects have anything unknown: bits are added up only for them.
    """
    tests = [
        exp.Is(this=column(name), expression=exp.null()) if unknown else column(name)
        for name in names
    ]
    total: Sql = literal(0)
    for bit, test in enumerate(tests):
        case = exp.Case().when(test, literal(1 << bit)).else_(literal(0))
        total = case if bit == 0 else exp.Add(this=total, expression=case)
    if unknown and len(tests) > 1:
        some = exp.or_(*[test.copy() for test in tests])
        total = exp.Case().when(some, total).else_(literal(0))
    return exp.cast(total, exp.DataType.Type.UINT)


def _payable(amount: Sql, rounding: Rounding) -> Sql:
    """Round to the yuan; amounts are never negative, which the loader has proved."""
    if rounding is Rounding.FEN:
        return amount
    more = 99 if rounding is Rounding.YUAN_UP else 50
    raised = exp.Add(this=exp.paren(amount), expression=literal(more))
    yuan = floor_divided(raised, Span(0, 0), 100)
    return exp.Mul(this=yuan, expression=literal(100))
