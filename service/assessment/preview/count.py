"""Count the differences between two rule sets over a snapshot, programme by programme.

Both sets decide the same facts for the same month in DuckDB; nothing is kept of a person but a few
internal ids, so that officers who may see them can look at examples.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import duckdb

from eligibility_rules import Month, RuleSet, Subject, compile_sql, key_column

MONTHS_AHEAD = 12
SAMPLE_MAX = 10
CHANGES = ("joins", "leaves", "raised", "lowered", "becomes_unknown")
"""The kinds of change of which examples are kept."""
BIGGEST_MAX = 10
AGE_EDGES = (18, 60, 70, 80, 90)
"""Where the bands of age are cut; a household's are its members, one to five and more."""
BUCKET_EDGES_FEN = (1, 1_000, 5_000, 10_000, 50_000, 100_000, 1_000_000)
"""Where the distribution of changes is cut, on both sides of nought; whole fen."""

_OUTCOMES = {"not_due": 0, "due": 1, "unknown": 2}
_KIND = """
CASE WHEN b.outcome = 1 AND n.outcome = 1 THEN
          CASE WHEN n.fen > b.fen THEN 'raised' WHEN n.fen < b.fen THEN 'lowered' ELSE 'unchanged' END
     WHEN n.outcome = 1 THEN 'joins'
     WHEN n.outcome = 2 AND b.outcome <> 2 THEN 'becomes_unknown'
     WHEN b.outcome = 1 THEN 'leaves'
     WHEN b.outcome = 2 AND n.outcome = 0 THEN 'becomes_not_due'
     ELSE 'apart' END
"""


@dataclass
class Counted:
    """One programme before and after; counts of subjects, amounts in whole fen.

    ``unchanged`` are those due the same amount; who is not due under either is in nothing.
    """

    month: str
    subject: str
    due_before: int = 0
    due_after: int = 0
    before_fen: int = 0
    after_fen: int = 0
    unknown_before: int = 0
    unknown_after: int = 0
    joins: int = 0
    leaves: int = 0
    raised: int = 0
    lowered: int = 0
    unchanged: int = 0
    becomes_unknown: int = 0
    becomes_not_due: int = 0
    townships: dict[str, dict[str, int]] = field(default_factory=dict)
    """By 12-digit code of the township, "" where it is not known."""
    bands: dict[str, dict[str, int]] = field(default_factory=dict)
    """By the lowest age of a band for persons, by members for households, "" where not known."""
    money: dict[str, dict[str, int]] = field(default_factory=dict)
    """By kind of change: {subjects, before_fen, after_fen}, of those due before or after."""
    biggest: list[dict[str, Any]] = field(default_factory=list)
    """The largest changes of an amount: {id, township, before_fen, after_fen}."""
    buckets: list[dict[str, int | None]] = field(default_factory=list)
    """Of everybody whose amount changes: {from_fen, to_fen, count}; the ends are open (None)."""
    sample: dict[str, list[int]] = field(default_factory=dict)
    """Internal ids of a few subjects by kind of change."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def count(
    engine: duckdb.DuckDBPyConnection,
    base: RuleSet,
    proposed: RuleSet,
    codes: Iterable[str],
    month: Month,
    register: Callable[[Subject], None],
) -> dict[str, Counted]:
    """Return what changes for each programme, in the first month from ``month`` on it is payable in.

    ``register`` makes a kind of subject's facts known to the engine under its name, with the
    columns that both sets read and ``division``.
    """
    found: dict[str, Counted] = {}
    groups: dict[tuple[Subject, Month], list[str]] = {}
    for code in codes:
        one = proposed.programmes.get(code) or base.programme(code)
        groups.setdefault((one.subject, _payable_from(base, proposed, code, month)), []).append(
            code
        )
    for subject in dict.fromkeys(subject for subject, _ in groups):
        register(subject)
    for (subject, then), together in groups.items():
        _decide(engine, "base", base, subject, then, together)
        _decide(engine, "proposed", proposed, subject, then, together)
        for code in together:
            found[code] = _compare(engine, subject, then, code)
    return found


def _payable_from(base: RuleSet, proposed: RuleSet, code: str, month: Month) -> Month:
    both = [rules.programmes[code] for rules in (base, proposed) if code in rules.programmes]
    then = month
    for _ in range(MONTHS_AHEAD):
        if any(one.is_payable(then) for one in both):
            return then
        then = Month(then.year + 1, 1) if then.number == 12 else Month(then.year, then.number + 1)
    return month


def _decide(
    engine: duckdb.DuckDBPyConnection,
    name: str,
    rules: RuleSet,
    subject: Subject,
    month: Month,
    codes: list[str],
) -> None:
    """Make a table of every subject's outcomes and amounts; programmes there are not are not due."""
    key = key_column(subject)
    here = [
        code
        for code in codes
        if code in rules.programmes and rules.programmes[code].subject is subject
    ]
    wanted = ", ".join(
        f"{code}_outcome, {code}_amount_fen"
        if code in here
        else f"0::TINYINT AS {code}_outcome, NULL::BIGINT AS {code}_amount_fen"
        for code in codes
    )
    source = (
        f"({compile_sql(rules, subject, month, table=subject.value, codes=here, ordered=False)})"
        if here
        else subject.value
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {key} AS id, {wanted} FROM {source}"  # noqa: S608 - codes of loaded rules
    )


