"""Files in quarantine for programs: which wait and why, what differs, and the acts that end it."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import queries
from service.reconciliation.api import ReasonIn, Strict
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine import queries as quarantine
from service.reconciliation.quarantine.act import ACTS, act_on
from service.reconciliation.quarantine.compare import Said, compare
from service.reconciliation.quarantine.take import may_be_taken
from service.reconciliation.quarantine.totals import totals
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation", tags=["reconciliation"])


class SaidOut(Strict):
    """What one of the two files says in a line; fen are signed in statements."""

    about: str
    what: str
    code: str
    fen: int | None


class DifferenceOut(Strict):
    """A line that only one file has, or that says something else in the other."""

    kind: Literal["added", "removed", "changed"]
    before: SaidOut | None
    after: SaidOut | None


class ComparisonOut(Strict):
    """Two files side by side; totals are [before, after]."""

    earlier: UUID
    counts: dict[str, tuple[int, int]]
    fen: dict[str, tuple[int | None, int | None]]
    differences: list[DifferenceOut]
    unlisted: int


class StatedTotalOut(Strict):
    """A total as the file states it (null: it states none) and as its lines add up to it."""

    name: str
    is_money: bool
    stated: int | None
    counted: int


class QuarantineDecisionOut(Strict):
    """What an officer did about a file."""

    act: str
    reason: str
    at: datetime


class WaitingFileOut(Strict):
    """A file that waits for somebody, and the acts that are possible."""

    id: UUID
    bank: str
    file_name: str
    kind: str
    state: str
    received_at: datetime
    times_seen: int
    faults: list[dict[str, Any]]
    acts: list[str]


class BankFileOut(WaitingFileOut):
    """One file with all that is known about it."""

    totals: list[StatedTotalOut]
    comparison: ComparisonOut | None
    decisions: list[QuarantineDecisionOut]
    asked: UUID | None
    """The question that waits for a second officer; `POST /asks/{id}/confirm` answers it."""
    replaces: list[str]
    breaks: list[str]
    changes_fen: int | None


@router.get("/quarantine")
def list_quarantine(session: Transaction, officer: SignedInOfficer) -> list[WaitingFileOut]:
    """Files that were not believed and wait for somebody, oldest first."""
    require(officer, "reconciliation.read")
    return [
        WaitingFileOut(**brief(session, one.file, one.bank))
        for one in queries.waiting_quarantine(session)
    ]


@router.get("/files/{file_id}")
def read_file(session: Transaction, officer: SignedInOfficer, file_id: UUID) -> BankFileOut:
    """One file: faults, its own totals, what differs from the one before, and what was done."""
    require(officer, "reconciliation.read")
    return whole(session, file_id)


@router.post("/files/{file_id}/{act}")
@once_only
def decide(
    session: Transaction, officer: SignedInOfficer, file_id: UUID,
    act: Literal["take", "reject", "ask-bank"], why: ReasonIn,
) -> BankFileOut:  # fmt: skip
    """Ask for taking a file, reject it, or keep that the bank was asked.

    Problems: ``file_not_in_quarantine``, ``file_still_quarantined``, ``statement_not_replaceable``,
    ``ask_refused``, ``reason_missing``, ``not_allowed``.
    """
    require(officer, ACTS[act])
    found = queries.one_inbound(session, file_id)
    if found is None:
        raise NotFound("file")
    act_on(session, found.file, act, reason=why.reason, by=officer)
    return whole(session, file_id)


def brief(session: Session, file: InboundFile, bank: str) -> dict[str, Any]:
    """Return the fields of `WaitingFileOut`."""
    possible = list(ACTS) if file.state == "quarantined" else []
    if possible and (not may_be_taken(file) or quarantine.waiting_ask(session, file)):
        possible.remove("take")
    rests = quarantine.rests(session, file)
    return {
        "id": file.id,
        "bank": bank,
        "file_name": file.file_name,
        "kind": file.kind,
        "state": "rejected" if rests else file.state,
        "received_at": file.received_at,
        "times_seen": file.times_seen,
        "faults": file.faults,
        "acts": possible,
    }


def whole(session: Session, file_id: UUID) -> BankFileOut:
    """Return everything about one file. Raises NotFound."""
    found = queries.one_inbound(session, file_id)
    if found is None:
        raise NotFound("file")
    file = found.file
    asked, pair = quarantine.waiting_ask(session, file), compare(session, file)
    return BankFileOut(
        **brief(session, file, found.bank),
        totals=[StatedTotalOut(**one._asdict()) for one in totals(session, file)],
        comparison=None
        if pair is None
        else ComparisonOut(
            earlier=pair.earlier.id,
            counts=pair.counts,
            fen=pair.fen,
            differences=[
                DifferenceOut(kind=one.kind, before=_said(one.before), after=_said(one.after))
                for one in pair.differences
            ],
            unlisted=pair.unlisted,
        ),
        decisions=[
            QuarantineDecisionOut(act=one.act, reason=one.reason, at=one.at)
            for one in quarantine.decisions(session, file)
        ],
        asked=asked.id if asked else None,
        replaces=asked.details["replaces"] if asked else [],
        breaks=asked.details["breaks"] if asked else [],
        changes_fen=asked.amount_fen if asked else None,
    )


def _said(one: Said | None) -> SaidOut | None:
    return None if one is None else SaidOut(**one._asdict())
