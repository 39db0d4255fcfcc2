"""Load the feeds' files once everything they say has been checked."""

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from service.foundation.problems import Problem
from service.residents.feeds.checking import cross_faults, faults_of
from service.residents.feeds.definition import (
    SINCE_DELIVERY,
    Column,
    FactSource,
    Feed,
    Household,
    Limits,
    Meaning,
)

_WEEKEND_DAYS = 3


class FeedsBroken(Problem):
    """The feeds' own files contradict themselves; nothing may be imported."""

    code = "feeds_broken"
    status = 500
    title = "The feeds are not defined properly"

    def __init__(self, faults: list[str]) -> None:
        listed = "; ".join(faults)
        super().__init__(
            f"{len(faults)} things are wrong with the feeds' files: {listed}.",
            f"数据源定义文件有 {len(faults)} 处错误：{listed}。",
            faults=faults,
        )


class UnknownFeed(Problem):
    """There is no feed of that code."""

    code = "unknown_feed"
    status = 404
    title = "There is no such feed"

    def __init__(self, wanted: str, known: Mapping[str, Feed]) -> None:
        shown, codes = wanted[:20].encode("ascii", "replace").decode(), ", ".join(known)
        super().__init__(
            f"There is no feed “{shown}”; the feeds are {codes}.",
            f"没有数据源“{shown}”，已有：{codes}。",
        )


class _Loader(yaml.CSafeLoader):
    """YAML that refuses a mapping with the same key twice instead of keeping the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"{sorted(map(str, twice))} twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


def load(folder: Path) -> dict[str, Feed]:
    """Return every feed of a folder by code; raises :class:`FeedsBroken` with all faults.

    A feed's file is named by its code, in capitals; other files of the folder are left alone.
    """
    feeds: dict[str, Feed] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("[A-Z]*.yaml")):
        try:
            content = read_yaml(path)
        except yaml.YAMLError as broken:
            faults.append(f"{path.name}: {' '.join(str(broken).split())}")
            continue
        found = list(faults_of(path.stem, content))
        faults += [f"{path.name}: {fault}" for fault in found]
        if not found:
            feeds[path.stem] = _feed(content)
    faults += cross_faults(feeds.values())
    if faults:
        raise FeedsBroken(faults)
    return feeds


def read_yaml(path: Path) -> Any:
    """Return what a file says; raises :class:`yaml.YAMLError`, also for a key that comes twice."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader


def gate_of(freshness_days: int) -> int:
    """Return after how many days a feed is stale, where its file does not say.

    Twice what was agreed, and never less than a weekend and a day: on Monday morning Friday's
    delivery is as new as can be.
    """
    return max(2 * freshness_days, freshness_days + _WEEKEND_DAYS)


def _feed(content: dict[str, Any]) -> Feed:
    household, valid = content.get("household"), content.get("valid", {})
    return Feed(
        code=content["code"],
        department_zh=content["department"]["zh"],
        department_en=content["department"]["en"],
        system_zh=content["system"]["zh"],
        system_en=content["system"]["en"],
        zh=content["name"]["zh"],
        en=content["name"]["en"],
        mode=content["mode"],
        freshness_days=content["freshness_days"],
        gate_days=content.get("gate_days", gate_of(content["freshness_days"])),
        key=tuple(content["key"]),
        limits=Limits(**content["limits"]),
        columns=tuple(_column(column) for column in content["columns"]),
        household=Household(**household) if household else None,
        in_order=tuple((first, second) for first, second in content.get("in_order", ())),
        valid_from=valid.get("from", ""),
        valid_to=valid.get("to", ""),
        no_later=valid.get("no_later", ""),
        undated=_undated(content.get("undated", {})),
        event=content.get("event", False),
        jurisdiction=tuple(content.get("jurisdiction", ())),
        sensitive=content.get("sensitive", False),
        facts=tuple(_fact(fact) for fact in content.get("facts", ())),
    )


def _undated(content: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    events = {SINCE_DELIVERY: content.get("since_delivery", [])} | content.get("since_event", {})
    return {event: tuple(names) for event, names in events.items() if names}


def _column(content: dict[str, Any]) -> Column:
    codes = content.get("codes", {})
    if isinstance(codes, list):
        codes = {word: word for word in codes}
    # A code is written as its value alone, or as what it means with its value if it has another.
    items = {
        word: item if isinstance(item, dict) else {"value": item} for word, item in codes.items()
    }
    rest = {name: content[name] for name in content.keys() - {"codes", "aliases"}}
    return Column(
        codes={word: item.get("value", word) for word, item in items.items()},
        meanings={
            word: Meaning(item.get("zh", word), item.get("en", "")) for word, item in items.items()
        },
        aliases=tuple(content.get("aliases", ())),
        **rest,
    )


def _fact(content: dict[str, Any]) -> FactSource:
    return FactSource(content["fact"], tuple(content["columns"]), content.get("precedence", 1))
