"""Read the payments to write from JSON: `{"header": {…}, "lines": [{…}, …]}`, strictly.

Amounts are whole fen; 100.0 and "100" are refused, so are unknown, missing and doubled fields.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import Any

from bank_adapters.contract import Fault, FileHeader, Instruction
from bank_adapters.faults import fault

MAX_BYTES = 1024**3
EXAMPLE: dict[str, Any] = {
    "header": {
        "file_reference": "OAA-2026-11-01",
        "created_at": "2026-11-23T09:02:03+08:00",
        "execution_date": "2026-11-25",
        "debtor_name": "望竹县财政局",
        "debtor_account": "201000000000000026",
        "debtor_bank_code": "402336300093",
        "programme_summary": "高龄津贴 2026年11月",
    },
    "lines": [
        {
            "reference": "OAA000000001",
            "account_no": "6222600260001072444",
            "account_name": "阿依古丽·买买提",
            "amount_fen": 10000,
            "bank_code": "102100099996",
            "bank_name": "工商银行望竹支行",
            "purpose": "高龄津贴 2026-11",
        }
    ],
}
KINDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "amount_fen": ("whole fen / 整数分", lambda value: value if type(value) is int else None),
    "day_number": ("1–999", lambda value: value if type(value) is int else None),
    "created_at": (
        "2026-11-23T09:02:03+08:00",
        lambda value: _parsed(datetime.fromisoformat, value),
    ),
    "execution_date": ("2026-11-25", lambda value: _parsed(date.fromisoformat, value)),
}
TEXT = ("text / 文字", lambda value: value if isinstance(value, str) else None)


class _Twice(ValueError):
    """One object says one field twice."""


def read_lines(content: bytes) -> tuple[FileHeader | None, list[Instruction], list[Fault]]:
    """Return header, payments and every fault; with a fault nothing may be written."""
    if len(content) > MAX_BYTES:
        return None, [], [fault("file_too_large", detail=f"> {MAX_BYTES}")]
    try:
        given = json.loads(
            content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except _Twice as twice:
        return None, [], [fault("key_twice", field=str(twice))]
    except UnicodeDecodeError:
        return None, [], [fault("encoding_wrong", detail="UTF-8")]
    except json.JSONDecodeError as error:
        return None, [], [fault("json_broken", line=error.lineno, detail=error.msg)]
    except (ValueError, RecursionError) as error:
        return None, [], [fault("json_broken", detail=type(error).__name__)]
    return _document(given)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1)[:40])
    return given


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _document(given: Any) -> tuple[FileHeader | None, list[Instruction], list[Fault]]:
    if not isinstance(given, dict) or set(given) != {"header", "lines"}:
        return None, [], [fault("json_shape", detail='{"header": {…}, "lines": […]}')]
    faults: list[Fault] = []
    header = _record(FileHeader, given["header"], None, faults)
    lines = given["lines"]
    if not isinstance(lines, list):
        return None, [], [*faults, fault("json_shape", field="lines", detail="[{…}, …]")]
    instructions = [
        found
        for place, line in enumerate(lines, start=1)
        if (found := _record(Instruction, line, place, faults)) is not None
    ]
    return header, instructions, faults


def _record(kind: type[Any], given: Any, line: int | None, faults: list[Fault]) -> Any:
    where = "header" if line is None else ""
    if not isinstance(given, dict):
        faults.append(fault("json_shape", line=line, field=where, detail="{…}"))
        return None
    before = len(faults)
    names = {one.name: one for one in fields(kind)}
    values: dict[str, Any] = {}
    unknown = sorted(set(given) - set(names))
    faults.extend(fault("key_unknown", line=line, field=name[:40]) for name in unknown)
    for name, one in names.items():
        if name not in given:
            if one.default is MISSING:
                faults.append(fault("key_missing", line=line, field=name))
            continue
        wanted, parse = KINDS.get(name, TEXT)
        values[name] = parse(given[name])
        if values[name] is None:
            value = str(given[name])
            faults.append(fault("json_shape", line=line, field=name, value=value, detail=wanted))
    return kind(**values) if len(faults) == before else None


def _parsed(parse: Callable[[str], Any], value: Any) -> Any:
    try:
        return parse(value) if isinstance(value, str) else None
    except ValueError:
        return None
