"""An act that a program asks for in an officer's name: who, in which transaction, and once for its key."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.once import IdempotencyKey, once
from service.web.transactions import Transaction

Answer = TypeVar("Answer", bound=BaseModel)


class Declared(BaseModel):
    """What is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoMore(Declared):
    """An act about what its address names, of which no more has to be said."""


@dataclass(frozen=True)
class Acting:
    """The officer, the transaction and the program's own key of one request that changes something."""

    request: Request
    session: Session
    officer: Officer
    key: str

    @property
    def session_id(self) -> str:
        """Return the signed-in session's id, which every act is recorded with."""
        return str(self.request.state.officer_session.id)

    @property
    def by(self) -> Actor:
        """Return who acts, as the audit trail names one."""
        return self.officer.actor(self.session_id)

    def once(self, body: BaseModel, do: Callable[[], Answer], kind: type[Answer]) -> Answer:
        """Return what ``do`` answers, or answered when the same request came before with this key."""
        return once(
            self.session, self.request, body, do, caller=self.officer.id, key=self.key, kind=kind
        )


def _acting(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    idempotency_key: IdempotencyKey = "",
) -> Acting:
    return Acting(request, session, officer, idempotency_key)


Act = Annotated[Acting, Depends(_acting)]
"""Declare a parameter as ``act: Act`` in a route of the API that changes something."""
