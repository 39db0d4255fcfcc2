"""Do an act once however often a program sends it: same key, same request, same answer.

A program that does not know whether its request arrived sends it again under the same
``Idempotency-Key``. What was answered is kept in the transaction that did the act, so there is an
answer exactly if there was an effect. A refusal is not kept: nothing was done, and asking again asks anew.
"""

import hashlib
from collections.abc import Callable
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Header, Request
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.problems import Problem
from service.web.models import KeptAnswer

IdempotencyKey = Annotated[
    str,
    Header(
        max_length=80,
        pattern=r"^[\x21-\x7e]*$",
        description="The caller's own key of this act; sent again with it, the act is not done again.",
    ),
]
Answer = TypeVar("Answer", bound=BaseModel)


class KeyReused(Problem):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    status = 422
    title = "This key belongs to another request"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used for another request; nothing was done. Use a new key.",
            "该幂等键已用于其他请求，本次未作任何处理，请使用新的键。",
        )


class KeyBusy(Problem):
    """A request with this key is being worked on now."""

    code = "idempotency_key_busy"
    status = 409
    title = "This request is being worked on"

    def __init__(self) -> None:
        super().__init__(
            "A request with this Idempotency-Key is being worked on; ask again in a moment.",
            "使用该幂等键的请求正在处理，请稍后再试。",
        )


def once(
    session: Session,
    request: Request,
    body: BaseModel,
    do: Callable[[], Answer],
    *,
    caller: UUID,
    key: str,
    kind: type[Answer],
) -> Answer:
    """Return what ``do`` answers, or what it answered when this request came before.

    Without a key it is done as asked. Raises :class:`KeyReused`, :class:`KeyBusy`.
    """
    if not key:
        return do()
    asked = "\n".join((request.method, request.url.path, body.model_dump_json()))
    digest = hashlib.sha256(asked.encode()).digest()
    place = hashlib.sha256(f"{caller}:{key}".encode()).digest()[:8]
    lock = int.from_bytes(place, "big", signed=True)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
        raise KeyBusy
    kept = session.get(KeptAnswer, (caller, key))
    if kept is not None:
        if kept.request_sha256 != digest:
            raise KeyReused
        return kind.model_validate(kept.answer)
    answer = do()
    session.add(
        KeptAnswer(
            caller_id=caller,
            key=key,
            request_sha256=digest,
            answer=answer.model_dump(mode="json"),
            at=clock.now(),
        )
    )
    session.flush()
    return answer
