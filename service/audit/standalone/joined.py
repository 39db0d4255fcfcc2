"""Join the verifier's modules into the one file that is handed out."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

MODULES = ("classes", "ed25519", "notes", "tree", "walk", "bundle", "proofs", "main")
"""In the order in which they stand on each other."""
_OURS = "service.audit.standalone"
_HEADING = '''"""Verify an exported audit log, or a proof that somebody keeps, with Python 3.11 and nothing else.

This one file needs no package, no network and nothing of the service that wrote the log. Copy it where
you like, compare its SHA-256 with the published one, and run

    python3 -I -S verify_log.py FILE [--trust TRUST.json] [--head CHECKPOINT]... [--json] [--strict]

FILE is an exported log (a zip) or the text of a proof. TRUST.json and the checkpoints are what reached
you by another way: the log's key, the witnesses' keys, heads that a witness kept. Without them the log is
only compared with itself. The exit code says what class of thing is wrong; MEANING lists them. ML-DSA
signatures and who signed the time-stamps are not checked here: `anxin audit verify FILE` does that.
"""
'''


@lru_cache(maxsize=1)
def joined() -> bytes:
    """Return the verifier as one file of Python, the same bytes every time."""
    sources = [resources.files(_OURS).joinpath(f"{one}.py").read_text("utf-8") for one in MODULES]
    needed: set[str] = set()
    parts: list[str] = []
    for name, source in zip(MODULES, sources, strict=True):
        imports, body = _parted(source)
        needed |= set(imports)
        parts.append(f"# {name} {'-' * (96 - len(name))}\n\n{body}")
    plain = sorted(one for one in needed if one.startswith("import "))
    named = sorted(needed - set(plain))
    end = 'if __name__ == "__main__":\n    sys.exit(main(sys.argv[1:]))\n'
    whole = [_HEADING, "\n".join([*plain, *named]), *parts, end]
    return "\n\n".join(one.strip("\n") for one in whole).encode() + b"\n"


def _parted(source: str) -> tuple[list[str], str]:
    """Return a module's imports, one name each, and the rest without its docstring."""
    lines, left = source.splitlines(), set[int]()
    imports: list[str] = []
    for at, node in enumerate(ast.parse(source).body):
        is_docstring = at == 0 and isinstance(node, ast.Expr)
        if not is_docstring and not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        left |= set(range(node.lineno - 1, node.end_lineno or node.lineno))
        imports += _said(node)
    body = "\n".join(one for at, one in enumerate(lines) if at not in left)
    return imports, body.strip("\n")


def _said(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (f"import {one.name}" for one in node.names)
    elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith(_OURS):
        yield from (f"from {node.module} import {one.name}" for one in node.names)
