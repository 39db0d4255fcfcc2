"""Every situation of the domain that data decide is named by a test here, in its first line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

WANTED = {*range(1, 40), *range(52, 59), 75, 82, 83}
_NAMED = re.compile("Situation ([0-9]{1,2}): [^ ]")


def _first_lines(path: Path) -> Iterator[str]:
    """Yield the first line of every test's docstring in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            told = ast.get_docstring(node)
            if told:
                yield told.splitlines()[0]


def _named_in(folder: Path) -> set[int]:
    return {
        int(found[1])
        for path in sorted(folder.glob("test_*.py"))
        for line in _first_lines(path)
        if (found := _NAMED.match(line))
    }


def test_every_situation_has_a_test_that_names_it() -> None:
    assert WANTED - _named_in(Path(__file__).parent) == set()


def test_a_situation_that_only_a_comment_or_a_plain_function_names_is_not_covered(
    tmp_path: Path,
) -> None:
    (tmp_path / "test_a.py").write_text(
        '"""Situation 1: a module."""\n# Situation 2: a comment\n'
        'def one() -> None:\n    """Situation 3: no test."""\n'
        'def test_two() -> None:\n    """Situation 4: a test."""\n'
        'def test_three() -> None:\n    """Like Situation 5: not at the start."""\n',
        encoding="utf-8",
    )
    assert _named_in(tmp_path) == {4}
