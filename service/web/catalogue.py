"""The Chinese sentences: read from every stage's catalogue, compiled when the process starts.

Each stage keeps ``locale/zh_CN/LC_MESSAGES/messages.po`` beside its templates; a sentence needs to
stand in one of them only. Nothing is compiled at build time, so there is no file to forget.
"""

import ast
import gettext
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SERVICE = Path(__file__).resolve().parent.parent
_INSIDE = Path("locale") / "zh_CN" / "LC_MESSAGES" / "messages.po"
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
# Babel wants the text "true", not the boolean.
_OPTIONS = {
    "**/templates/**.html": {"extensions": "jinja2.ext.i18n", "trimmed": "true", "silent": "false"}
}
_KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "gettext": None,
    "translatable": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


@dataclass(frozen=True)
class Sentence:
    """One sentence of the source and the first place that says it."""

    text: str
    plural: str
    context: str
    place: str


def catalogue_files() -> list[Path]:
    """Return every stage's catalogue, web first."""
    return sorted(SERVICE.glob(f"*/{_INSIDE}"), key=lambda path: (path.parts[-5] != "web", path))


@lru_cache(maxsize=1)
def chinese() -> gettext.NullTranslations:
    """Return all translations into Chinese, compiled in memory once a process."""
    merged = Catalog(locale="zh_CN")
    for path in catalogue_files():
        for message in read(path):
            if message.id:
                merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def sentences() -> Iterator[Sentence]:
    """Yield every sentence the source marks for translation, and every problem's title."""
    found = extract_from_dir(
        str(SERVICE), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    )
    for file, line, ids, _comments, context in found:
        text, plural = (ids[0], ids[1]) if isinstance(ids, tuple) else (ids, "")
        if text:
            yield Sentence(text, plural or "", context or "", f"service/{file}:{line}")
    for path in sorted(SERVICE.rglob("*.py")):
        yield from _titles_of_problems(path)


def _titles_of_problems(path: Path) -> Iterator[Sentence]:
    """Yield the titles of the problems that a module defines, without importing it."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.ClassDef):
            continue
        said = {
            target.id: (statement.value.value, statement.lineno)
            for statement in node.body
            for target in _targets(statement)
            if isinstance(target, ast.Name)
            and isinstance(statement, ast.Assign | ast.AnnAssign)
            and isinstance(statement.value, ast.Constant)
        }
        if {"code", "title"} <= said.keys():
            title, line = said["title"]
            yield Sentence(str(title), "", "", f"{_short(path)}:{line}")


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []


def missing_translations() -> list[str]:
    """Return one sentence for each fault: missing, empty, fuzzy, contradicting or unused."""
    translated: dict[tuple[str, str], tuple[Any, Path]] = {}
    faults = []
    for path in catalogue_files():
        for message in read(path):
            if message.id:
                faults += _faults_of(message, path, translated)
    used = set()
    for sentence in sentences():
        key = (sentence.context, sentence.text)
        if key not in translated and key not in used:
            faults.append(f"{sentence.place}: “{sentence.text}” has no Chinese.")
        used.add(key)
    for key, (_message, path) in translated.items():
        if key not in used:
            faults.append(f"{_short(path)}: “{key[1]}” is translated, but nothing says it.")
    return faults


def _faults_of(
    message: Any, path: Path, translated: dict[tuple[str, str], tuple[Any, Path]]
) -> list[str]:
    text = message.id[0] if isinstance(message.id, tuple) else message.id
    words = message.string if isinstance(message.string, tuple) else (message.string,)
    key = (message.context or "", text)
    faults = []
    if not all(words):
        faults.append(f"{_short(path)}: “{text}” has an empty translation.")
    if message.fuzzy:
        faults.append(f"{_short(path)}: “{text}” is marked fuzzy; someone must read it.")
    if key in translated and translated[key][0].string != message.string:
        other = _short(translated[key][1])
        faults.append(f"{_short(path)}: “{text}” is translated differently in {other}.")
    translated[key] = (message, path)
    return faults


def read(path: Path) -> Any:
    """Return a catalogue file; a fault in it stops whoever reads it."""
    with path.open("rb") as handle:
        return read_po(handle, locale="zh_CN", abort_invalid=True)


def _short(path: Path) -> str:
    return str(path.relative_to(SERVICE.parent))
