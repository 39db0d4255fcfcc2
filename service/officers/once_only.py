"""Make an act of the API one that a program may send again: same key, same request, done once.

``@once_only`` stands below the route. The route goes on naming its session, its officer and what it takes;
the key comes from the header, and what was answered is kept in the transaction that did the act.
"""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from fastapi import Request, UploadFile
from pydantic import BaseModel, TypeAdapter

from service.web.once import IdempotencyKey, once

P = ParamSpec("P")
R = TypeVar("R")
_REQUEST, _KEY = "asking_request", "idempotency_key"
_OURS = frozenset({"session", "officer", "request"})
"""What a route is given by the service and not by its caller."""


class _Asked(BaseModel):
    """Everything that came with a request besides its address, so that another one is known as another."""

    given: dict[str, str]


class _Answered(BaseModel):
    """An answer of any kind, as it is kept."""

    said: Any


def once_only(act: Callable[P, R]) -> Callable[P, R]:
    """Let a route's act be done once for a caller's key; without one it is done as asked.

    Raises :class:`~service.web.once.KeyReused` and :class:`~service.web.once.KeyBusy`.
    """
    signature = inspect.signature(act, eval_str=True)
    answers: TypeAdapter[R] = TypeAdapter(signature.return_annotation)
    # The framework gives a route its request under one name only.
    its = [one.name for one in signature.parameters.values() if one.annotation is Request]

    @wraps(act)
    def kept(*args: P.args, **named: P.kwargs) -> R:
        request: Any = named[its[0]] if its else named.pop(_REQUEST)
        key: Any = named.pop(_KEY)
        if not key:
            return act(*args, **named)
        given: Mapping[str, Any] = named

        def do() -> _Answered:
            return _Answered(said=answers.dump_python(act(*args, **named), mode="json"))

        asked = _Asked(given={name: _told(one) for name, one in given.items() if name not in _OURS})
        done = once(
            given["session"], request, asked, do,
            caller=given["officer"].id, key=key, kind=_Answered,
        )  # fmt: skip
        return answers.validate_python(done.said)

    own = inspect.Parameter.KEYWORD_ONLY
    kept.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[
            *(one.replace(kind=own) for one in signature.parameters.values()),
            *([] if its else [inspect.Parameter(_REQUEST, own, annotation=Request)]),
            inspect.Parameter(_KEY, own, default="", annotation=IdempotencyKey),
        ]
    )
    return kept


def _told(one: Any) -> str:
    """Return what makes one part of a request the same again: a file counts by its bytes."""
    if isinstance(one, UploadFile):
        digest = hashlib.sha256(one.file.read()).hexdigest()
        one.file.seek(0)
        return f"{one.filename}:{digest}"
    return one.model_dump_json() if isinstance(one, BaseModel) else str(one)
