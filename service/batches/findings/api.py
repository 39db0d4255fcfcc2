"""Findings for programs: what was found about a whole list, and clearing one with a reason."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.api import Strict
from service.batches.findings.catalogue import BY_CODE
from service.batches.findings.clear import clear_finding
from service.batches.findings.pages import REASON_MAX, require_whole
from service.batches.findings.queries import of_batch
from service.batches.models import Batch
from service.foundation.problems import NotFound
from service.officers.acting import Act
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])


class Clearing(Strict):
    """Why a finding is cleared; it is kept with the act."""

    reason: str = Field(max_length=REASON_MAX, examples=["该村本月合并一自然村，名册已核对"])


class BatchFindingOut(Strict):
    """What was found about a whole list; no name is in it."""

    control: str = Field(examples=["village_outlier"])
    severity: Literal["stop", "check"]
    ends_by: Literal["data", "maker"] = Field(
        description="What ends it: corrected data, or a reason."
    )
    lines: int
    amount_fen: int
    evidence: dict[str, Any]
    found_at: datetime
    cleared_at: datetime | None
    cleared_reason: str


@router.get("/{batch_no}/findings")
def list_findings(
    session: Transaction, officer: SignedInOfficer, batch_no: str
) -> list[BatchFindingOut]:
    """A list's findings, open ones first, the graver first."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_whole(session, officer, batch)
    return _out(session, batch)


@router.post("/{batch_no}/findings/{control}/clear")
def clear_one(act: Act, batch_no: str, control: str, body: Clearing) -> BatchFindingOut:
    """Clear a finding. Problems: ``reason_missing``, ``finding_needs_data``, ``finding_about_you``."""
    require(act.officer, "batches.submit")
    batch = queries.locked_by_no(act.session, batch_no)
    require_whole(act.session, act.officer, batch)

    def do() -> BatchFindingOut:
        clear_finding(
            act.session, batch, control, by=act.officer, reason=body.reason,
            session_id=act.session_id,
        )  # fmt: skip
        found = next((one for one in _out(act.session, batch) if one.control == control), None)
        if found is None:
            raise NotFound("finding")
        return found

    return act.once(body, do, BatchFindingOut)


def _out(session: Session, batch: Batch) -> list[BatchFindingOut]:
    return [
        BatchFindingOut(
            control=one.control,
            severity="stop" if one.severity == "stop" else "check",
            ends_by="data" if BY_CODE[one.control].clears == "data" else "maker",
            lines=one.lines,
            amount_fen=one.amount_fen,
            evidence=one.evidence,
            found_at=one.found_at,
            cleared_at=one.cleared_at,
            cleared_reason=one.cleared_reason or "",
        )
        for one in of_batch(session, batch)
        if one.control in BY_CODE
    ]
