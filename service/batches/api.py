"""Batches for programs: list them, read one, read its lines."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.batches import figures, queries
from service.batches.about import batches_seen_by, require_seen
from service.batches.differences.own import own_comparison
from service.batches.figures import Totals
from service.batches.lines_asked import AskedByProgram, asked_by_program
from service.batches.models import Batch
from service.batches.seen import mark_of
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.filters import masked_name
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Choice = Annotated[str, Query(max_length=40)]


class Strict(BaseModel):
    """What is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BatchOut(Strict):
    """A batch with its totals; amounts in fen."""

    batch_no: str
    programme: str
    month: str
    kind: str
    state: str
    round: int
    lines: int
    payable_lines: int
    payable_fen: int
    held_lines: int
    held_fen: int


class BatchDetail(BatchOut):
    """One batch with what holds its lines, how it differs, and the mark that decisions repeat."""

    holds: dict[str, int]
    comparison: dict[str, dict[str, int]]
    rule_digest: str
    snapshot_digest: str
    lines_root: str
    seen: str = Field(description="Send this back with a decision; it changes with the content.")


class LineOut(Strict):
    """A line; the name is masked and of the account only the last four characters are told."""

    reference: str
    payee: str
    account_tail: str
    period: str
    amount_fen: int
    state: str
    holds: list[str]


class BatchList(Strict):
    """One page of batches."""

    batches: list[BatchOut]
    page: int
    total: int


class LineList(Strict):
    """One page of a batch's lines, held ones first."""

    lines: list[LineOut]
    total: int
    is_more: bool = Field(
        description="More lines match than `total`: no more of them were counted."
    )
    next: str = Field(description="Send this back as `after` for the next page; empty at the end.")


class Seen(Strict):
    """A decision on exactly what was read."""

    seen: str = Field(max_length=64, description="The mark from reading the batch.")


@router.get("")
def list_batches(
    session: Transaction,
    officer: SignedInOfficer,
    month: Choice = "",
    programme: Choice = "",
    state: Choice = "",
    page: PageNumber = 1,
) -> BatchList:
    """Batches, newest month first, 50 a page."""
    require(officer, "batches.read")
    found, total = queries.find(
        session,
        month=month,
        programme=programme,
        state=state,
        page=page,
        seen=batches_seen_by(officer),
    )
    totals = figures.totals_of(session, [batch.id for batch in found], officer)
    listed = [BatchOut(**_fields(batch, totals[batch.id])) for batch in found]
    return BatchList(batches=listed, page=page, total=total)


@router.get("/{batch_no}")
def read_batch(session: Transaction, officer: SignedInOfficer, batch_no: str) -> BatchDetail:
    """One batch."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    return detail(session, batch, officer)


@router.get("/{batch_no}/lines")
def read_lines(
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    asked: Annotated[AskedByProgram, Depends(asked_by_program)],
    after: Choice = "",
) -> LineList:
    """A batch's lines, 50 a page, with the page's filters. Problems: ``filter_unknown``, ``no_such_place``."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    wanted = asked.wanted(batch, officer)
    found, stretch = queries.lines(session, wanted, after=after)
    tails = queries.account_tails(session, [line.payment for line in found])
    lines = [
        LineOut(
            reference=line.payment.reference,
            payee=masked_name(line.payment.payee_name),
            account_tail=tails.get(line.payment.account_id or 0, ""),
            period=line.payment.period,
            amount_fen=line.payment.amount_fen,
            state=line.payment.state,
            holds=list(line.controls),
        )
        for line in found
    ]
    return LineList(lines=lines, total=stretch.total, is_more=stretch.is_more, next=stretch.next)


def detail(session: Session, batch: Batch, officer: Officer) -> BatchDetail:
    """Return a batch, as far as an officer sees it, as every route that changes one answers."""
    sums = figures.totals_of(session, [batch.id], officer)[batch.id]
    return BatchDetail(
        **_fields(batch, sums),
        holds=queries.holds_of(session, batch, officer),
        comparison=own_comparison(batch, officer),
        rule_digest=batch.rule_digest,
        snapshot_digest=batch.snapshot_digest,
        lines_root=(batch.lines_root or b"").hex(),
        seen=mark_of(session, batch),
    )


def _fields(batch: Batch, sums: Totals) -> dict[str, str | int]:
    return {
        "batch_no": batch.batch_no,
        "programme": batch.programme,
        "month": batch.month,
        "kind": batch.kind,
        "state": batch.state,
        "round": batch.round,
        "lines": sums.lines,
        "payable_lines": sums.payable,
        "payable_fen": sums.payable_fen,
        "held_lines": sums.held,
        "held_fen": sums.held_fen,
    }
