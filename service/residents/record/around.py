"""What stands around the facts about a person: numbers, names, households, accounts, questions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.residents.models import (
    Account,
    AccountChange,
    AccountVerification,
    Confirmation,
    FeedRecord,
    Household,
    IdentityAct,
    IdentityDispute,
    Person,
    PersonIdentifier,
    PersonName,
    ReviewTask,
)
from service.residents.record.facts import Record

MEMBERS_SHOWN = 30


@dataclass(frozen=True)
class Member:
    """Somebody of a household."""

    person_id: int
    relation: str
    feed: str


@dataclass(frozen=True)
class Shared:
    """A household the person belongs to, with everybody who is named in it."""

    household_id: int
    kind: str
    """``hukou``, ``assist`` or ``land``."""
    code: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Paid:
    """An account and what the bank said about it."""

    account: Account
    verdict: str
    verified_on: date | None


def identifiers(session: Session, ids: Collection[int]) -> list[PersonIdentifier]:
    """Return a person's numbers, those in force first."""
    return list(
        session.scalars(
            select(PersonIdentifier)
            .where(PersonIdentifier.person_id.in_(ids))
            .order_by(PersonIdentifier.valid_to.desc().nulls_first(), PersonIdentifier.id)
        )
    )


def names(session: Session, ids: Collection[int], at: datetime) -> list[PersonName]:
    """Return the names a person was known by until then, newest first."""
    return list(
        session.scalars(
            select(PersonName)
            .where(PersonName.person_id.in_(ids), PersonName.known_from < at)
            .order_by(PersonName.known_from.desc(), PersonName.id.desc())
        )
    )


def people(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """Return {any id: canonical person}."""
    if not ids:
        return {}
    kept = func.coalesce(Person.merged_into, Person.id)
    found: dict[int, int] = {
        row[0]: row[1] for row in session.execute(select(Person.id, kept).where(Person.id.in_(ids)))
    }
    canonical = {
        one.id: one
        for one in session.scalars(select(Person).where(Person.id.in_(set(found.values()))))
    }
    return {given: canonical[kept_id] for given, kept_id in found.items() if kept_id in canonical}


def households(session: Session, record: Record) -> list[Shared]:
    """Return the households of what is shown, with their members as known at the same instant."""
    wanted = {
        entry.shown.household_id
        for entry in record.entries
        if entry.shown is not None and entry.shown.household_id is not None
    }
    if not wanted:
        return []
    members: dict[int, dict[int, Member]] = {}
    for row in session.execute(
        select(
            FeedRecord.household_id,
            FeedRecord.person_id,
            FeedRecord.feed,
            FeedRecord.data["relation"].astext.label("relation"),
        )
        .where(
            FeedRecord.household_id.in_(wanted),
            FeedRecord.person_id.is_not(None),
            FeedRecord.known_from < record.known_at,
            or_(FeedRecord.known_to.is_(None), FeedRecord.known_to >= record.known_at),
        )
        .order_by(FeedRecord.household_id, FeedRecord.id)
        .limit(MEMBERS_SHOWN * len(wanted))
    ):
        member = Member(row.person_id, row.relation or "", row.feed)
        members.setdefault(row.household_id, {}).setdefault(row.person_id, member)
    return [
        Shared(one.id, one.kind, one.code, tuple(members.get(one.id, {}).values()))
        for one in session.scalars(
            select(Household).where(Household.id.in_(wanted)).order_by(Household.kind, Household.id)
        )
    ]


def relations(record: Record) -> list[tuple[str, str, int]]:
    """Return (feed, field, person id) for everybody whom shown records name beside the person."""
    found = []
    for entry in record.entries:
        if entry.shown is None:
            continue
        for column in entry.feed.columns:
            other = entry.shown.data.get(column.kept_as)
            if not column.leads_to_person or column.field == "person" or other is None:
                continue
            if other not in record.aliases:
                found.append((entry.feed.code, column.field, int(other)))
    return found


def named(record: Record) -> set[int]:
    """Return everybody whom any version names, shown now or said before."""
    found = set()
    for entry in record.entries:
        kept = [one.kept_as for one in entry.feed.columns if one.leads_to_person]
        for said in entry.versions:
            found |= {int(said.data[field]) for field in kept if said.data.get(field) is not None}
    return found


def accounts(session: Session, ids: Collection[int], at: datetime) -> list[Paid]:
    """Return the accounts known by then, the one in force first, each with the bank's answer."""
    rows = session.execute(
        select(Account, AccountVerification)
        .outerjoin(
            AccountVerification,
            (AccountVerification.card_index == Account.card_index)
            & AccountVerification.person_id.in_(ids),
        )
        .where(Account.person_id.in_(ids), Account.known_from < at)
        .order_by(Account.known_to.desc().nulls_first(), Account.known_from.desc())
    )
    found: dict[int, Paid] = {}
    for account, answer in rows:
        verdict = answer.verdict if answer else ""
        found.setdefault(account.id, Paid(account, verdict, answer.verified_on if answer else None))
    return list(found.values())


def account_changes(session: Session, ids: Collection[int]) -> list[AccountChange]:
    """Return the changes of account that officers asked for, newest first."""
    return list(
        session.scalars(
            select(AccountChange)
            .where(AccountChange.person_id.in_(ids))
            .order_by(AccountChange.requested_at.desc())
        )
    )


def confirmations(session: Session, ids: Collection[int]) -> list[Confirmation]:
    """Return what townships said about whether the person lives, newest first."""
    return list(
        session.scalars(
            select(Confirmation)
            .where(Confirmation.person_id.in_(ids))
            .order_by(Confirmation.at.desc())
        )
    )


def tasks(session: Session, ids: Collection[int]) -> list[ReviewTask]:
    """Return the questions to departments about the person, the open ones first."""
    return list(
        session.scalars(
            select(ReviewTask)
            .where(ReviewTask.person_id.in_(ids))
            .order_by((ReviewTask.state == "open").desc(), ReviewTask.due_on)
        )
    )


def disputes(session: Session, ids: Collection[int]) -> list[IdentityDispute]:
    """Return the numbers of the person that two people carry, or carried."""
    return list(
        session.scalars(
            select(IdentityDispute)
            .where(IdentityDispute.person_id.in_(ids))
            .order_by(IdentityDispute.opened_at.desc())
        )
    )


def identity_acts(session: Session, ids: Sequence[int]) -> list[IdentityAct]:
    """Return the merges and splits the person had part in, newest first."""
    return list(
        session.scalars(
            select(IdentityAct)
            .where(or_(IdentityAct.kept_id.in_(ids), IdentityAct.other_id.in_(ids)))
            .order_by(IdentityAct.at.desc())
        )
    )
