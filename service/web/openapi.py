"""The API's description, with every problem that a program may be answered with, and examples of all.

A route says in its docstring which problems it answers (``Problems: ``not_found``, …``); they become
its answers here. Examples are made from the schemas (`examples`).
"""

import re
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.foundation.problems import Problem, every_problem
from service.web.examples import example_of
from service.web.problem_pages import MEDIA_TYPE

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem as RFC 9457 says it, with our stable code.",
    "required": ["type", "title", "status", "code", "detail", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:anxin:problem:not_found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "One sentence for a person."},
        "instance": {"type": "string"},
        "request_id": {"type": "string"},
    },
}


_TAGS = (
    "pushes", "tasks", "heirs", "programmes", "assessment", "batches", "exceptions", "notices",
    "approvals", "signing", "keys", "dispatch", "recalls", "reconciliation", "workbooks", "ledger",
    "enquiry", "evidence", "oversight", "findings", "audit", "webhooks", "officers", "queue",
)  # fmt: skip
"""The stages in the order in which money flows; what else there is stands behind them."""
_DETAIL = "One sentence that says what is wrong and what to do. 说明原因和处理办法的一句话。"
_COMMON = ("not_signed_in", "not_allowed")


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document: routes under /api, all problem codes, an example of everything."""
    if app.openapi_schema:
        return app.openapi_schema
    document: dict[str, Any] = get_openapi(
        title="Anxin 安心", version=app.version, routes=app.routes, description=app.description
    )
    kinds = {kind.code: kind for kind in every_problem()}
    problems = [
        {"code": kind.code, "status": kind.status, "title": kind.title} for kind in kinds.values()
    ]
    known = _PROBLEM["properties"]["code"] | {"enum": [one["code"] for one in problems]}
    schema = _PROBLEM | {"properties": _PROBLEM["properties"] | {"code": known}}
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = schema
    document["x-problems"] = problems
    used: set[str] = set()
    for path, operations in document.get("paths", {}).items():
        for operation in operations.values():
            used.update(operation.get("tags", ()))
            operation["responses"].pop("422", None)
            _name_problems(operation, path, kinds)
            _show(operation, schemas)
    order = [tag for tag in _TAGS if tag in used] + sorted(used - set(_TAGS))
    document["tags"] = [{"name": tag} for tag in order]
    app.openapi_schema = document
    return document


def problems_named(description: str) -> list[str]:
    """Return the codes that a route's description says it answers."""
    said = re.search(r"Problems?:(.*?)(?:\.\s|\.$|$)", description, re.DOTALL)
    return list(dict.fromkeys(re.findall(r"``([a-z0-9_]+)``", said[1]))) if said else []


def _name_problems(operation: dict[str, Any], path: str, kinds: dict[str, type[Problem]]) -> None:
    """Write the problems that a route names as its answers, by status; any other is the default."""
    codes = problems_named(operation.get("description", ""))
    operation["x-problems"] = codes
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys((*codes, *(one for one in _COMMON if one in kinds))):
        if code in kinds:
            by_status.setdefault(kinds[code].status, []).append(code)
    for status, named in sorted(by_status.items()):
        operation["responses"][str(status)] = _answer(path, [kinds[code] for code in named])
    operation["responses"]["default"] = _answer(path, [kinds["not_found"]], "Any other problem")


def _answer(path: str, kinds: list[type[Problem]], said: str = "") -> dict[str, Any]:
    examples = {
        kind.code: {
            "summary": kind.title,
            "value": {
                "type": f"urn:anxin:problem:{kind.code}",
                "title": kind.title,
                "status": kind.status,
                "code": kind.code,
                "detail": _DETAIL,
                "instance": path,
                "request_id": "a243424c6e0a2b9d",
            },
        }
        for kind in kinds
    }
    return {
        "description": said or "; ".join(kind.title for kind in kinds),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": examples,
            }
        },
    }


def _show(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give a request, its parameters and its answers an example each."""
    for one in operation.get("parameters", ()):
        if one.get("required"):
            one.setdefault("example", example_of(one["schema"], schemas, one["name"]))
    bodies = [operation.get("requestBody", {})]
    bodies += [one for status, one in operation["responses"].items() if status[0] == "2"]
    for body in bodies:
        for media, content in body.get("content", {}).items():
            is_shown = "example" in content or "examples" in content
            if media == "application/json" and not is_shown and "schema" in content:
                content["example"] = example_of(content["schema"], schemas)
