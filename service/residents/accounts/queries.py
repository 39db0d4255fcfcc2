"""Every reading of changes and proxies: no account number, only its last four characters."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.identity.canonical import aliases
from service.residents.models import Account, AccountChange, ProxyRegistration


@dataclass(frozen=True)
class Change:
    """A change of account as a list or a person's record shows it."""

    id: UUID
    state: str
    person_id: int
    tail: str
    tail_now: str
    """Of the account the person is paid to now; empty if there is none."""
    bank_name: str
    reason: str
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


@dataclass(frozen=True)
class Proxy:
    """A registration as a list or a person's record shows it."""

    id: UUID
    person_id: int
    kind: str
    tail: str
    """Of the account that receives, if it is one of those known; else empty."""
    reason: str
    valid_from: date
    valid_to: date | None
    registered_by: str
    registered_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    holds: bool
    """Approved, and valid today."""


def waiting_changes(session: Session) -> list[Change]:
    """Return the changes that wait for a second officer, oldest first."""
    return _changes(session, AccountChange.state == "requested")


def changes_of(session: Session, person_id: int) -> list[Change]:
    """Return every change of a human being's account, oldest first."""
    return _changes(session, AccountChange.person_id.in_(aliases(session, person_id)))


def waiting_proxies(session: Session) -> list[Proxy]:
    """Return the registrations that wait for a second officer, oldest first."""
    still = ProxyRegistration.valid_to.is_(None) | (ProxyRegistration.valid_to >= clock.today())
    return _proxies(session, ProxyRegistration.approved_at.is_(None) & still)


def proxies_of(session: Session, person_id: int) -> list[Proxy]:
    """Return every registration about a human being, oldest first."""
    return _proxies(session, ProxyRegistration.person_id.in_(aliases(session, person_id)))


def _changes(session: Session, which: ColumnElement[bool]) -> list[Change]:
    now = (
        select(Account.tail)
        .where(Account.person_id == AccountChange.person_id, Account.known_to.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(AccountChange, now).where(which).order_by(AccountChange.requested_at)
    )
    return [
        Change(
            one.id, one.state, one.person_id, one.tail, tail or "", one.bank_name, one.reason,
            one.requested_by, one.requested_at, one.decided_by, one.decided_at, one.decision_reason,
        )
        for one, tail in rows
    ]  # fmt: skip


def _proxies(session: Session, which: ColumnElement[bool]) -> list[Proxy]:
    known = (
        select(func.max(Account.tail))
        .where(Account.card_index == ProxyRegistration.card_index)
        .scalar_subquery()
    )
    rows = session.execute(
        select(ProxyRegistration, known).where(which).order_by(ProxyRegistration.registered_at)
    )
    today = clock.today()
    return [
        Proxy(
            one.id, one.person_id, one.kind, tail or "", one.reason, one.valid_from, one.valid_to,
            one.registered_by, one.registered_at, one.approved_by, one.approved_at,
            holds=one.approved_at is not None
            and one.valid_from <= today
            and (one.valid_to is None or one.valid_to >= today),
        )
        for one, tail in rows
    ]  # fmt: skip
