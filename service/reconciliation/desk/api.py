"""Finance's desk for programs: the work list by pages, one exception, and who looks after them."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.pages import session_id
from service.foundation.problems import NotFound
from service.ledger.queries import channels
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.desk import find, own, tell
from service.reconciliation.desk.totals import totals
from service.reconciliation.desk.wanted import Wanted
from service.web.filters import masked_name
from service.web.once import IdempotencyKey, once
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation/exceptions", tags=["reconciliation"])
Code = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_.-]*$")]
Name = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
Key = Annotated[str, Field(max_length=40, pattern=r"^[plmfc][0-9a-f-]{1,36}$", examples=["p1042"])]
Note = Annotated[str, Field(max_length=own.NOTE_MAX)]


class Filters(Strict):
    """Which exceptions; what is empty is not asked about, and a filter that is not here is refused."""

    kind: Literal["", "failed", "line", "receipt", "file", "recall"] = ""
    bank: Code = Field(default="", description="A channel's code.", examples=["ccb"])
    programme: Code = ""
    place: Annotated[
        str, Field(pattern=r"^[0-9]{0,12}$", description="Leading digits of the line's division.")
    ] = ""
    reason: Code = Field(
        default="",
        description="A bank's code such as AC04, what is wrong with a line, or `other`.",
        examples=["AC04"],
    )
    owner: Name = Field(default="", description="A user name, or `nobody`.")
    age: Annotated[str, Field(pattern=r"^[0-9]{0,4}$", description="Working days at least.")] = ""
    state: Literal["", "to_do", "ready", "asked"] = ""
    sort: Literal["since", "-since", "-amount", "amount"] = "since"
    after: str = Field(default="", max_length=80, description="`next` of the page before.")


class DeskExceptionOut(Strict):
    """One open exception; ``amount_fen`` of a movement is signed, credits positive."""

    key: str = Field(examples=["p1042"])
    kind: str = Field(description="failed, line, receipt, file or recall.")
    since: date
    working_days: int
    bank: str
    programme: str
    division: str
    reference: str = Field(description="Of the payment it is about; empty where there is none.")
    payee: str = Field(description="Masked.")
    code: str
    reason: str
    next_step: str
    who: str = Field(description="Who puts it right.")
    amount_fen: int
    state: str = Field(description="to_do; ready to be issued again; asked, of another officer.")
    owner: str = Field(description="User name; empty for nobody.")
    note: str


class DeskTotalOut(Strict):
    """What one kind comes to."""

    kind: str
    count: int
    amount_fen: int


class DeskExceptionPage(Strict):
    """One page in the order that was asked for."""

    exceptions: list[DeskExceptionOut]
    totals: list[DeskTotalOut]
    next: str = Field(description="Send this back as `after` for the next page; empty at the end.")


class Keys(Strict):
    """Some exceptions by their keys: all of them, or nothing is done."""

    keys: list[Key] = Field(min_length=1, max_length=find.ROWS_A_PAGE)


class Take(Keys):
    """The note is needed for what a colleague has."""

    note: Note = ""


class Hand(Keys):
    """To a colleague, with what he has to know."""

    to: Name = Field(examples=["liu.min"])
    note: Note


class LayDown(Keys):
    """With the reason."""

    note: Note


class Owned(Strict):
    """The exceptions as they are now."""

    exceptions: list[DeskExceptionOut]


@router.get("")
def list_exceptions(
    session: Transaction, officer: SignedInOfficer, asked: Annotated[Filters, Query()]
) -> DeskExceptionPage:
    """What reconciliation left for a person, 50 a page."""
    require(officer, "reconciliation.read")
    wanted = Wanted(**asked.model_dump(exclude={"after"}))
    rows, following = find.page(session, wanted, after=asked.after)
    return DeskExceptionPage(
        exceptions=told(session, rows),
        totals=[DeskTotalOut(**vars(one)) for one in totals(session, wanted)],
        next=following,
    )


@router.get("/{key}")
def read_exception(session: Transaction, officer: SignedInOfficer, key: str) -> DeskExceptionOut:
    """One open exception. Problem: ``not_found``, also once it is settled."""
    require(officer, "reconciliation.read")
    one = find.one(session, key)
    if one is None:
        raise NotFound("exception")
    return told(session, [one])[0]


@router.post("/take")
def take_exceptions(
    request: Request, session: Transaction, officer: SignedInOfficer, body: Take,
    idempotency_key: IdempotencyKey = "",
) -> Owned:  # fmt: skip
    """Look after them oneself. Problems: ``finance_exception_over``, ``reason_missing``."""
    require(officer, own.ACT)

    def act() -> None:
        own.take(session, body.keys, note=body.note, by=officer, session_id=session_id(request))

    return _once(request, session, officer, body, idempotency_key, act)


@router.post("/hand")
def hand_exceptions(
    request: Request, session: Transaction, officer: SignedInOfficer, body: Hand,
    idempotency_key: IdempotencyKey = "",
) -> Owned:  # fmt: skip
    """Hand them to a colleague. Problems: ``colleague_unfit`` and those of taking."""
    require(officer, own.ACT)

    def act() -> None:
        own.hand(
            session, body.keys, to=body.to, note=body.note, by=officer,
            session_id=session_id(request),
        )  # fmt: skip

    return _once(request, session, officer, body, idempotency_key, act)


@router.post("/lay-down")
def lay_down_exceptions(
    request: Request, session: Transaction, officer: SignedInOfficer, body: LayDown,
    idempotency_key: IdempotencyKey = "",
) -> Owned:  # fmt: skip
    """Give them back to everybody; problems as of taking."""
    require(officer, own.ACT)

    def act() -> None:
        own.lay_down(session, body.keys, note=body.note, by=officer, session_id=session_id(request))

    return _once(request, session, officer, body, idempotency_key, act)


def told(session: Session, rows: list[find.Found]) -> list[DeskExceptionOut]:
    """Return exceptions as programs and commands are told of them."""
    tasks = own.tasks_of(session, rows)
    banks = {one.id: one.code for one in channels(session)}
    names = {one.id: one.username for one in officer_queries.everyone(session)} if tasks else {}
    found = []
    for one in rows:
        task = tasks.get(one.key)
        found.append(
            DeskExceptionOut(
                key=one.key, kind=one.kind, since=one.since, working_days=tell.age(one),
                bank=banks.get(one.channel_id, "") if one.channel_id else "",
                programme=one.programme, division=one.division, reference=one.reference,
                payee=masked_name(one.payee_name) if one.payee_name else "", code=one.code,
                reason=tell.why(one), next_step=tell.step(one), who=tell.who(one),
                amount_fen=one.amount_fen, state=one.state,
                owner=names.get(task.owner_id, "") if task and task.owner_id else "",
                note=task.note if task else "",
            )
        )  # fmt: skip
    return found


def _once(
    request: Request, session: Session, officer: Officer, body: Keys, key: str,
    act: Callable[[], None],
) -> Owned:  # fmt: skip
    def do() -> Owned:
        act()
        rows = [one for one in (find.one(session, name) for name in body.keys) if one is not None]
        return Owned(exceptions=told(session, rows))

    return once(session, request, body, do, caller=officer.id, key=key, kind=Owned)
