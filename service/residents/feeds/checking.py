"""Find everything that is wrong with a feed's file, one sentence for each fault."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from service.residents.feeds.definition import PERSON_TYPES, TYPES, Feed, Kind, Mode

_REQUIRED = frozenset(
    {"code", "department", "system", "name", "mode", "freshness_days", "key", "limits", "columns"}
)
_OPTIONAL = frozenset(
    {"gate_days", "household", "in_order", "valid", "undated", "event", "jurisdiction", "sensitive",
     "facts"}
)  # fmt: skip
_COLUMN_ITEMS = frozenset(
    {"field", "header", "aliases", "type", "codes", "required", "secret", "past", "register_no", "minimum",
     "maximum", "zh", "en"}
)  # fmt: skip
_LIMITS = {"fault_ratio_bp": 10_000, "rows_max": 10**9, "shrink_bp": 10_000, "grow_times": 10**6}
"""Item → the most it may be; the first two have no default."""
_FACT = re.compile(r"[a-z]+\.[a-z0-9_]+")

Content = dict[str, Any]


def faults_of(stem: str, content: Any) -> Iterator[str]:
    """Yield what is wrong with one file's content; ``stem`` is the file's name without its ending."""
    if not isinstance(content, dict):
        yield "is not a mapping"
        return
    if missing := _REQUIRED - content.keys():
        yield f"{sorted(missing)} missing"
        return
    for name in sorted(content.keys() - _REQUIRED - _OPTIONAL):
        yield f"{name} is not known"
    if content["code"] != stem:
        yield f"code is {content['code']}"
    if content["mode"] not in get_args(Mode):
        yield f"mode {content['mode']} is not known"
    for name in ("department", "system", "name"):
        if not isinstance(content[name], dict) or content[name].keys() != {"zh", "en"}:
            yield f"{name} needs zh and en"
    for name in ("event", "sensitive"):
        if not isinstance(content.get(name, False), bool):
            yield f"{name} is neither true nor false"
    yield from _age_faults(content)
    yield from _limits_faults(content["limits"])
    columns = [column for column in content["columns"] if isinstance(column, dict)]
    for column in columns:
        yield from _column_faults(column)
    yield from _reference_faults(content, columns)


def cross_faults(feeds: Iterable[Feed]) -> list[str]:
    """Return the facts that two feeds tell with the same precedence, or nobody tells first."""
    told: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for feed in feeds:
        for source in feed.facts:
            told[source.fact].append((source.precedence, feed.code))
    return [
        f"the precedences of {fact} are not 1 to {len(sources)}: {sorted(sources)}"
        for fact, sources in sorted(told.items())
        if sorted(precedence for precedence, _ in sources) != [*range(1, len(sources) + 1)]
    ]


def _whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _age_faults(content: Content) -> Iterator[str]:
    freshness = content["freshness_days"]
    if not _whole(freshness, 1, 10_000):
        yield "freshness_days is not a positive number"
    elif not _whole(content.get("gate_days", freshness), freshness, 20_000):
        yield "gate_days is not a number of at least freshness_days"


def _limits_faults(limits: Any) -> Iterator[str]:
    if not isinstance(limits, dict) or not {"fault_ratio_bp", "rows_max"} <= limits.keys():
        yield "limits need fault_ratio_bp and rows_max"
        return
    for name, value in limits.items():
        if name not in _LIMITS:
            yield f"limits: {name} is not known"
        elif not _whole(value, 0 if name.endswith("_bp") else 1, _LIMITS[name]):
            yield f"limits: {name} is out of range"


def _column_faults(column: Content) -> Iterator[str]:
    name = column.get("field", "a column")
    for item in sorted({"field", "header", "type", "zh", "en"} - column.keys()):
        yield f"{name}: {item} missing"
    for item in sorted(column.keys() - _COLUMN_ITEMS):
        yield f"{name}: {item} is not known"
    if column.get("type") not in TYPES:
        yield f"{name}: type {column.get('type')} is not known"
    if (column.get("type") == "code") != bool(column.get("codes")):
        yield f"{name}: codes belong to columns of type code, and only there"
    yield from _code_faults(name, column.get("codes") or {})
    if column.get("past") and column.get("type") != "date":
        yield f"{name}: past belongs to dates"
    if name == "person" and not (column.get("required") and column.get("type") in PERSON_TYPES):
        yield "person: is whom a row is about, so it is required and an id or a certificate"


def _code_faults(name: str, codes: list[Any] | Content) -> Iterator[str]:
    items = codes.values() if isinstance(codes, dict) else ()
    for word in codes:
        if not isinstance(word, str):
            yield f"{name}: the code {word} must be quoted"
    for item in items:
        if isinstance(item, dict) and not {"en"} <= item.keys() <= {"value", "zh", "en"}:
            yield f"{name}: a code needs en, and may have value and zh"


def _reference_faults(content: Content, columns: list[Content]) -> Iterator[str]:
    by_field = {column.get("field"): column for column in columns}
    types: Content = {str(field): column.get("type") for field, column in by_field.items()}
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
        if len(pair) != 2 or any(types.get(field) != "date" for field in pair):
            yield "in_order needs pairs of dates"
    for field in content.get("jurisdiction", ()):
        if types.get(field) != "division":
            yield f"jurisdiction {field} is not a division"
    yield from _valid_faults(content.get("valid", {"from": None}), types)
    yield from _undated_faults(content, types)
    yield from _fact_faults(content.get("facts", ()), types)


def _valid_faults(valid: Any, types: Content) -> Iterator[str]:
    if not isinstance(valid, dict) or not valid.keys() & {"from", "to"}:
        yield "valid needs from, to or both"
        return
    if not valid.keys() <= {"from", "to", "no_later"} or (
        "no_later" in valid and "from" not in valid
    ):
        yield "valid needs from, to or both, and no_later only beside from"
        return
    for side, field in valid.items():
        if field is not None and types.get(field) != "date":
            yield f"valid {side} {field} is not a date"


def _undated_faults(content: Content, types: Content) -> Iterator[str]:
    undated = content.get("undated", {})
    if not isinstance(undated, dict) or not undated.keys() <= {"since_delivery", "since_event"}:
        yield "undated needs since_delivery, since_event or both"
        return
    if undated and content["mode"] != "full":
        yield "undated belongs to full feeds: others say each thing once, with its day"
    events = undated.get("since_event", {})
    for event in events:
        if types.get(event) != "date" and not (types.get(event) == "int" and "year" in event):
            yield f"undated: the event {event} is neither a date nor a year"
    named = [
        *undated.get("since_delivery", []),
        *(name for names in events.values() for name in names),
    ]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield f"undated: {name} comes twice"
    for name in sorted(set(named) - types.keys() | set(named) & set(content["key"])):
        yield f"undated: {name} is no column, or part of the key"


def _fact_faults(facts: Any, types: Content) -> Iterator[str]:
    seen: set[str] = set()
    for fact in facts:
        if not isinstance(fact, dict) or not {"fact", "columns"} <= fact.keys() <= {
            "fact", "columns", "precedence",
        }:  # fmt: skip
            yield "facts need fact and columns, and may have precedence"
            continue
        name = str(fact["fact"])
        if not _FACT.fullmatch(name) or name in seen:
            yield f"the fact {name} is no name of a fact, or comes twice"
        seen.add(name)
        unknown = sorted(str(field) for field in fact["columns"] if field not in types)
        if unknown or not fact["columns"]:
            yield f"the fact {name} needs columns that are there, not {unknown}"
        if not _whole(fact.get("precedence", 1), 1, 100):
            yield f"the precedence of {name} is not a positive number"
