"""Random rules and random people: DuckDB decides as the interpreter does, whatever an official writes."""

import hashlib
import random
import shutil
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eligibility_rules import (
    Month,
    Outcome,
    RuleSet,
    RulesInvalid,
    Subject,
    compile_sql,
    load_rules,
)
from eligibility_rules.load import HOME
from tests.eligibility_rules.made_rules import MADE, programme
from tests.eligibility_rules.random_rules import CODES, Grammar, files, grammar, load, only_words
from tests.eligibility_rules.rule_engines import by_duckdb, fill, plainly
from tests.eligibility_rules.synthetic_subjects import random_row, telling_values

MONTHS = [Month.parse(text) for text in ("2024-02", "2025-12", "2026-10", "2028-03")]
WORDS: Grammar = grammar(load_rules())
RANDOM = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The few facts and parameters of the grammar, and not one programme."""
    return only_words(WORDS, tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def every_fact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped facts and parameters, and not one programme."""
    home = tmp_path_factory.mktemp("facts")
    shutil.copy(HOME / "facts.yaml", home)
    shutil.copytree(HOME / "parameters", home / "parameters")
    return home


def _loaded(folder: Path, texts: dict[str, str]) -> RuleSet | None:
    """The rules, or None when the loader found what can never hold or is too long or too large."""
    try:
        return load(folder, texts)
    except RulesInvalid as refused:
        for fault in refused.faults:
            assert fault.file.startswith(MADE)
            assert fault.line >= 1
            assert fault.sentence.endswith(".")
            assert fault.sentence_zh.endswith("。")
        return None


@RANDOM
@given(texts=files(WORDS), month=st.sampled_from(MONTHS), seed=st.integers(0, 2**32))
def test_random_rules_mean_the_same_to_both_engines(
    folder: Path, texts: dict[str, str], month: Month, seed: int
) -> None:
    rules = _loaded(folder, texts)
    assume(rules is not None)
    assert rules is not None
    draw = random.Random(seed)
    values = telling_values(rules, Subject.PERSON, month)
    rows = [random_row(values, draw) for _ in range(60)]
    with duckdb.connect() as database:
        found = by_duckdb(database, rules, Subject.PERSON, month, rows)
    for row, decided in zip(rows, found, strict=True):
        for code in CODES:
            assert decided[code] == plainly(rules, code, row, month), (code, texts, row)


@settings(RANDOM, max_examples=10)
@given(texts=files(WORDS), seed=st.integers(0, 2**32))
def test_nobody_counts_twice_and_the_order_of_rows_changes_nothing(
    folder: Path, texts: dict[str, str], seed: int
) -> None:
    rules = _loaded(folder, texts)
    assume(rules is not None)
    assert rules is not None
    draw = random.Random(seed)
    values = telling_values(rules, Subject.PERSON, MONTHS[2])
    rows = [random_row(values, draw) for _ in range(200)]
    sql = compile_sql(rules, Subject.PERSON, MONTHS[2], "person")
    with duckdb.connect() as database:
        fill(database, rules, Subject.PERSON, rows)
        first = database.execute(sql).fetchall()
        database.execute("CREATE TABLE mixed AS FROM person ORDER BY hash(person_id * 7919)")
        mixed = database.execute(sql.replace("FROM person", "FROM mixed")).fetchall()
    assert mixed == first
    assert [line[0] for line in first] == list(range(200))


