"""The rules' speed: a million persons × 22 programmes, ours beside other engines, in one run.

Run with ``.venv/bin/python -m tests.performance.bench_rules [--persons 1000000] [--parts 10]``.
Every engine runs in a process of its own, decides the same people by the same rules, and must pay
the same fen. Reading the people is not counted; what is counted begins with the people in memory in
the engine's own form and ends with its results there, in the order of the people. What one does that
another does not is said in its line: OpenFisca and NumPy know nothing unknown and give amounts only. The engines beside ours come from
``pip install --require-hashes -r requirements-bench.lock``; what is not installed is left out and said.
``--long 60`` decides only 60 million persons of ours, part by part, and counts the lines paid.
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eligibility_rules import Month, Subject, compile_sql, evaluate, load_rules
from tests.performance.rules_22 import CODES, HOUSEHOLD_SIZE, rules_22, write_people
from tests.performance.rules_elsewhere import Vector, trees, vector, zen_content

MONTH = Month.parse("2026-10")
ZEN_PERSONS = 5_000
Sums = dict[str, int]
NEEDS = {"openfisca": "openfisca_core", "zen": "zen", "polars": "polars", "numpy": "numpy"}


class Clock:
    """Wall and processor seconds since it was made."""

    def __init__(self) -> None:
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {
            "wall": time.perf_counter() - self.wall,
            "cpu": time.process_time() - self.cpu,
        }


def main() -> None:
    """Run every engine and print one table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=10, help="parts of --persons for the long run")
    parser.add_argument("--long", type=int, help="only this many parts, Parquet to Parquet")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(ENGINES[given.one](given.folder, given.persons, given.parts)))
        return
    with tempfile.TemporaryDirectory(prefix="anxin-bench-rules-") as folder:
        home = Path(folder)
        (home / "rules").mkdir()
        rules = rules_22(home / "rules")
        if given.long:
            _long(home, given.persons, given.long)
            return
        write_people(rules, home, 0, given.persons, unknowns=False)
        print(f"{given.persons:,} persons × {len(CODES)} programmes, {os.cpu_count()} processors")
        print(f"{'engine':<46}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}  beside OpenFisca")
        _table(home, given.persons, given.parts)
        _by_itself()


def _long(home: Path, persons: int, parts: int) -> None:
    one = _in_a_process("duckdb-parts", home, persons, parts)
    print(
        f"{parts * persons:,} persons × {len(CODES)} programmes in {parts} parts: "
        f"wall {one['wall']:.1f} s, cpu {one['cpu']:.1f} s, resident {one['mb']:,} MB of 1,500; "
        f"{one['lines']:,} lines paid, {one['fen'] / 100:,.2f} yuan"
    )


def _in_a_process(name: str, home: Path, persons: int, parts: int) -> dict[str, Any]:
    command = [sys.executable, "-m", __spec__.name, "--one", name, "--folder", str(home)]
    command += ["--persons", str(persons), "--parts", str(parts)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _table(home: Path, persons: int, parts: int) -> None:
    found: dict[str, dict[str, Any]] = {}
    for name in ENGINES:
        needed = NEEDS.get(name.partition("-")[0])
        if needed and importlib.util.find_spec(needed) is None:
            print(f"{name:<46}  not installed; see requirements-bench.lock")
            continue
        found[name] = _in_a_process(name, home, persons, parts)
    base = found.get("openfisca-amounts", {}).get("wall")
    for name, one in found.items():
        share = f"{one['wall'] / base:10.2f}" if base and one.get("like") else ""
        print(
            f"{one.get('said', name):<46}{one['wall']:>9.2f}{one['cpu']:>9.2f}{one['mb']:>9,}{share}"
        )
    sums = {name: one["sums"] for name, one in found.items() if one.get("sums")}
    expected = sums["duckdb-masks"]
    for name, mine in sums.items():
        assert mine == expected, (
            name,
            {c: (mine[c], expected[c]) for c in CODES if mine[c] != expected[c]},
        )
    print(f"all paid the same: {sum(expected.values()) / 100:,.2f} yuan")


def _by_itself() -> None:
    clock = Clock()
    rules = load_rules()
    print(
        f"\nshipped rules read and checked: {len(rules.programmes)} in {clock.read()['wall']:.2f} s"
    )
    for dialect in ("duckdb", "spark"):
        clock = Clock()
        for subject in Subject:
            compile_sql(rules, subject, MONTH, dialect=dialect)
        print(f"compiled for {dialect}: {clock.read()['wall']:.2f} s")
    clock = Clock()
    for code in rules.programmes:
        for _ in range(10):
            evaluate(rules, code, {"p.birth": None}, MONTH)
    each = clock.read()["wall"] * 100 / len(rules.programmes)
    print(f"one explanation, all programmes' mean: {each:.2f} ms")


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
    code = "import sys; from pathlib import Path; from tests.performance.bench_rules import make; make(*sys.argv[1:])"
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

if __name__ == "__main__":
    main()
