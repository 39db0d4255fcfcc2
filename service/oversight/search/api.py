"""The trail for an auditor's own programs: the same search as on the page, page by page."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from service.audit.readers import require_reader
from service.batches.pages import session_id
from service.officers.signed_in import SignedInOfficer
from service.oversight.search import find
from service.oversight.search.told import searched
from service.oversight.search.wanted import PageAsked
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/audit", tags=["audit"])


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

    count: int = Field(description="How many fit; with `more`, there are more than that.")
    more: bool
    following: str = Field(description="Give it as `after` for the next page; empty on the last.")
    entries: list[EntrySaid]


@router.get("/entries")
def list_entries(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    asked: Annotated[PageAsked, Query()],
) -> Entries:
    """Search the trail, newest first: `person` is a record's number, `by` an officer's user name,
    `thing` a payment's reference or a list's or file's number, `act` a beginning, days inclusive.

    Problems: ``not_signed_in``, ``not_found`` for whoever is no auditor, ``search_unusable``.
    """
    require_reader()
    wanted = asked.wanted
    found = find.page(session, wanted, after=asked.after)
    count, more = find.counted(session, wanted)
    searched(session, wanted, found.resolved, by=officer.actor(session_id(request)))
    return Entries(
        count=count,
        more=more,
        following=found.following,
        entries=[EntrySaid.model_validate(one) for one in found.entries],
    )
