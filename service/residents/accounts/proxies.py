"""The proxy register: who may receive for whom, until when, and which two officers say so."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.residents.about import about_person
from service.residents.accounts.current import current_account
from service.residents.accounts.numbers import account_number
from service.residents.accounts.problems import (
    AlreadyApproved,
    DaysReversed,
    NoAccount,
    ProxyEnded,
    ProxyKindUnknown,
    SecondOfficerNeeded,
)
from service.residents.identity.problems import given
from service.residents.models import Person, ProxyRegistration

KINDS = ("guardian", "institution", "couple", "other")


@dataclass(frozen=True)
class Term:
    """From the first to the last day, both included; without a last day until it is ended."""

    first: date
    last: date | None = None


def register_proxy(
    session: Session,
    person_id: int,
    *,
    kind: str,
    reason: str,
    term: Term,
    account: str = "",
    by: Officer,
    session_id: str = "",
) -> ProxyRegistration:
    """Register that an account receives for a person; it exempts nobody before it is approved.

    ``account`` is the number that receives; empty for the account the person is paid to now.
    Raises NotAllowed, NotFound, :class:`ProxyKindUnknown`, :class:`DaysReversed`,
    :class:`AccountNumberWrong`, :class:`NoAccount`, :class:`ReasonNeeded`.
    """
    require(by, "proxies.register")
    why = given(reason)
    if kind not in KINDS:
        raise ProxyKindUnknown
    if term.last is not None and term.last < term.first:
        raise DaysReversed
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    require(by, "proxies.register", about_person(session, person_id))
    proxy = ProxyRegistration(
        id=ids.uuid7(),
        card_index=_account_of(session, person_id, account),
        person_id=person_id,
        kind=kind,
        reason=why,
        valid_from=term.first,
        valid_to=term.last,
        registered_by=str(by.id),
        registered_at=clock.now(),
    )
    session.add(proxy)
    session.flush()
    record(
        session,
        "proxy.registered",
        by=by.actor(session_id),
        on=("proxy_registrations", proxy.id),
        reason=why,
        details={"person": person_id, "kind": kind},
    )
    return proxy


def approve_proxy(
    session: Session, proxy_id: UUID, *, by: Officer, session_id: str = ""
) -> ProxyRegistration:
    """Approve what another officer registered; from now on it counts while it is valid.

    Raises NotAllowed, NotFound, :class:`SecondOfficerNeeded`, :class:`AlreadyApproved`,
    :class:`ProxyEnded`.
    """
    require(by, "proxies.approve")
    proxy = _locked(session, proxy_id)
    require(by, "proxies.approve", about_person(session, proxy.person_id))
    if proxy.approved_at is not None:
        raise AlreadyApproved
    if _ended(proxy):
        raise ProxyEnded
    if proxy.registered_by == str(by.id):
        raise SecondOfficerNeeded
    proxy.approved_by, proxy.approved_at = str(by.id), clock.now()
    session.flush()
    record(
        session,
        "proxy.approved",
        by=by.actor(session_id),
        on=("proxy_registrations", proxy.id),
        details={"person": proxy.person_id, "kind": proxy.kind},
    )
    return proxy


def end_proxy(
    session: Session, proxy_id: UUID, *, on: date, reason: str, by: Officer, session_id: str = ""
) -> ProxyRegistration:
    """End a registration: ``on`` is the first day on which it does not hold any more.

    One officer may end what two began. Raises NotAllowed, NotFound, :class:`ProxyEnded`,
    :class:`ReasonNeeded`.
    """
    require(by, "proxies.register")
    why = given(reason)
    proxy = _locked(session, proxy_id)
    last = on - timedelta(days=1)
    if proxy.valid_to is not None and proxy.valid_to <= last:
        raise ProxyEnded
    proxy.valid_to = last
    session.flush()
    record(
        session,
        "proxy.ended",
        by=by.actor(session_id),
        on=("proxy_registrations", proxy.id),
        reason=why,
        details={"person": proxy.person_id, "from": on.isoformat()},
    )
    return proxy


def _account_of(session: Session, person_id: int, typed: str) -> bytes:
    if typed.strip():
        return account_number(typed).index
    account = current_account(session, person_id)
    if account is None:
        raise NoAccount
    return account.card_index


def _locked(session: Session, proxy_id: UUID) -> ProxyRegistration:
    proxy = session.get(ProxyRegistration, proxy_id, with_for_update=True, populate_existing=True)
    if proxy is None:
        raise NotFound("proxy")
    return proxy


def _ended(proxy: ProxyRegistration) -> bool:
    return proxy.valid_to is not None and proxy.valid_to < clock.today()
