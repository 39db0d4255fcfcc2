"""Somebody comes back from the province: check that it was begun here, ask who it is, and let in."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.record import record
from service.enquiry.identify import (
    IdNumberWrong,
    index_of,
    let_in,
    person_behind,
    understood,
)
from service.enquiry.models import ProvinceArrival
from service.enquiry.province.configured import Province
from service.enquiry.province.flow import MINUTES, Flow
from service.enquiry.province.problems import (
    REFUSALS,
    ProvinceBusy,
    ProvinceNumberMissing,
    ProvinceRefused,
)
from service.enquiry.province.provider import provider_of
from service.enquiry.province.tokens import number_for
from service.foundation import clock
from service.web.transactions import Opener

ARRIVALS_PER_MINUTE_MAX = 300


@dataclass(frozen=True)
class Answer:
    """What the province wrote into the address it led back to; all of it may be anybody's."""

    state: str
    code: str
    issuer: str
    error: str


def arrive(transaction: Opener, here: Province, flow: Flow | None, answer: Answer) -> str:
    """Return the token of a session for whoever comes back; a refusal is recorded and raised.

    Nobody waits for the province inside a transaction. Raises ProvinceSilent, ProvinceRefused,
    ProvinceNumberMissing, ProvinceBusy.
    """
    try:
        begun = _begun_here(flow, answer)
        with transaction() as session:
            _take(session, begun)
        number = _number(here, begun, answer)
    except REFUSALS as problem:
        with transaction() as session:
            record(
                session,
                "province.refused",
                by=SYSTEM,
                on=("province", here.client_id),
                details={"why": problem.why},
            )
        raise
    with transaction() as session:
        return _enter(session, here, number)


def _begun_here(flow: Flow | None, answer: Answer) -> Flow:
    """Return the flow that this answer belongs to: another browser's or another day's is refused."""
    if flow is None or not hmac.compare_digest(flow.state.encode(), answer.state.encode()):
        raise ProvinceRefused("state")
    if flow.is_over:
        raise ProvinceRefused("too_late")
    return flow


def _take(session: Session, flow: Flow) -> None:
    """Use a state, which can be done once; those that are too old to be used are forgotten."""
    now = clock.now()
    session.execute(
        delete(ProvinceArrival).where(
            ProvinceArrival.arrived_at < now - timedelta(minutes=2 * MINUTES)
        )
    )
    counted = select(func.count()).where(ProvinceArrival.arrived_at > now - timedelta(minutes=1))
    if (session.scalar(counted) or 0) >= ARRIVALS_PER_MINUTE_MAX:
        raise ProvinceBusy
    used = session.scalar(
        insert(ProvinceArrival)
        .values(state_hash=hashlib.sha256(flow.state.encode()).digest(), arrived_at=now)
        .on_conflict_do_nothing()
        .returning(ProvinceArrival.state_hash)
    )
    if used is None:
        raise ProvinceRefused("state_used")


def _number(here: Province, flow: Flow, answer: Answer) -> str:
    names_itself = provider_of(here).names_itself
    if (answer.issuer or names_itself) and answer.issuer != here.issuer:
        raise ProvinceRefused("another_issuer")
    if answer.error or not answer.code:
        raise ProvinceRefused("not_completed")
    try:
        return understood(number_for(here, flow, answer.code))
    except IdNumberWrong:
        raise ProvinceNumberMissing("number_wrong") from None


def _enter(session: Session, here: Province, number: str) -> str:
    person_id = person_behind(session, index_of(number))
    token = let_in(session, person_id, way="province")
    if person_id is None:
        record(session, "province.passed", by=SYSTEM, on=("province", here.client_id))
        return token
    record(
        session,
        "resident.entered",
        by=Actor(kind="resident", id=str(person_id)),
        on=("persons", person_id),
        details={"by": "province"},
    )
    return token
