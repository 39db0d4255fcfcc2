"""What the code promises about its own shape, read from the code itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "eligibility_rules", "bank_adapters", "migrations")
MONEY = (
    "service/foundation/money.py",
    "service/ledger",
    "service/batches",
    "service/approvals",
    "service/signing",
    "service/dispatch",
    "service/reconciliation",
    "service/assessment",
    "bank_adapters",
    "eligibility_rules",
)
ENVIRONMENT = {
    "service/foundation/children.py",
    # Where prometheus_client looks for the counts of the other processes.
    "service/foundation/gauges.py",
    "service/foundation/settings.py",
}
"""The only modules that may look at or hand on the environment."""
FLOATS_THAT_ARE_NO_MONEY = {
    # Seconds to wait and shares of faults, drawn for a demonstration.
    "bank_adapters/simulator/plan.py",
}
MATCHES_A_BEGINNING = {
    # The date at the beginning of a date and time.
    "bank_adapters/iso20022/amounts.py",
}
STATES_WITHOUT_A_LIFECYCLE = {
    "service/audit/moves.py",
    "service/foundation/jobs/run.py",
}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}


@lru_cache(maxsize=1)
def _modules() -> dict[str, ast.Module]:
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def _found(*, where: tuple[str, ...] = PACKAGES) -> Iterator[tuple[str, ast.Module]]:
    for name, tree in _modules().items():
        if any(name == one or name.startswith(f"{one}/") for one in where):
            yield name, tree


def test_the_code_is_found() -> None:
    assert len(_modules()) > 150
    assert all(any(name.startswith(package) for name in _modules()) for package in PACKAGES)
    for one in MONEY:
        assert list(_found(where=(one,))), f"{one} is gone; this test looks at nothing"


def test_every_contract_between_packages_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run(
        [str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-4000:]
    kept = re.search(r"Contracts: ([0-9]+) kept, 0 broken", ran.stdout)
    assert kept
    assert int(kept[1]) >= 5


def test_no_function_is_longer_than_seventy_lines() -> None:
    long = [
        f"{name}:{node.lineno} {node.name} has {lines} lines"
        for name, tree in _found()
        if not name.startswith("migrations/versions")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > 70
    ]
    assert long == []


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    long = [
        name
        for name in _modules()
        if not name.startswith("migrations/versions")
        and len((ROOT / name).read_text(encoding="utf-8").splitlines()) > 400
    ]
    assert long == []


def test_every_module_begins_with_a_sentence() -> None:
    silent = []
    for name, tree in _found():
        said = ast.get_docstring(tree)
        if not said or not re.search(r"[.:?]$", said.split("\n\n")[0].strip()):
            silent.append(name)
    assert silent == []


def test_only_the_database_module_commits() -> None:
    commits = [
        f"{name}:{call.lineno}"
        for name, tree in _found(where=("service",))
        for call in _calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"commit", "begin"}
        and "session" in _dotted(call.func.value).lower()
    ]
    assert [one.partition(":")[0] for one in commits] == ["service/foundation/database.py"]


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        name
        for name, tree in _found()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and _dotted(node) in {"os.environ", "os.getenv"})
        or (isinstance(node, ast.ImportFrom) and node.module == "os"
            and {alias.name for alias in node.names} & {"environ", "getenv"})
    }  # fmt: skip
    assert readers <= ENVIRONMENT, readers - ENVIRONMENT


def test_money_is_never_a_float() -> None:
    floats = set()
    for name, tree in _found(where=MONEY):
        for node in ast.walk(tree):
            called = isinstance(node, ast.Call) and _dotted(node.func) == "float"
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if called or (literal and _is_about_money(tree, node)):
                floats.add(name)
    assert floats <= FLOATS_THAT_ARE_NO_MONEY, floats - FLOATS_THAT_ARE_NO_MONEY


def _is_about_money(tree: ast.Module, literal: ast.AST) -> bool:
    """Return whether a float literal stands in arithmetic, not in a waiting time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and literal in (node.left, node.right):
            words = ast.dump(node)
            return "_fen" in words or "amount" in words or "yuan" in words
    return False


def test_every_annotation_and_column_of_money_is_a_whole_number() -> None:
    wrong = [
        f"{name}:{node.lineno} {node.target.id}"
        for name, tree in _found()
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and node.target.id.endswith("_fen")
        and not re.search(r"\bint\b", ast.unparse(node.annotation))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\.isdigit\(", "full-width digits are digits to it"),
        (r"\brandom\.(random|randint|choice|shuffle|sample)\(", "the global generator has no seed"),
        (r"\beval\(|\bexec\(", "code from text"),
        (r"\bpickle\b", "code from bytes"),
        (r"\bdatetime\.utcnow\(|\bdatetime\.now\(\)", "an instant without a zone"),
        (r"/shared\b|/work/", "a path of the workshop"),
    ],
)
def test_what_is_never_written_is_nowhere(pattern: str, why: str) -> None:
    found = [
        f"{name}:{number}"
        for name in _modules()
        for number, line in enumerate(
            (ROOT / name).read_text(encoding="utf-8").splitlines(), start=1
        )
        if re.search(pattern, line) and not line.lstrip().startswith("#")
    ]
    assert found == [], why


def test_no_module_is_called_after_nothing() -> None:
    assert [name for name in _modules() if Path(name).stem in FORBIDDEN_NAMES] == []
    assert [name for name in _modules() if name.endswith("/service.py")] == []


def test_patterns_match_whole_texts_of_ascii_digits() -> None:
    loose = set()
    for name, tree in _found():
        for call in _calls(tree):
            if not _dotted(call.func).startswith("re."):
                continue
            texts = [
                one.value
                for one in ast.walk(call)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
            if _dotted(call.func) == "re.match" or any(r"\d" in text for text in texts):
                loose.add(name)
    assert loose <= MATCHES_A_BEGINNING, loose - MATCHES_A_BEGINNING


def test_states_are_assigned_where_moves_are_recorded() -> None:
    assigned = {
        name
        for name, tree in _found(where=("service",))
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute) and target.attr == "state"
    }
    assert assigned <= STATES_WITHOUT_A_LIFECYCLE, assigned - STATES_WITHOUT_A_LIFECYCLE
    assert "service/audit/moves.py" in assigned


def test_nothing_is_promised_for_later() -> None:
    words = re.compile(
        r"\b(TODO|FIXME|XXX|raise NotImplementedError|pytest\.(mark\.)?(skip|xfail))\b"
    )
    found = [
        str(path.relative_to(ROOT))
        for folder in (*PACKAGES, "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__) and words.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_two_test_modules_share_a_name() -> None:
    """Pytest collects test files as top-level modules: of two with one name it runs neither."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
