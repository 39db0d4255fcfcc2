"""A resident for programs: look for one, write out what is masked, change an account, keep what was seen.

What is asked stands in the body, never in an address; what is written out is kept in no answer.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session

from service.foundation.encryption import sealer
from service.officers.acting import Act, Declared
from service.officers.may import require
from service.residents.accounts.change import request_change
from service.residents.accounts.queries import changes_of
from service.residents.identity.confirm_life import confirm_alive, confirm_dead
from service.residents.models import Confirmation
from service.residents.reading import read_resident
from service.residents.record import around, search
from service.residents.record.acts import change_verb
from service.residents.record.as_json import as_json
from service.residents.record.facts import Record, record_of
from service.residents.record.identity_tables import card_of, number_of
from service.residents.record.pages import PersonId
from service.residents.record.revealing import REASON_MAX, record_reveal
from service.residents.record.view import ACCOUNT, IDENTITY, SENSITIVE
from service.web.filters import masked_name

router = APIRouter(prefix="/api/residents", tags=["residents"])
Text = Annotated[str, Field(max_length=200)]
Reason = Annotated[str, Field(max_length=500)]


class ResidentWanted(Declared):
    """A whole ID number, or a whole name in a township or village."""

    number: str = Field(default="", max_length=40, examples=["33052319480312002X"])
    name: Text = ""
    division: str = Field(default="", max_length=12, examples=["330523100000"])


class ResidentHit(Declared):
    """Somebody who was found; the name is masked."""

    person_id: int
    name: str = Field(examples=["王*"])
    division: str
    id_tail: str = Field(examples=["002X"])


class ResidentsFound(Declared):
    """Who was found; with ``more`` there are more of that name there."""

    found: list[ResidentHit]
    more: bool


class RevealIn(Declared):
    """What is to be written out, and what it is needed for."""

    what: list[Literal["identity", "account", "sensitive"]] = Field(min_length=1, max_length=3)
    reason: str = Field(max_length=REASON_MAX, examples=["窗口核对本人申请材料"])


class ResidentOpened(Declared):
    """A record with what was asked for written out; the rest is left out."""

    person_id: int
    name: str
    numbers: list[str]
    accounts: list[str]
    record: dict[str, Any] = Field(
        description="Every feed's word about the person, with its history."
    )


class AccountIn(Declared):
    """Where a person should be paid to; the number is never sent back."""

    account: Text = Field(examples=["6217000012345671175"])
    bank_code: Text = Field(default="", examples=["102336000013"])
    bank_name: Text = Field(default="", examples=["样例银行"])
    reason: Reason


class AccountDecision(Declared):
    """The second officer's word about a change, or the own request taken back."""

    answer: Literal["confirm", "refuse", "withdraw"]
    reason: Reason = ""


class ChangeOut(Declared):
    """A change of account; of the numbers only the last four characters."""

    id: UUID
    person_id: int
    state: str = Field(examples=["requested"])
    tail: str
    tail_now: str
    bank_name: str
    requested_at: datetime
    decided_at: datetime | None


class TownshipSaw(Declared):
    """That a township saw somebody alive, or confirms the death."""

    answer: Literal["alive", "dead"]
    day: date
    organisation: Text = Field(examples=["青禾镇"])
    reason: Reason


class SeenOut(Declared):
    """What was kept."""

    id: UUID
    person_id: int
    answer: str
    stated_on: date


@router.post("/search")
def search_residents(act: Act, body: ResidentWanted) -> ResidentsFound:
    """Look for a resident; every search is recorded and counted.

    Problems: ``search_incomplete``, ``too_many_searches``.
    """
    require(act.officer, "residents.search")
    found = search.asked(
        act.session, body.number, body.name, body.division, by=act.officer,
        session_id=act.session_id,
    )  # fmt: skip
    return ResidentsFound(
        found=[
            ResidentHit(
                person_id=one.person_id,
                name=masked_name(one.name),
                division=one.division,
                id_tail=one.tail,
            )
            for one in found.hits
        ],
        more=found.more,
    )


