"""Make an example of everything the API says and takes, from its schemas: synthetic, and valid against them.

What a field declares (``Field(examples=[…])``) comes first; then its choices, its default, what
fields of that name hold (`VALUES`), and at last something of its type. Whoever adds a field whose
text needs a form of its own gives it an example where it is declared.
"""

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

VALUES: dict[str, Any] = {
    "account_tail": "4821",
    "as_of": "2026-10-01",
    "bank": "rural",
    "batch": "MZ15-2026-10-01",
    "batch_no": "MZ15-2026-10-01",
    "bank_reference": "20261016000183",
    "channel": "rural",
    "code": "MZ15",
    "control": "account_unverified",
    "department": "minzheng",
    "department_zh": "民政部门",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "division": "330523100200",
    "duty": "reviewer",
    "feed": "MZ_OLD",
    "finding_no": "A000012",
    "first": "2026-10-01",
    "id_tail": "002X",
    "key": "h1042",
    "last": "2026-10-31",
    "message": "evt_0197c1d2a3b47c8d9e0f112233445566",
    "month": "2026-10",
    "name": "试样甲",
    "name_masked": "试*甲",
    "name_zh": "高龄津贴",
    "nonce": "00" * 32,
    "notice_number": "N2026-10-0001",
    "number": "2026-10-01",
    "organisation": "县民政局",
    "owner": "石桥镇人民政府",
    "payee": "试*甲",
    "period": "2026-10",
    "place": "330523100",
    "programme": "MZ15",
    "reason": "入户核实后情况属实",
    "reason_code": "AC04",
    "reasons": "The person is 80 or older.",
    "reasons_zh": "年满 80 周岁。",
    "reference": "0000000000105",
    "request_id": "a243424c6e0a2b9d",
    "result_reason": "账户已销户",
    "said": "已核实并整改",
    "sentence": "Three lines were paid to accounts of persons who had died.",
    "sentence_zh": "三笔款项发放至已故人员账户。",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "state": "ready",
    "title": "Old-age allowance",
    "title_zh": "高龄津贴",
    "to": "石桥镇人民政府",
    "township": "330523100",
    "url": "https://pay.example.gov.cn/events",
    "username": "shen.fuhe",
    "year": "2026",
}
"""{name of a field: what it holds}; nobody's real data."""

_FORMATS = {
    "date": "2026-10-16",
    "date-time": "2026-10-16T10:31:07+08:00",
    "uuid": "0197c1d2-a3b4-7c8d-9e0f-112233445566",
    "binary": "",
    "password": "correct horse battery",
}
_DEEP = 6


def example_of(
    schema: Schema, schemas: Mapping[str, Schema], name: str = "", depth: int = 0
) -> Any:
    """Return a value that a schema of the document allows; ``schemas`` are its components."""
    if "$ref" in schema:
        named = str(schema["$ref"]).rpartition("/")[2]
        return example_of(schemas[named], schemas, name, depth + 1)
    for listed in ("examples", "enum"):
        if listed in schema:
            return schema[listed][0]
    if "const" in schema:
        return schema["const"]
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            return _one_of(schema[several], schemas, name, depth)
    return _of_type(schema, schemas, name, depth)


def _one_of(choices: list[Schema], schemas: Mapping[str, Schema], name: str, depth: int) -> Any:
    is_nullable = any(one.get("type") == "null" for one in choices)
    if is_nullable and depth > _DEEP:
        return None
    real = [one for one in choices if one.get("type") != "null"]
    return example_of(real[0], schemas, name, depth)


def _of_type(schema: Schema, schemas: Mapping[str, Schema], name: str, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _object(schema, schemas, name, depth)
    if kind == "array":
        return _array(schema, schemas, name, depth)
    if kind == "string":
        return _string(schema, name)
    if kind in ("integer", "number"):
        return _number(schema, name)
    return {"boolean": False, "null": None}.get(str(kind), {})


def _object(schema: Schema, schemas: Mapping[str, Schema], name: str, depth: int) -> Any:
    needed = schema.get("required", ())
    found = {
        one: example_of(inner, schemas, one, depth + 1)
        for one, inner in schema.get("properties", {}).items()
        if depth <= _DEEP or one in needed
    }
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and more and not found and depth <= _DEEP:
        return {VALUES.get(name, "MZ15"): example_of(more, schemas, "", depth + 1)}
    return found


def _array(schema: Schema, schemas: Mapping[str, Schema], name: str, depth: int) -> Any:
    if "prefixItems" in schema:
        return [example_of(one, schemas, name, depth + 1) for one in schema["prefixItems"]]
    if depth > _DEEP and not schema.get("minItems"):
        return []
    # "programmes" holds what "programme" does.
    single = name.removesuffix("s")
    one = example_of(schema.get("items", {}), schemas, single, depth + 1)
    return [one] * max(1, schema.get("minItems", 1))


def _string(schema: Schema, name: str) -> str:
    tried = [_FORMATS.get(str(schema.get("format"))), VALUES.get(name), schema.get("default")]
    tried += ["", "示例", "example", "a1b2c3d4", "00" * 32, "h1042", "2026-10"]
    if "format" not in schema and name not in VALUES:
        tried.insert(0, "示例")
    for one in tried:
        if isinstance(one, str) and _fits(one, schema):
            return one
    return "示例"


def _fits(value: str, schema: Schema) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    return "pattern" not in schema or re.search(str(schema["pattern"]), value) is not None


def _number(schema: Schema, name: str) -> int:
    wished = 10_000 if name.endswith("fen") else int(schema.get("default") or 1)
    lowest = schema.get("minimum", schema.get("exclusiveMinimum", wished - 1) + 1)
    highest = schema.get("maximum", schema.get("exclusiveMaximum", wished + 1) - 1)
    return int(max(lowest, min(wished, highest)))
