"""Find translations that lose or invent a placeholder, and sentences that are shown before it is filled."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from service.web.catalogue import SERVICE, catalogue_files, read

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
_SAYS = ("gettext", "ngettext", "pgettext")


def placeholder_faults() -> list[str]:
    """Return one sentence for each translation or sentence that would show a raw placeholder."""
    faults = []
    for path in catalogue_files():
        faults += [f"{_short(path)}: {fault}" for fault in mismatched(read(path))]
    for path in sorted(SERVICE.rglob("*.py")):
        faults += [f"{_short(path)}:{fault}" for fault in unfilled(path.read_bytes())]
    return faults


def mismatched(messages: Iterable[Any]) -> Iterator[str]:
    """Yield what is wrong with translations whose placeholders are not exactly those of the sentence."""
    for message in messages:
        if not message.id:
            continue
        # Of a sentence about a count the plural counts: “one thing” needs no number.
        text = message.id[-1] if isinstance(message.id, tuple) else message.id
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(_PLACEHOLDER.findall(text))
        for word in words:
            found = set(_PLACEHOLDER.findall(word))
            if word and found != wanted:
                named = ", ".join(sorted(found ^ wanted))
                yield f"“{text}” and its translation differ in {named}."


def unfilled(source: bytes) -> Iterator[str]:
    """Yield the calls that hand a translated sentence on with its placeholders still in it.

    Templates fill them by themselves; a module has to write ``% {…}``.
    """
    for outer in ast.walk(ast.parse(source)):
        given: list[ast.expr] = []
        if isinstance(outer, ast.Call):
            given = [*outer.args, *(one.value for one in outer.keywords)]
        elif isinstance(outer, ast.FormattedValue):
            given = [outer.value]
        for one in given:
            if isinstance(one, ast.Call) and _says_placeholder(one):
                yield f"{one.lineno}: {ast.unparse(one)[:80]} is shown before it is filled."


def _says_placeholder(call: ast.Call) -> bool:
    return (
        isinstance(call.func, ast.Name)
        and call.func.id in _SAYS
        and any(
            isinstance(one, ast.Constant) and isinstance(one.value, str) and "%(" in one.value
            for one in call.args
        )
    )


def _short(path: Path) -> str:
    return str(path.relative_to(SERVICE.parent))