@router.post("/{person_id}/reveal")
def reveal_resident(act: Act, person_id: PersonId, body: RevealIn) -> ResidentOpened:
    """Write out what is masked, with a reason. Problem: ``reveal_reason_missing``."""
    require(act.officer, "residents.reveal")
    person = search.seen(act.session, person_id, act.officer)
    shown = frozenset(body.what)
    record_reveal(act.session, ("persons", person.id), by=act.by, reason=body.reason, shown=shown)
    record = record_of(act.session, person.id)
    fields = sorted({entry.feed.code for entry in record.entries} | shown)
    read_resident(act.session, person.id, by=act.by, purpose="residents.reveal", fields=fields)
    return ResidentOpened(
        person_id=person.id,
        name=(person.name or "") if IDENTITY in shown else masked_name(person.name),
        numbers=_numbers(act.session, record) if IDENTITY in shown else [],
        accounts=_accounts(act.session, record) if ACCOUNT in shown else [],
        record=as_json(record, sensitive=SENSITIVE in shown),
    )


@router.post("/{person_id}/account", status_code=201)
def ask_for_account(act: Act, person_id: PersonId, body: AccountIn) -> ChangeOut:
    """Ask that a person be paid to another account; a second officer has to agree.

    Problems: ``account_number_wrong``, ``bank_code_wrong``, ``same_account``, ``account_change_waiting``.
    """
    require(act.officer, "accounts.request")
    person = search.seen(act.session, person_id, act.officer)

    def do() -> ChangeOut:
        asked = request_change(
            act.session, person.id, account=body.account, bank_code=body.bank_code,
            bank_name=body.bank_name, reason=body.reason, by=act.officer,
            session_id=act.session_id,
        )  # fmt: skip
        return _change(act.session, person.id, asked.id)

    # What is kept to know the request again must not let anybody find the number by trying.
    blind = sealer().index(body.account, "account in a request").hex()[:40]
    return act.once(body.model_copy(update={"account": blind}), do, ChangeOut)


@router.post("/{person_id}/account/{change_id}")
def decide_account(
    act: Act, person_id: PersonId, change_id: UUID, body: AccountDecision
) -> ChangeOut:
    """Agree to a change of account, refuse it, or take one's own request back.

    Problems: ``second_officer_needed``, ``not_yours``, ``reason_needed``, ``illegal_move``.
    """
    person, verb = change_verb(act.session, act.officer, person_id, change_id, body.answer)

    def do() -> ChangeOut:
        verb(act.session, change_id, by=act.officer, reason=body.reason, session_id=act.session_id)
        return _change(act.session, person.id, change_id)

    return act.once(body, do, ChangeOut)


@router.post("/{person_id}/life", status_code=201)
def confirm_life(act: Act, person_id: PersonId, body: TownshipSaw) -> SeenOut:
    """Keep that a township saw the person alive, or confirms the death. Problem: ``day_impossible``."""
    require(act.officer, "life.confirm")
    person = search.seen(act.session, person_id, act.officer)
    verb: Callable[..., Confirmation] = {"alive": confirm_alive, "dead": confirm_dead}[body.answer]

    def do() -> SeenOut:
        kept = verb(
            act.session, person.id, on=body.day, organisation=body.organisation,
            reason=body.reason, by=act.officer, session_id=act.session_id,
        )  # fmt: skip
        return SeenOut(
            id=kept.id, person_id=person.id, answer=kept.answer, stated_on=kept.stated_on
        )

    return act.once(body, do, SeenOut)


def _numbers(session: Session, record: Record) -> list[str]:
    return [number_of(one, full=True) for one in around.identifiers(session, record.aliases)]


def _accounts(session: Session, record: Record) -> list[str]:
    found = around.accounts(session, record.aliases, record.known_at)
    return [card_of(one.account, full=True) for one in found]


def _change(session: Session, person_id: int, change_id: UUID) -> ChangeOut:
    one = next(each for each in changes_of(session, person_id) if each.id == change_id)
    names = (
        "id",
        "person_id",
        "state",
        "tail",
        "tail_now",
        "bank_name",
        "requested_at",
        "decided_at",
    )
    return ChangeOut(**{name: getattr(one, name) for name in names})