def _compare(
    engine: duckdb.DuckDBPyConnection, subject: Subject, month: Month, code: str
) -> Counted:
    key = key_column(subject)
    engine.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE compared AS
        SELECT b.id, {_KIND} AS kind, b.outcome AS was, n.outcome AS becomes,
               coalesce(b.fen, 0) AS before_fen, coalesce(n.fen, 0) AS after_fen,
               CASE WHEN f.division IS NULL THEN '' ELSE left(f.division, 9) || '000' END AS township,
               {_band(engine, subject, month)} AS band
        FROM (SELECT id, {code}_outcome AS outcome, {code}_amount_fen AS fen FROM base) b
        JOIN (SELECT id, {code}_outcome AS outcome, {code}_amount_fen AS fen FROM proposed) n USING (id)
        JOIN (SELECT {key} AS id, * EXCLUDE ({key}) FROM {subject.value}) f USING (id)
        WHERE b.outcome <> 0 OR n.outcome <> 0
        """  # noqa: S608 - codes of loaded rules and our own columns
    )
    made = Counted(str(month), subject.value)
    for kind, subjects, before_fen, after_fen in engine.execute(
        "SELECT kind, count(*), sum(before_fen)::BIGINT, sum(after_fen)::BIGINT "
        "FROM compared GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        if kind != "apart":
            setattr(made, kind, subjects)
            made.money[kind] = {
                "subjects": subjects,
                "before_fen": before_fen,
                "after_fen": after_fen,
            }
        made.before_fen += before_fen
        made.after_fen += after_fen
    made.townships = _parts(engine, "township")
    made.bands = {} if subject is Subject.LAND else _parts(engine, "band")
    made.biggest = _biggest(engine)
    row = engine.execute(
        "SELECT count(*) FILTER (was = 1), count(*) FILTER (becomes = 1), "
        "count(*) FILTER (was = 2), count(*) FILTER (becomes = 2) FROM compared"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate has one row
    made.due_before, made.due_after, made.unknown_before, made.unknown_after = row
    made.buckets = _buckets(engine)
    made.sample = {
        kind: [
            one[0]
            for one in engine.execute(
                "SELECT id FROM compared WHERE kind = ? ORDER BY hash(id), id LIMIT ?",
                [kind, SAMPLE_MAX],
            ).fetchall()
        ]
        for kind in CHANGES
    }
    return made


def _parts(engine: duckdb.DuckDBPyConnection, column: str) -> dict[str, dict[str, int]]:
    """Return counts and money by the values of a column, without those where nothing is."""
    found: dict[str, dict[str, int]] = {}
    for part, kind, subjects, before_fen, after_fen in engine.execute(
        f"SELECT {column}, kind, count(*), sum(before_fen)::BIGINT, sum(after_fen)::BIGINT "  # noqa: S608 - our own columns
        "FROM compared GROUP BY ALL ORDER BY ALL"
    ).fetchall():
        here = found.setdefault(
            part,
            {"before_fen": 0, "after_fen": 0, "joins": 0, "leaves": 0, "raised": 0, "lowered": 0},
        )
        if kind in here:
            here[kind] += subjects
        here["before_fen"] += before_fen
        here["after_fen"] += after_fen
    return {part: kept for part, kept in found.items() if any(kept.values())}


def _band(engine: duckdb.DuckDBPyConnection, subject: Subject, month: Month) -> str:
    """Return the expression of a subject's band; the empty text where its facts do not say it."""
    known = {row[0] for row in engine.execute(f"DESCRIBE {subject.value}").fetchall()}
    if subject is Subject.HOUSEHOLD and "hh__size" in known:
        return "coalesce(least(f.hh__size, 5)::VARCHAR, '')"
    if subject is Subject.PERSON and "p__birth" in known:
        age = f"date_sub('year', f.p__birth, DATE '{month.last_day.isoformat()}')"
        cut = " ".join(
            f"WHEN {age} < {edge} THEN '{low}'" for low, edge in pairwise((0, *AGE_EDGES))
        )
        return f"CASE WHEN f.p__birth IS NULL THEN '' {cut} ELSE '{AGE_EDGES[-1]}' END"
    return "''"


def _biggest(engine: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    rows = engine.execute(
        "SELECT id, township, before_fen, after_fen FROM compared WHERE after_fen <> before_fen "
        "ORDER BY abs(after_fen - before_fen) DESC, hash(id), id LIMIT ?",
        [BIGGEST_MAX],
    ).fetchall()
    names = ("id", "township", "before_fen", "after_fen")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _buckets(engine: duckdb.DuckDBPyConnection) -> list[dict[str, int | None]]:
    """Cut the changes of amount at the edges, from the deepest fall to the highest rise."""
    ups = BUCKET_EDGES_FEN
    ranges: list[tuple[int | None, int | None]] = [(None, -ups[-1])]
    ranges += [(-high, -low) for low, high in reversed(list(pairwise(ups)))]
    ranges += list(pairwise(ups))
    ranges += [(ups[-1], None)]
    # One look at everybody for all of them.
    filters = ", ".join(f"count(*) FILTER ({_inside(low, high)})" for low, high in ranges)
    row = engine.execute(
        f"SELECT {filters} FROM (SELECT after_fen - before_fen AS diff FROM compared)"  # noqa: S608 - whole numbers of this module
    ).fetchone()
    counts = row or [0] * len(ranges)
    return [
        {"from_fen": low, "to_fen": high, "count": counted}
        for (low, high), counted in zip(ranges, counts, strict=True)
    ]


def _inside(low: int | None, high: int | None) -> str:
    """Nearer to nought is inside, farther away is outside: every change is in one bucket."""
    rising = low is not None and low > 0
    inner = f"diff >= {low}" if rising else f"diff <= {high}"
    outer = f"diff < {high}" if rising else f"diff > {low}"
    return inner if (high if rising else low) is None else f"{inner} AND {outer}"
