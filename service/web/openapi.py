"""The API's description, with every problem that a program may be answered with."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from service.foundation.problems import every_problem
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


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document: routes under /api, and all problem codes."""
    if app.openapi_schema:
        return app.openapi_schema
    document: dict[str, Any] = get_openapi(
        title="Anxin 安心", version=app.version, routes=app.routes, description=app.description
    )
    problems = [
        {"code": kind.code, "status": kind.status, "title": kind.title} for kind in every_problem()
    ]
    known = _PROBLEM["properties"]["code"] | {"enum": [one["code"] for one in problems]}
    schema = _PROBLEM | {"properties": _PROBLEM["properties"] | {"code": known}}
    document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = schema
    document["x-problems"] = problems
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {
                "description": "A problem",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
    app.openapi_schema = document
    return document
