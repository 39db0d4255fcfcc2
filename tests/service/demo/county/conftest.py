"""Small synthetic counties, and a reader that finds its way in every department's layout."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from service.demo.county import CountySummary, make_county
from service.demo.county.columns import COLUMNS
from service.residents import feeds

Record = dict[str, Any]
Reader = Callable[[str, str], list[Record]]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    """A county of 2,000 residents."""
    return make_county(tmp_path_factory.mktemp("small"), residents=2_000, seed=11)


@pytest.fixture(scope="session")
def middling(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    """A county of 20,000 residents."""
    return make_county(tmp_path_factory.mktemp("middling"), residents=20_000, seed=3)


@pytest.fixture(scope="session")
def small_truth(small: CountySummary) -> dict[str, list[dict[str, str]]]:
    """What was planted in the small county."""
    return _truth(small)


@pytest.fixture(scope="session")
def middling_truth(middling: CountySummary) -> dict[str, list[dict[str, str]]]:
    """What was planted in the middling county."""
    return _truth(middling)


def _truth(county: CountySummary) -> dict[str, list[dict[str, str]]]:
    text = (county.folder / "truth.json").read_text(encoding="utf-8")
    loaded: dict[str, list[dict[str, str]]] = json.loads(text)
    return loaded


@pytest.fixture(scope="session")
def read_small(small: CountySummary) -> Reader:
    """Reads a feed of the small county by month and feed code."""
    return _reader(small.folder)


@pytest.fixture(scope="session")
def read_middling(middling: CountySummary) -> Reader:
    """Reads a feed of the middling county by month and feed code."""
    return _reader(middling.folder)


@pytest.fixture(scope="session")
def reader_of() -> Callable[[Path], Reader]:
    """Makes a reader for any county folder."""
    return _reader


def _reader(folder: Path) -> Reader:
    kept: dict[tuple[str, str], list[Record]] = {}

    def read(month: str, feed: str) -> list[Record]:
        if (month, feed) not in kept:
            manifest = json.loads((folder / month / "manifest.json").read_text(encoding="utf-8"))
            name = next(entry["file"] for entry in manifest if entry["feed"] == feed)
            kept[month, feed] = _records(feed, _lines(folder / month / name))
        return kept[month, feed]

    return read


def _lines(path: Path) -> list[list[Any]]:
    if path.suffix == ".xlsx":
        book = load_workbook(path, read_only=True)
        lines = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
        return lines
    content = path.read_bytes()
    if content.startswith(b"\xff\xfe"):
        text = content.decode("utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
    delimiter = "\t" if path.suffix == ".txt" else ","
    return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _records(feed: str, lines: list[list[Any]]) -> list[Record]:
    agreed = {column.header for column in COLUMNS[feed]}
    spelled = {
        alias: column.header for column in feeds.feed(feed).columns for alias in column.aliases
    }
    translated = [[spelled.get(cell, str(cell)) for cell in line] for line in lines[:6]]
    at = next(number for number, line in enumerate(translated) if agreed <= set(line))
    headers = translated[at]
    found: list[Record] = []
    for line in lines[at + 1 :]:
        if all(cell in {None, ""} for cell in line):
            break
        found.append(dict(zip(headers, [cell or None for cell in line], strict=False)))
    return found
