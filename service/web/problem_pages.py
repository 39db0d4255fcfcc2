"""Say what went wrong: RFC 9457 JSON under /api, a page with the same sentence elsewhere."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from service.foundation.logs import without_numbers
from service.foundation.not_written import NotWritten, is_not_written
from service.foundation.problems import NotFound, Problem
from service.web.here import visit
from service.web.language import ngettext
from service.web.render import html

MEDIA_TYPE = "application/problem+json"


class Unexpected(Problem):
    """Our own fault; the details are in the log under the request's id, never on a page."""

    code = "unexpected"
    status = 500
    title = "Something went wrong here"

    def __init__(self) -> None:
        super().__init__(
            "Something went wrong on our side and nothing was changed; tell the administrator the number below.",
            "系统出现故障，未做任何更改；请把下面的编号告知系统管理员。",
        )


class MethodNotAllowed(Problem):
    """The page exists, but cannot be asked for in this way."""

    code = "method_not_allowed"
    status = 405
    title = "That cannot be asked of this page"

    def __init__(self) -> None:
        super().__init__(
            "This page cannot be asked for in this way; open it from the menu.",
            "不能以这种方式访问此页面，请从菜单进入。",
        )


class BadRequest(Problem):
    """The request cannot be read."""

    code = "bad_request"
    status = 400
    title = "The request cannot be read"

    def __init__(self) -> None:
        super().__init__("The request cannot be read.", "无法读取该请求。")


class TooLarge(Problem):
    """The request sends more than may be sent there."""

    code = "too_large"
    status = 413
    title = "That is too large"

    def __init__(self, bytes_max: int | None = None) -> None:
        limit = f" ({bytes_max // 1024:,} kB)" if bytes_max else ""
        super().__init__(
            f"What was sent is larger than may be sent here{limit}; split it and send the parts.",
            f"提交内容超过此处允许的大小{limit}，请拆分后分次提交。",
        )


class FieldsWrong(Problem):
    """Some fields are missing or of the wrong kind; each is named, none is repeated."""

    code = "fields_wrong"
    status = 422
    title = "Some fields need to be corrected"

    def __init__(self, faults: list[dict[str, str]]) -> None:
        names = "、".join(fault["field"] for fault in faults)
        super().__init__(
            ngettext(
                "%(count)s field needs to be corrected: %(names)s.",
                "%(count)s fields need to be corrected: %(names)s.",
                len(faults),
            )
            % {"count": len(faults), "names": names.replace("、", ", ")},
            f"有 {len(faults)} 项需要更正：{names}。",
            faults=faults,
        )


def respond(problem: Problem, *, headers: dict[str, str] | None = None) -> Response:
    """Return a problem as this request's answer."""
    here = visit()
    if here.path.startswith("/api/"):
        body = problem.as_json(without_numbers(here.path), here.language) | {
            "request_id": here.request_id
        }
        return JSONResponse(body, problem.status, headers, media_type=MEDIA_TYPE)
    page = html("web/problem.html", problem=problem)
    return HTMLResponse(page, problem.status, headers)


async def on_problem(_request: Request, problem: Exception) -> Response:
    """Answer a :class:`Problem`."""
    assert isinstance(problem, Problem)  # noqa: S101 - registered for nothing else
    return respond(problem)


async def on_validation_error(_request: Request, error: Exception) -> Response:
    """Answer fields of the wrong kind, naming them without repeating what was typed."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    return respond(FieldsWrong([_fault(one) for one in error.errors()]))


async def on_unwritable(_request: Request, error: Exception) -> Response:
    """Answer what the database cannot keep because it is no text; every other fault stays one of ours."""
    if is_not_written(error):
        return respond(NotWritten())
    raise error


async def on_http_exception(_request: Request, error: Exception) -> Response:
    """Answer what the framework refuses by itself."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    kinds: dict[int, Callable[[], Problem]] = {404: NotFound, 405: MethodNotAllowed, 413: TooLarge}
    return respond(kinds.get(error.status_code, BadRequest)(), headers=_allow(error))


def _allow(error: HTTPException) -> dict[str, str] | None:
    allow = (error.headers or {}).get("Allow")
    return {"Allow": allow} if allow else None


def _fault(error: dict[str, Any]) -> dict[str, str]:
    place = [str(part) for part in error["loc"]]
    return {"field": ".".join(place[1:]) or place[0], "kind": str(error["type"])}
