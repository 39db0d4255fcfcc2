"""Import a folder of deliveries, each file in a transaction of its own."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation.problems import Problem
from service.foundation.spreadsheets import FileRefused, open_spreadsheet
from service.residents import feeds
from service.residents.importing.deliver import import_delivery
from service.residents.importing.headers import Layout, fit
from service.residents.models import Delivery

OpenTransaction = Callable[[], AbstractContextManager[Session]]
Told = Callable[[int, int, Delivery], None]
"""Called after each file: how many are done, of how many, and what became of this one."""
_SUFFIXES = frozenset({".xlsx", ".xls", ".csv", ".txt"})


@dataclass(frozen=True)
class Listed:
    """One file of a folder, its feed, and the day its data are of (the day it is read, if not said)."""

    feed: str
    path: Path
    as_of: date | None = None


class ManifestBroken(Problem):
    """The folder's manifest.json is not a list of feeds and files in this folder."""

    code = "manifest_broken"
    status = 422
    title = "The manifest cannot be used"

    def __init__(self, what: str) -> None:
        super().__init__(
            f"manifest.json cannot be used: {what}.", f"manifest.json 无法使用：{what}。"
        )


class FeedUnclear(Problem):
    """No feed, or more than one, fits a file's header."""

    code = "feed_unclear"
    status = 422
    title = "It is not clear which feed this is"

    def __init__(self, number: int, fitting: list[str]) -> None:
        which = "、".join(fitting) or "none（无）"
        super().__init__(
            f"File {number} of the folder fits these feeds by its header: {which}; name the feed instead.",
            f"文件夹中第 {number} 个文件按表头符合的数据源：{which}，请指定数据源后导入。",
        )


def import_folder(
    open_transaction: OpenTransaction, folder: Path, *, by: Actor, told: Told | None = None
) -> list[Delivery]:
    """Import every file that the folder's manifest lists, or every table whose feed is clear.

    Raises :class:`ManifestBroken` or :class:`FeedUnclear` before anything is imported.
    """
    work = listed(folder)
    deliveries = []
    for number, one in enumerate(work, start=1):
        with open_transaction() as session:
            delivery = import_delivery(
                session, one.feed, one.path, one.path.name, by=by, as_of=one.as_of
            )
        deliveries.append(delivery)
        if told:
            told(number, len(work), delivery)
    return deliveries


def listed(folder: Path) -> list[Listed]:
    """Return a folder's files with their feeds: by its manifest, or by their headers."""
    return _manifest(folder) if (folder / "manifest.json").exists() else _guessed(folder)


def _manifest(folder: Path) -> list[Listed]:
    try:
        entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ManifestBroken("it is not JSON") from None
    if not isinstance(entries, list):
        raise ManifestBroken("it is not a list")
    work = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
            raise ManifestBroken(f"entry {number} names no file")
        path = folder / entry["file"]
        if path.resolve().parent != folder.resolve() or not path.is_file():
            raise ManifestBroken(f"the file of entry {number} is not in the folder")
        work.append(Listed(feeds.feed(str(entry.get("feed"))).code, path, _day(entry, number)))
    return work


def _day(entry: dict[str, object], number: int) -> date | None:
    written = entry.get("as_of")
    if written is None:
        return None
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        raise ManifestBroken(f"as_of of entry {number} is no day written YYYY-MM-DD") from None


def _guessed(folder: Path) -> list[Listed]:
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    return [Listed(guess(path, number), path) for number, path in enumerate(paths, start=1)]


def guess(path: Path, number: int = 1) -> str:
    """Return the one feed whose columns a file has most of; raises :class:`FeedUnclear`."""
    try:
        sheets = [s for s in open_spreadsheet(path.read_bytes()).sheets if not s.hidden]
    except FileRefused:
        raise FeedUnclear(number, []) from None
    scores: dict[str, int] = {}
    for code, feed in feeds.every().items():
        fits = [found for sheet in sheets if isinstance(found := fit(sheet, feed), Layout)]
        if fits:
            scores[code] = max(len(found.positions) for found in fits)
    best = [code for code, score in scores.items() if score == max(scores.values())]
    if len(best) != 1:
        raise FeedUnclear(number, best)
    return best[0]
