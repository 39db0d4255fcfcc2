"""The audit trail for an auditor's own programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from service.audit import queries
from service.audit.queries import Search
from service.audit.readers import require_reader
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/audit", tags=["audit"])
Word = Annotated[str, Query(max_length=80)]


class EntrySaid(BaseModel):
    """One entry: exactly what its canonical bytes say; ``index`` is its place in the signed tree."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    index: int | None = Field(examples=[412], description="None until the next signature.")
    at: datetime
    said: dict[str, Any] = Field(
        examples=[
            {
                "version": 1,
                "act": "bank_day.closed",
                "actor": {"kind": "officer", "id": "…", "organisation": "县财政局", "session": ""},
                "object": {"type": "bank_days", "id": "…"},
                "before": "",
                "after": "",
                "reason": "",
                "details": {"channel": "ccb", "day": "2026-10-16", "closing_fen": 49996862900},
            }
        ]
    )


class Entries(BaseModel):
    """One page of entries, newest first."""

    total: int
    page: int
    pages: int
    entries: list[EntrySaid]


@router.get("/entries")
def entries(
    session: Transaction,
    act: Word = "",
    object_type: Word = "",
    object_id: Word = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Entries:
    """List entries, newest first; ``act`` is a prefix, the others are exact.

    Problems: ``not_signed_in``, ``not_found`` for whoever is no auditor.
    """
    require_reader()
    found, total = queries.entries(session, Search(act, object_type, object_id), page=page)
    return Entries(
        total=total,
        page=page,
        pages=max(1, -(-total // queries.ENTRIES_PER_PAGE)),
        entries=[EntrySaid.model_validate(one) for one in found],
    )
