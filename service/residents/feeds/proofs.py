"""The paper proofs that residents no longer bring, and the feeds that say the same."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.residents.feeds.loading import FeedsBroken, read_yaml

_CODE = re.compile("Z[0-9]{2}")
_ITEMS = frozenset({"code", "zh", "en", "feeds", "national"})


@dataclass(frozen=True)
class Proof:
    """One kind of paper that a village or an office used to write."""

    code: str
    zh: str
    en: str
    feeds: tuple[str, ...]
    """The feeds that replace it, the most telling first."""
    national: bool
    """Also on the national list of 2020 (民发〔2020〕20号) of what villages may not be asked for."""


def load_proofs(path: Path, feeds: Container[str]) -> tuple[Proof, ...]:
    """Return the proofs of a file; raises :class:`FeedsBroken` with all faults."""
    content = read_yaml(path)
    items = content.get("proofs") if isinstance(content, dict) else None
    found = [f"{path.name}: {fault}" for fault in _faults(items, feeds)]
    if found:
        raise FeedsBroken(found)
    return tuple(
        Proof(one["code"], one["zh"], one["en"], tuple(one["feeds"]), one["national"])
        for one in items or ()
    )


def _faults(items: Any, feeds: Container[str]) -> Iterator[str]:
    if not isinstance(items, list) or not items:
        yield "has no list of proofs"
        return
    seen: set[str] = set()
    for item in items:
        if not isinstance(item, dict) or item.keys() != _ITEMS:
            yield f"a proof needs {sorted(_ITEMS)}"
            continue
        code = str(item["code"])
        if not _CODE.fullmatch(code) or code in seen:
            yield f"{code} is no code of a proof, or comes twice"
        seen.add(code)
        if not item["zh"] or not item["en"]:
            yield f"{code} needs zh and en"
        if not isinstance(item["national"], bool):
            yield f"{code}: national is neither true nor false"
        unknown = [str(feed) for feed in item["feeds"] if feed not in feeds]
        if unknown or not item["feeds"]:
            yield f"{code} needs feeds that are there, not {unknown}"
