"""The ledger for programs: trial balance, waterfall, postings and where each comes from."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.ledger import queries, waterfall
from service.ledger.cut import Cut
from service.ledger.models import LedgerEntry
from service.ledger.postings import Side, Wanted, walk, whole
from service.ledger.trace import origins
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
At = Annotated[AwareDatetime | None, Query(description="What was known at this instant.")]
Through = Annotated[date | None, Query(description="What was booked by the end of this day.")]
By = Literal["programme", "fund_source", "channel"]


class Strict(BaseModel):
    """What is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class PostingQuery(Strict):
    """Which postings; ``event`` is a kind's beginning, ``before`` where the walk goes on."""

    account: str = Field(default="", max_length=80)
    kind: str = Field(default="", max_length=40)
    programme: str = Field(default="", max_length=40)
    channel: str = Field(default="", max_length=40)
    event: str = Field(default="", max_length=40)
    since: date | None = None
    at: AwareDatetime | None = Field(default=None, description="What was known at this instant.")
    through: date | None = None
    before: int | None = Field(default=None, ge=0, lt=2**63)


class BalanceOut(Strict):
    """An account; debits are positive, amounts in fen."""

    code: str
    kind: str
    programme: str | None
    channel: str | None
    fund_source: str | None
    debit_fen: int
    credit_fen: int
    amount_fen: int


class TrialBalance(Strict):
    """Every account at the cut; the sum is nothing."""

    accounts: list[BalanceOut]
    total_fen: int


class StandOut(Strict):
    """Where money stands, in fen; an empty word means that the cut was not asked for, or none."""

    programme: str
    fund_source: str
    channel: str
    appropriated_fen: int
    committed_fen: int
    in_transit_fen: int
    settled_fen: int
    returned_fen: int
    held_fen: int
    to_recover_fen: int
    written_off_fen: int
    due_to_treasury_fen: int
    recovered_fen: int
    left_fen: int


class Waterfall(Strict):
    """From appropriation to settled, by what was asked for."""

    rows: list[StandOut]
    total: StandOut


class PostingOut(Strict):
    """One side of an entry: debit positive, in fen."""

    id: int
    entry: UUID
    number: int = Field(description="The order of posting.")
    account: str
    amount_fen: int
    event_type: str
    event_id: str
    booked_on: date
    value_on: date
    at: datetime


class PostingList(Strict):
    """One page of postings, newest first."""

    postings: list[PostingOut]
    total: int
    amount_fen: int = Field(description="The sum of all that fit, not of this page only.")
    next: int | None = Field(description="Send this back as `before` for the next page.")


class OriginOut(Strict):
    """One thing an entry is about."""

    kind: str
    name: str
    href: str
    line: str


class EntryOut(Strict):
    """One entry, whole."""

    number: int
    event_type: str
    event_id: str
    booked_on: date
    value_on: date
    at: datetime
    reason: str
    reverses: UUID | None
    reversed_by: UUID | None
    sides: list[PostingOut]
    origins: list[OriginOut]


@router.get("/balances")
def read_balances(
    session: Transaction, officer: SignedInOfficer, at: At = None, through: Through = None
) -> TrialBalance:
    """The trial balance: what was known at an instant, what was booked through a day."""
    require(officer, "ledger.read")
    found = queries.account_balances(session, Cut(at, through))
    return TrialBalance(
        accounts=[BalanceOut.model_validate(one) for one in found],
        total_fen=sum(one.amount_fen for one in found),
    )


@router.get("/waterfall")
def read_waterfall(
    session: Transaction,
    officer: SignedInOfficer,
    at: At = None,
    through: Through = None,
    by: Annotated[list[By], Query(max_length=3)] = ["programme"],  # noqa: B006 - FastAPI copies it
) -> Waterfall:
    """Where the money stands, by programme, fund source and bank; sums are the trial balance's."""
    require(officer, "ledger.read")
    rows = waterfall.waterfall(session, Cut(at, through), by=by)
    return Waterfall(
        rows=[StandOut.model_validate(one) for one in rows],
        total=StandOut.model_validate(waterfall.total(rows)),
    )


@router.get("/postings")
def list_postings(
    session: Transaction,
    officer: SignedInOfficer,
    query: Annotated[PostingQuery, Query()],
) -> PostingList:
    """The postings behind a balance, newest first, 50 a page; ``event`` is a kind's beginning."""
    require(officer, "ledger.read")
    wanted = Wanted(
        query.account,
        query.kind,
        query.programme,
        query.channel,
        query.event,
        query.since,
        Cut(query.at, query.through),
    )
    found = walk(session, wanted, before=query.before)
    return PostingList(
        postings=[_posting(one) for one in found.sides],
        total=found.total,
        amount_fen=found.amount_fen,
        next=found.next,
    )


@router.get("/entries/{entry_id}")
def read_entry(session: Transaction, officer: SignedInOfficer, entry_id: UUID) -> EntryOut:
    """One entry with all its sides, and the payment, file and line it comes from."""
    require(officer, "ledger.read")
    found = whole(session, entry_id)
    if found is None:
        raise NotFound("entry")
    one = found.entry
    return EntryOut(
        number=one.number,
        event_type=one.event_type,
        event_id=one.event_id,
        booked_on=one.booked_on,
        value_on=one.value_on or one.booked_on,
        at=one.at,
        reason=one.reason or "",
        reverses=one.reverses_id,
        reversed_by=found.reversed_by.id if found.reversed_by else None,
        sides=[_posting(side) for side in found.sides],
        origins=_origins(session, one),
    )


def _posting(one: Side) -> PostingOut:
    entry = one.entry
    return PostingOut(
        id=one.posting.id,
        entry=entry.id,
        number=entry.number,
        account=one.account.code,
        amount_fen=one.posting.amount_fen,
        event_type=entry.event_type,
        event_id=entry.event_id,
        booked_on=entry.booked_on,
        value_on=entry.value_on or entry.booked_on,
        at=entry.at,
    )


def _origins(session: Session, entry: LedgerEntry) -> list[OriginOut]:
    return [OriginOut.model_validate(one) for one in origins(session, entry)]
