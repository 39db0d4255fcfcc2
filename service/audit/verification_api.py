"""When the trail was last verified and with what result, for an auditor's own programs; and asking for it anew."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.audit.nightly.ask import ask_for_verification
from service.audit.readers import require_act, require_reader
from service.audit.standing import standing
from service.web.once import IdempotencyKey, once
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/audit", tags=["audit"])


class WholeTrail(BaseModel):
    """Nothing more has to be said: it is always the whole trail."""

    model_config = ConfigDict(extra="forbid")


class LastVerified(BaseModel):
    """One verification of every entry from the first on."""

    model_config = ConfigDict(from_attributes=True)
    begun_at: datetime
    ended_at: datetime
    entries: int = Field(description="Verified; where one is wrong, those before it.")
    verified: bool
    code: int = Field(
        description="Class of what is wrong, as the exit code of `anxin audit verify`."
    )
    first_bad: int | None
    root: str = Field(description="Of what was verified, in hex.")


class TrailStanding(BaseModel):
    """Where the trail stands. Nothing is verified to answer this: `last` says what was, and when."""

    entries: int
    signed: int
    signed_at: datetime | None
    newer: int = Field(description="Entries that no verification has seen.")
    is_shorter: bool = Field(description="There are fewer entries than were verified.")
    last: LastVerified | None
    waits_since: datetime | None = Field(description="Since when a verification waits or runs.")


@router.get("/verification")
def read_verification(session: Transaction) -> TrailStanding:
    """When every entry was last verified, what was found, and how many are newer.

    Problems: ``not_signed_in``, ``not_found``.
    """
    require_reader()
    return _said(session)


@router.post("/verification")
def ask_by_program(
    request: Request, session: Transaction, body: WholeTrail, idempotency_key: IdempotencyKey = ""
) -> TrailStanding:
    """Ask a worker to verify the whole trail now; one that waits already is not asked for twice.

    Problems: ``not_signed_in``, ``not_found``.
    """
    require_reader()
    by = require_act("audit.read")

    def do() -> TrailStanding:
        ask_for_verification(session, by=by)
        return _said(session)

    return once(
        session, request, body, do, caller=UUID(by.id), key=idempotency_key, kind=TrailStanding
    )


def _said(session: Session) -> TrailStanding:
    now = standing(session)
    return TrailStanding(
        entries=now.chain.entries,
        signed=now.chain.signed,
        signed_at=now.chain.signed_at,
        newer=now.newer,
        is_shorter=now.is_shorter,
        last=LastVerified.model_validate(now.last) if now.last else None,
        waits_since=now.waits_since,
    )
