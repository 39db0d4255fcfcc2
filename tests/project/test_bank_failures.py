"""docs/bank-failures.md leaves no situation out, and every test it names exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "bank-failures.md").read_text(encoding="utf-8")
_, AT_THE_BANK, IN_THE_BOOKS = PAGE.split("\n## ")
ROW = re.compile(r"^\| ([0-9]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TESTED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
NAMED = sorted(set(TESTED.findall(PAGE)))


@cache
def _tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        (AT_THE_BANK, {*range(1, 46)}),
        (IN_THE_BOOKS, {*range(53, 72), 91, 92}),
    ],
    ids=["at the bank", "in the books"],
)
def test_no_situation_is_left_out(part: str, wanted: set[int]) -> None:
    rows = {int(number): (words, tests) for number, words, tests in ROW.findall(part)}
    assert sorted(rows) == sorted(wanted)
    for number, (words, tests) in rows.items():
        assert len(words.split()) > 3, number
        assert TESTED.sub("", tests).replace("<br>", "").strip() == "", number
        assert TESTED.search(tests), number


def test_every_test_it_names_exists() -> None:
    assert [f"{path}::{name}" for path, name in NAMED if name not in _tests(path)] == []
