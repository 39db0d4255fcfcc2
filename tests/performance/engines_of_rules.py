"""The engines that decide the same million people: ours, and others beside it.

Each takes a folder with the people, their number and the number of parts, and gives wall and
processor seconds, peak memory in MB and the fen paid by programme.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eligibility_rules import Month, Subject, compile_sql
from tests.performance.rules_22 import CODES, HOUSEHOLD_SIZE, rules_22, write_people
from tests.performance.rules_elsewhere import Vector, trees, vector, zen_content

MONTH = Month.parse("2026-10")
ZEN_PERSONS = 5_000
Sums = dict[str, int]


class Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {
            "wall": time.perf_counter() - self.wall,
            "cpu": time.process_time() - self.cpu,
        }


def _done(clock: Clock, sums: Sums | None, **more: Any) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**clock.read(), "mb": peak, "sums": sums, **more}


def _duckdb(home: Path, shown: Callable[[str], str], said: str) -> dict[str, Any]:
    import duckdb

    rules = rules_22(home / "rules")
    with duckdb.connect() as database:
        database.execute("SET threads = 2; SET enable_progress_bar = false")
        database.execute(f"CREATE TABLE person AS FROM read_parquet('{home}/part-00000.parquet')")
        clock = Clock()
        # The people are in the key's order, and DuckDB keeps it.
        sql = compile_sql(rules, Subject.PERSON, MONTH, "person", ordered=False)
        database.execute(f"CREATE TABLE decided AS {shown(sql)}")
        result = _done(clock, None, like=True, said=said)
        sums = ", ".join(f"sum({code}_amount_fen)" for code in CODES)
        [row] = database.execute(f"SELECT {sums} FROM decided").fetchall()
        return result | {"sums": dict(zip(CODES, map(int, row), strict=True))}


def duckdb_masks(home: Path, _persons: int, _parts: int) -> dict[str, Any]:
    return _duckdb(home, lambda sql: sql, "ours: amounts, outcomes, masks, unknowns")


def duckdb_amounts(home: Path, _persons: int, _parts: int) -> dict[str, Any]:
    amounts = ", ".join(f"{code}_amount_fen" for code in CODES)
    return _duckdb(
        home, lambda sql: f"SELECT person_id, {amounts} FROM ({sql})", "ours: amounts only"
    )


def duckdb_parts(home: Path, persons: int, parts: int) -> dict[str, Any]:
    """Many parts from Parquet to Parquet, as a month over a folder is decided."""
    from service.assessment.engines.on_duckdb import duckdb_engine

    rules = rules_22(home / "rules")
    target = home / "decided"
    paths = []
    code = "import sys; from pathlib import Path; from tests.performance.engines_of_rules import make; make(*sys.argv[1:])"
    for part in range(parts):  # Elsewhere, so that making the people does not count.
        subprocess.run([sys.executable, "-c", code, str(home), str(part), str(persons)], check=True)
        paths.append(home / f"part-{part:05d}.parquet")
    with duckdb_engine(home) as engine:
        clock = Clock()
        sql = compile_sql(rules, Subject.PERSON, MONTH)
        engine.keep(sql, paths, target)
        said = f"ours: {parts * persons:,} persons, Parquet to Parquet"
        result = _done(clock, None, said=said)
    return result | _paid(target)


def _paid(target: Path) -> dict[str, int]:
    """Lines and fen in the outcome files, counted after the clock was read."""
    import duckdb

    counts = " + ".join(f"count({code}_amount_fen)" for code in CODES)
    sums = " + ".join(f"coalesce(sum({code}_amount_fen), 0)" for code in CODES)
    paid = duckdb.sql(f"SELECT {counts}, {sums} FROM read_parquet('{target}/*.parquet')")
    assert paid is not None, "a SELECT answers"
    [row] = paid.fetchall()
    return {"lines": int(row[0]), "fen": int(row[1])}


def make(home: str, part: str, persons: str) -> None:
    """Write one part of the people; some facts of some of them are unknown."""
    rules = rules_22(Path(home) / "rules")
    write_people(rules, Path(home), int(part), int(persons), unknowns=True)


def _arrays(home: Path) -> dict[str, Any]:
    """Facts by name as NumPy arrays; codes as numbers of a list."""
    import numpy as np
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(home / "part-00000.parquet")
    found: dict[str, Any] = {}
    for column in table.column_names:
        values = table[column]
        name = column.replace("__", ".").removesuffix("_fen")
        if str(values.type).startswith("date"):
            found[name] = values.to_numpy().astype("datetime64[D]")
        elif str(values.type) == "string":
            texts = pc.dictionary_encode(values.combine_chunks())
            numbers = np.array(
                [_CODES.setdefault(str(one), len(_CODES)) for one in texts.dictionary]
            )
            found[name] = numbers[texts.indices.to_numpy()]
        else:
            found[name] = values.to_numpy()
    return found


_CODES: dict[str, int] = {}


class _Numpy:
    def choose(self, test: Vector, yes: Vector, no: Vector) -> Vector:
        import numpy as np

        return np.where(test, yes, no)

    def among(self, item: Vector, options: list[Any]) -> Vector:
        import numpy as np

        return np.isin(item, options)

    def extreme(self, op: str, items: list[Vector]) -> Vector:
        import numpy as np

        found = items[0]
        for item in items[1:]:
            found = np.minimum(found, item) if op == "min" else np.maximum(found, item)
        return found

    def code(self, text: str) -> int:
        return _CODES.setdefault(text, len(_CODES))

    def wide(self, item: Vector) -> Vector:
        """In 64 bits: OpenFisca keeps whole numbers in 32, and a product would wrap silently."""
        return item if isinstance(item, int) else item.astype("int64")


def _numbered(days: Any) -> Any:
    """Days as whole numbers yyyymmdd."""
    months = days.astype("datetime64[M]")
    month = months.astype("int64")
    day = (days - months).astype("int64") + 1
    return (month // 12 + 1970) * 10_000 + (month % 12 + 1) * 100 + day


def numpy_amounts(home: Path, _persons: int, _parts: int) -> dict[str, Any]:
    rules = rules_22(home / "rules")
    known = _arrays(home)
    clock = Clock()
    known["p.age"] = (20261031 - _numbered(known["p.birth"])) // 10_000
    amounts: dict[str, Any] = {}
    for code, programme in rules.programmes.items():
        conditions, amount = trees(programme, MONTH)
        held = vector(conditions[0], known, _Numpy())
        for one in conditions[1:]:
            held = held & vector(one, known, _Numpy())
        known[code] = held
        amounts[code] = _Numpy().choose(held, vector(amount, known, _Numpy()), 0)
    result = _done(clock, None, like=True, said="NumPy by hand: amounts only, nothing unknown")
    return result | {"sums": {code: int(one.sum()) for code, one in amounts.items()}}


def numpy_pass(home: Path, _persons: int, _parts: int) -> dict[str, Any]:
    known = _arrays(home)
    clock = Clock()
    for one in known.values():
        one.max()
    return _done(clock, None, like=True, said="bound: one pass over the same columns in NumPy")


def openfisca_amounts(home: Path, _persons: int, _parts: int) -> dict[str, Any]:
    from tests.performance.rules_openfisca import prepared

    rules = rules_22(home / "rules")
    known = _arrays(home)
    calculate = prepared(rules, known, MONTH, _Numpy(), HOUSEHOLD_SIZE)
    clock = Clock()
    sums = calculate()
    return _done(clock, sums, like=True, said="OpenFisca-core: amounts only, nothing unknown")


class _Polars:
    def choose(self, test: Vector, yes: Vector, no: Vector) -> Vector:
        import polars as pl

        other = pl.when(~test).then(no)
        return pl.when(test).then(yes).otherwise(other)

    def among(self, item: Vector, options: list[Any]) -> Vector:
        return item.is_in(options)

    def code(self, text: str) -> str:
        return text

    def wide(self, item: Vector) -> Vector:
        return item

    def extreme(self, op: str, items: list[Vector]) -> Vector:
        found = items[0]
        for item in items[1:]:
            first = found <= item if op == "min" else found >= item
            found = self.choose(first, found, item)
        return found


def polars_masks(home: Path, _persons: int, _parts: int) -> dict[str, Any]:
    """The same rules as Polars expressions on its streaming engine, amounts and masks."""
    import polars as pl

    rules = rules_22(home / "rules")
    frame = pl.read_parquet(home / "part-00000.parquet")
    clock = Clock()
    known: dict[str, Any] = {}
    for column, kind in frame.schema.items():
        name = column.replace("__", ".").removesuffix("_fen")
        one = pl.col(column)
        day = one.dt.year() * 10_000 + one.dt.month().cast(pl.Int32) * 100 + one.dt.day()
        known[name] = day if kind == pl.Date else one
    lazy = frame.lazy().with_columns(
        ((20261031 - known["p.birth"]) // 10_000).cast(pl.Int64).alias("age")
    )
    known["p.age"] = pl.col("age")
    shown = ["person_id"]
    for code, programme in rules.programmes.items():
        conditions, amount = trees(programme, MONTH)
        tests = {
            f"{code}_c{bit}": vector(one, known, _Polars()) for bit, one in enumerate(conditions)
        }
        lazy = lazy.with_columns(**tests)
        names = [pl.col(name) for name in tests]
        lazy = lazy.with_columns(pl.all_horizontal(names).alias(code))
        held = sum(pl.when(one).then(1 << bit).otherwise(0) for bit, one in enumerate(names))
        unknown = sum(
            pl.when(one.is_null()).then(1 << bit).otherwise(0) for bit, one in enumerate(names)
        )
        pays = vector(amount, known, _Polars())
        pays = pl.lit(pays) if isinstance(pays, int) else pays
        lazy = lazy.with_columns(
            pl.when(pl.col(code)).then(pays).cast(pl.Int64).alias(f"{code}_amount_fen"),
            held.cast(pl.UInt32).alias(f"{code}_held"),
            unknown.cast(pl.UInt32).alias(f"{code}_unknown"),
        )
        known[code] = pl.col(code)
        shown += [code, f"{code}_amount_fen", f"{code}_held", f"{code}_unknown"]
    decided = lazy.select(shown).sort("person_id").collect(engine="streaming")
    result = _done(clock, None, like=True, said="Polars, streaming: amounts and masks, in order")
    return result | {"sums": {code: int(decided[f"{code}_amount_fen"].sum()) for code in CODES}}


def zen_rows(home: Path, persons: int, _parts: int) -> dict[str, Any]:
    """GoRules ZEN decides row by row; a sample, scaled."""
    import zen

    rules = rules_22(home / "rules")
    known = _arrays(home)
    known["p.birth"] = _numbered(known["p.birth"])
    sample = min(ZEN_PERSONS, persons)
    names = [name for name in known if name != "person_id"]
    texts = {number: text for text, number in _CODES.items()}
    coded = {"p.sex", "eld.assess"}
    columns = [
        [texts[one] for one in known[name][:sample]]
        if name in coded
        else known[name][:sample].tolist()
        for name in names
    ]
    keys = [name.replace(".", "__") for name in names]
    rows = [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]
    decision = zen.ZenEngine().create_decision(zen_content(rules, MONTH))
    clock = Clock()
    paid = 0
    for row in rows:
        result = decision.evaluate(row)["result"]
        paid += sum(int(result[code]) for code in CODES)
    done = _done(clock, None, like=True)
    scale = persons / sample
    said = f"zen-engine, row by row ({sample:,}, scaled): amounts"
    return done | {
        "wall": done["wall"] * scale,
        "cpu": done["cpu"] * scale,
        "said": said,
        "paid": paid,
    }


ENGINES: dict[str, Callable[[Path, int, int], dict[str, Any]]] = {
    "openfisca-amounts": openfisca_amounts,
    "duckdb-amounts": duckdb_amounts,
    "duckdb-masks": duckdb_masks,
    "polars-masks": polars_masks,
    "numpy-amounts": numpy_amounts,
    "numpy-pass": numpy_pass,
    "zen-rows": zen_rows,
    "duckdb-parts": duckdb_parts,
}
