"""The API's document is complete: each operation with summary, stage, problems, and examples that hold."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from service.foundation.problems import every_problem
from service.web.openapi import problems_named

HOW = (
    "Give the field a synthetic example where it is declared: Field(examples=[…]); or, when every "
    "field of that name holds the like, a line in VALUES of service/web/examples.py."
)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from service.app import create_app

    made: dict[str, Any] = create_app().openapi()
    return made


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, found in document["paths"].items():
        for method, operation in found.items():
            yield f"{method.upper()} {path}", operation


def _check(document: dict[str, Any], schema: dict[str, Any], value: Any) -> str:
    """Return what is wrong with a value, or nothing."""
    whole = {**schema, "components": document["components"]}
    try:
        Draft202012Validator(whole, format_checker=FormatChecker()).validate(value)
    except ValidationError as error:
        return f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message[:160]}"
    return ""


def test_it_is_a_document_of_openapi_3_1(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.1\.[0-9]+", document["openapi"])
    assert document["info"]["title"]
    assert document["info"]["version"]
    names = [operation["operationId"] for _, operation in _operations(document)]
    assert len(names) == len(set(names))
    assert len(names) >= 100
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    for name, operation in _operations(document):
        in_path = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", name)), name
        assert operation["responses"], name
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"default|[1-5][0-9]{2}", status), name
            assert answer["description"], name


def test_everything_referred_to_is_there(document: dict[str, Any]) -> None:
    def refs(one: Any) -> Iterator[str]:
        if isinstance(one, dict):
            if isinstance(one.get("$ref"), str):
                yield one["$ref"]
            for inner in one.values():
                yield from refs(inner)
        elif isinstance(one, list):
            for inner in one:
                yield from refs(inner)

    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(refs(document)) <= known


def test_every_operation_says_what_it_does_and_to_which_stage_it_belongs(
    document: dict[str, Any],
) -> None:
    listed = [tag["name"] for tag in document["tags"]]
    silent = [
        name
        for name, operation in _operations(document)
        if not operation.get("summary")
        or not operation.get("description")
        or len(operation.get("tags", ())) != 1
        or operation["tags"][0] not in listed
    ]
    assert silent == []


def test_every_request_and_answer_has_an_example_that_its_schema_allows(
    document: dict[str, Any],
) -> None:
    wrong = []
    for name, operation in _operations(document):
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for where, body in bodies.items():
            for media, content in body.get("content", {}).items():
                if "json" not in media:
                    continue
                shown = [one["value"] for one in content.get("examples", {}).values()]
                if "example" in content:
                    shown.append(content["example"])
                if not shown:
                    wrong.append(f"{name} {where}: no example")
                wrong += [
                    f"{name} {where}: {said}"
                    for one in shown
                    if (said := _check(document, content.get("schema", {}), one))
                ]
    assert wrong == [], HOW


def test_every_needed_parameter_has_an_example_that_its_schema_allows(
    document: dict[str, Any],
) -> None:
    wrong = [
        f"{name} {one['name']}: {said}"
        for name, operation in _operations(document)
        for one in operation.get("parameters", ())
        if one.get("required") and (said := _check(document, one["schema"], one.get("example")))
    ]
    assert wrong == [], HOW


def test_problems_that_a_route_names_exist_and_are_its_answers(document: dict[str, Any]) -> None:
    known = {kind.code: kind for kind in every_problem()}
    named = 0
    for name, operation in _operations(document):
        assert "default" in operation["responses"], name
        for code in problems_named(operation["description"]):
            assert code in known, f"{name} names {code}, which is no problem's code"
            answer = operation["responses"][str(known[code].status)]
            assert code in answer["content"]["application/problem+json"]["examples"], name
            named += 1
    assert named >= 80


def test_the_app_serves_it(app: FastAPI) -> None:
    assert app.openapi()["x-problems"]
