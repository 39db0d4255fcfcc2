"""How the service does, for programs of administrators: the same findings as the page."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from service.administration.health.given_up import given_up
from service.batches.api import Strict
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.health.findings import Finding, State, worst
from service.web.health.registry import look
from service.web.transactions import Transaction, opener

router = APIRouter(prefix="/api/health", tags=["administration"])


class HealthFindingOut(Strict):
    """One thing that was looked at."""

    code: str = Field(examples=["database.size"])
    title: str = Field(examples=["Size"])
    state: State = Field(description="In order; to look at; out of order; not set up.")
    said: str = Field(examples=["It holds 1.2 GB."])
    since: datetime | None
    to_do: str = Field(examples=[""])


class HealthPartOut(Strict):
    """One part of the service; its state is that of its worst finding."""

    code: str = Field(examples=["database"])
    title: str = Field(examples=["Database"])
    state: State
    findings: list[HealthFindingOut]


class GivenUpOut(Strict):
    """A job that was given up in the last 30 days."""

    kind: str = Field(examples=["dispatch.hand_over"])
    code: str = Field(examples=["bank_silent"])
    tries: int = Field(examples=[12])
    at: datetime | None
    about: str = Field(examples=["MZ15-2026-10-01"])


class HealthOut(BaseModel):
    """The whole service, as it does now."""

    state: State
    parts: list[HealthPartOut]
    given_up: list[GivenUpOut]


@router.get("")
def read_health(request: Request, session: Transaction, officer: SignedInOfficer) -> HealthOut:
    """Say how every part of the service does: no resident, no amount of money."""
    require(officer, "health.read")
    parts = look(opener(request))
    return HealthOut(
        state=worst(part.state for part in parts),
        parts=[
            HealthPartOut(
                code=part.code,
                title=part.title,
                state=part.state,
                findings=[_out(one) for one in part.findings],
            )
            for part in parts
        ],
        given_up=[
            GivenUpOut(
                kind=one.kind,
                code=one.code,
                tries=one.tries,
                at=one.at,
                about=one.about.text if one.about else "",
            )
            for one in given_up(session)
        ],
    )


def _out(one: Finding) -> HealthFindingOut:
    return HealthFindingOut(
        code=one.code,
        title=one.title,
        state=one.state,
        said=one.said,
        since=one.since,
        to_do=one.to_do,
    )