@settings(RANDOM, max_examples=6)
@given(texts=files(WORDS), seed=st.integers(0, 2**32))
def test_a_replay_writes_the_same_bytes_and_the_rules_keep_their_digest(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, texts: dict[str, str], seed: int
) -> None:
    rules = _loaded(folder, texts)
    assume(rules is not None)
    assert rules is not None
    reordered = {name: _other_layout(text) for name, text in reversed(texts.items())}
    again = _loaded(folder, reordered)
    assert again is not None
    assert again.digest == rules.digest
    values = telling_values(rules, Subject.PERSON, MONTHS[2])
    draw = random.Random(seed)
    rows = [random_row(values, draw) for _ in range(100)]
    home = tmp_path_factory.mktemp("replay")
    digests = set()
    for name, loaded in (("first", rules), ("second", again)):
        with duckdb.connect() as database:
            fill(database, loaded, Subject.PERSON, rows)
            sql = compile_sql(loaded, Subject.PERSON, MONTHS[2], "person")
            database.execute(f"COPY ({sql}) TO '{home}/{name}' (FORMAT parquet)")
        digests.add(hashlib.sha256((home / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def _other_layout(text: str) -> str:
    """The same file with its keys in another order and comments between."""
    whole = yaml.safe_load(text)
    kept = {key: whole[key] for key in sorted(whole, reverse=True)}
    return "# 同一规则\n" + yaml.safe_dump(kept, allow_unicode=True, width=40)


@settings(RANDOM, max_examples=25)
@given(
    sign=st.sampled_from(["<", "<=", ">", ">="]),
    fen=st.integers(2, 10**7),
    beside=WORDS.boolean(1),
    seed=st.integers(0, 2**32),
)
def test_a_threshold_turns_once_and_exactly_at_its_figure(
    folder: Path, sign: str, fen: int, beside: str, seed: int
) -> None:
    """Whatever else is asked: more income never turns a decision back and forth."""
    expr = f"hh.income_pc {sign} yuan('{fen // 100}.{fen % 100:02d}')"
    conditions = [
        {"id": f"XA01-C{bit}", "expr": one, "zh": "试", "en": "a trial"}
        for bit, one in enumerate((expr, beside), start=1)
    ]
    text = programme("XA01", conditions=conditions, stop=[])
    rules = _loaded(folder, {f"{MADE}/XA01.yaml": text})
    assume(rules is not None and "hh.income_pc" not in beside)
    assert rules is not None
    values = telling_values(rules, Subject.PERSON, MONTHS[2])
    base = random_row(values, random.Random(seed))
    incomes = sorted({0, 1, fen // 2, fen - 1, fen, fen + 1, 2 * fen, 10**13})
    rows = [base | {"hh__income_pc_fen": income} for income in incomes]
    with duckdb.connect() as database:
        found = by_duckdb(database, rules, Subject.PERSON, MONTHS[2], rows)
    held = [decided["XA01"].held & 1 for decided in found]
    assert sum(a != b for a, b in pairwise(held)) == 1
    at, next_to = incomes.index(fen), -1 if sign in {">=", "<"} else 1
    assert held[at] == (sign in {"<=", ">="})
    assert held[at] != held[at + next_to]
    outcomes = [decided["XA01"].outcome is not Outcome.NOT_DUE for decided in found]
    assert sum(a != b for a, b in pairwise(outcomes)) <= 1


_STRANGE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.dates()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=5,
)  # fmt: skip
SHIPPED = sorted(HOME.glob("programmes/*/*.yaml"))


@settings(RANDOM, max_examples=50)
@given(data=st.data(), path=st.sampled_from(SHIPPED))
def test_a_spoilt_rule_file_is_refused_with_a_place_and_a_sentence_or_loads(
    every_fact: Path, data: st.DataObject, path: Path
) -> None:
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    for _ in range(data.draw(st.integers(1, 3))):
        _spoil(whole, data)
    text = yaml.safe_dump(whole, allow_unicode=True)
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(text))))
    shown = f"programmes/{path.parent.name}/{path.name}"
    try:
        load_rules(every_fact, changed={shown: text[:cut]})
    except RulesInvalid as refused:
        for fault in refused.faults:
            assert fault.file
            assert fault.line >= 1
            assert fault.code
            assert fault.sentence.strip().endswith((".", "。")), fault
            assert fault.sentence_zh.strip().endswith(("。", "？")), fault
            assert fault.column >= 1
            assert fault.sentence.isprintable()
            assert fault.sentence_zh.isprintable()


def _spoil(item: object, data: st.DataObject) -> None:
    """Change, drop or double one thing somewhere in a document."""
    while isinstance(item, dict | list) and item:
        places = sorted(item, key=str) if isinstance(item, dict) else list(range(len(item)))
        place = data.draw(st.sampled_from(places))
        inner = item[place]
        if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
            item = inner
            continue
        deed = data.draw(st.sampled_from(["drop", "change", "add", "cut"]))
        if deed == "drop":
            del item[place]
        elif deed == "cut" and isinstance(inner, str):
            item[place] = inner[: len(inner) // 2]
        elif deed == "add" and isinstance(item, dict):
            item[data.draw(st.text(max_size=8))] = data.draw(_STRANGE)
        else:
            item[place] = data.draw(_STRANGE)
        return
