"""Keeping periods, holds and erasures for an auditor's own programs."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.audit.keeping import queries
from service.audit.keeping.kinds import kinds
from service.audit.readers import require_reader
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/audit", tags=["audit"])


class KindSaid(BaseModel):
    """How long the sealed content of a kind of act is kept at least; the entry is kept for ever."""

    model_config = ConfigDict(from_attributes=True)
    code: str = Field(examples=["voucher"])
    title: str
    title_zh: str
    acts: list[str] = Field(description="Beginnings of acts; the longest that fits counts.")
    months: int = Field(examples=[360])
    source: str
    source_zh: str
    evidence: str = Field(description="seen, unverified or own")


class HoldSaid(BaseModel):
    """One legal hold; it counts until it is lifted."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    scope: str = Field(examples=["person:12"])
    state: str = Field(description="asked, held, lift_asked or lifted")
    reason: str
    asked_by: str
    asked_at: datetime
    placed_by: str | None
    lift_reason: str | None
    lift_asked_by: str | None
    lifted_by: str | None
    lifted_at: datetime | None


class ErasureSaid(BaseModel):
    """One request for erasure and what became of it."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    scope: str = Field(examples=["person:12"])
    state: str = Field(description="asked, done or refused")
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    erased: int | None


class Keeping(BaseModel):
    """What is kept how long, what is held, and what was erased; newest first."""

    kinds: list[KindSaid]
    holds: list[HoldSaid]
    erasures: list[ErasureSaid]


@router.get("/keeping")
def keeping(session: Transaction) -> Keeping:
    """Return the keeping periods, the holds and the erasures.

    Problems: ``not_signed_in``, ``not_found`` for whoever is no auditor.
    """
    require_reader()
    return Keeping(
        kinds=[KindSaid.model_validate(one) for one in kinds()],
        holds=[HoldSaid.model_validate(one) for one in queries.holds(session)],
        erasures=[ErasureSaid.model_validate(one) for one in queries.erasures(session)],
    )
