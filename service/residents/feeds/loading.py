"""Load the feeds' files and check everything they say before anything is imported by them."""

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml

from service.foundation.problems import Problem
from service.residents.feeds.definition import TYPES, Column, Feed, Household, Kind, Limits, Mode

_FEED_ITEMS = frozenset(
    {"code", "department", "name", "mode", "freshness_days", "key", "household", "in_order",
     "limits", "columns"}
)  # fmt: skip
_COLUMN_ITEMS = frozenset(
    {"field", "header", "aliases", "type", "codes", "required", "secret", "past", "register_no", "minimum",
     "maximum", "zh", "en"}
)  # fmt: skip


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


class _Loader(yaml.SafeLoader):
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
    """Return every feed of a folder by code; raises :class:`FeedsBroken` with all faults."""
    feeds: dict[str, Feed] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
        except yaml.YAMLError as broken:
            faults.append(f"{path.name}: {' '.join(str(broken).split())}")
            continue
        found = list(_faults(path.stem, content))
        faults += [f"{path.name}: {fault}" for fault in found]
        if not found:
            feeds[path.stem] = _feed(content)
    if faults:
        raise FeedsBroken(faults)
    return feeds


def _faults(stem: str, content: Any) -> Iterator[str]:
    if not isinstance(content, dict):
        yield "is not a mapping"
        return
    missing = _FEED_ITEMS - {"household", "in_order"} - content.keys()
    if missing:
        yield f"{sorted(missing)} missing"
        return
    for name in sorted(content.keys() - _FEED_ITEMS):
        yield f"{name} is not known"
    if content["code"] != stem:
        yield f"code is {content['code']}"
    if content["mode"] not in get_args(Mode):
        yield f"mode {content['mode']} is not known"
    for name in ("department", "name"):
        if not isinstance(content[name], dict) or content[name].keys() != {"zh", "en"}:
            yield f"{name} needs zh and en"
    if not isinstance(content["freshness_days"], int) or content["freshness_days"] < 1:
        yield "freshness_days is not a positive number"
    yield from _limits_faults(content["limits"])
    columns = [column for column in content["columns"] if isinstance(column, dict)]
    for column in columns:
        yield from _column_faults(column)
    yield from _reference_faults(content, columns)


def _limits_faults(limits: Any) -> Iterator[str]:
    if not isinstance(limits, dict) or limits.keys() != {"fault_ratio_bp", "rows_max"}:
        yield "limits need fault_ratio_bp and rows_max"
    elif not (0 <= limits["fault_ratio_bp"] <= 10_000 and limits["rows_max"] > 0):
        yield "limits are out of range"


def _column_faults(column: dict[str, Any]) -> Iterator[str]:
    name = column.get("field", "a column")
    for item in sorted({"field", "header", "type", "zh", "en"} - column.keys()):
        yield f"{name}: {item} missing"
    for item in sorted(column.keys() - _COLUMN_ITEMS):
        yield f"{name}: {item} is not known"
    if column.get("type") not in TYPES:
        yield f"{name}: type {column.get('type')} is not known"
    if (column.get("type") == "code") != bool(column.get("codes")):
        yield f"{name}: codes belong to columns of type code, and only there"
    for word in column.get("codes") or ():
        if not isinstance(word, str):
            yield f"{name}: the code {word} must be quoted"
    if column.get("past") and column.get("type") != "date":
        yield f"{name}: past belongs to dates"


def _reference_faults(content: dict[str, Any], columns: list[dict[str, Any]]) -> Iterator[str]:
    by_field = {column.get("field"): column for column in columns}
    if len(by_field) != len(content["columns"]):
        yield "two columns of one field"
    headers = [h for c in columns for h in (c.get("header"), *c.get("aliases", ()))]
    for header in sorted({str(header) for header in headers if headers.count(header) > 1}):
        yield f"the header {header} means two columns"
    for field in content["key"]:
        if field not in by_field or not by_field[field].get("required"):
            yield f"key {field} is not a required column"
    household = content.get("household")
    if household is not None and (
        household.keys() != {"kind", "field"}
        or household["kind"] not in get_args(Kind)
        or household["field"] not in by_field
    ):
        yield "household needs a known kind and field"
    for pair in content.get("in_order", ()):
        if len(pair) != 2 or any(by_field.get(f, {}).get("type") != "date" for f in pair):
            yield "in_order needs pairs of dates"


def _feed(content: dict[str, Any]) -> Feed:
    household = content.get("household")
    return Feed(
        code=content["code"],
        department_zh=content["department"]["zh"],
        department_en=content["department"]["en"],
        zh=content["name"]["zh"],
        en=content["name"]["en"],
        mode=content["mode"],
        freshness_days=content["freshness_days"],
        key=tuple(content["key"]),
        limits=Limits(**content["limits"]),
        columns=tuple(_column(column) for column in content["columns"]),
        household=Household(**household) if household else None,
        in_order=tuple((first, second) for first, second in content.get("in_order", ())),
    )


def _column(content: dict[str, Any]) -> Column:
    codes = content.get("codes", {})
    if isinstance(codes, list):
        codes = {word: word for word in codes}
    rest = {name: content[name] for name in content.keys() - {"codes", "aliases"}}
    return Column(codes=codes, aliases=tuple(content.get("aliases", ())), **rest)
