"""Find for whom somebody may look: what departments and the proxy register say, as valid today.

Three relations count, and none the other way round: the guardian whom civil affairs registered for a
child, the guardian of somebody in health care, and the holder of an account that two officers
registered to receive for others. The holder is known by the bank's own answer about the account, so
that nobody who is paid through it learns of the others.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, cast, or_, select
from sqlalchemy.orm import Session

from service.enquiry.whose import called
from service.foundation import clock
from service.foundation.encryption import sealer
from service.residents.accounts.current import current_account
from service.residents.identity.canonical import aliases, canonical
from service.residents.models import (
    AccountVerification,
    FeedRecord,
    IdentityDispute,
    Person,
    ProxyRegistration,
)

_FEEDS = ("MZ_CHILD", "WJ_PSY")
WARDS_MAX = 50


@dataclass(frozen=True)
class Ward:
    """Somebody for whom another looks; ``place`` is how the address calls the person."""

    place: int
    person_id: int
    name: str
    """The surname only, as it is read aloud."""
    relation: str
    """guardian or proxy."""
    key: str
    """How forms call the pair of the two: it stays the same while others come and go."""


def wards_of(session: Session, person_id: int) -> list[Ward]:
    """Return for whom a person may look today, in a fixed order."""
    own = aliases(session, person_id)
    today = clock.today()
    found: dict[int, str] = {}
    for ward in _in_care(session, own, today):
        found.setdefault(canonical(session, ward), "guardian")
    for ward in _represented(session, own, today):
        found.setdefault(canonical(session, ward), "proxy")
    allowed = sorted(found.keys() - set(own) - _disputed(session, found))
    people = session.scalars(select(Person).where(Person.id.in_(allowed)))
    names = {one.id: one.name for one in people}
    return [
        Ward(place, one, called(names.get(one)), found[one], _key(own[0], one))
        for place, one in enumerate(allowed[:WARDS_MAX], start=1)
    ]


def _key(person_id: int, ward_id: int) -> str:
    return sealer().index(f"{person_id} {ward_id}", "ward")[:12].hex()


def _in_care(session: Session, own: list[int], today: date) -> list[int]:
    guardian = cast(FeedRecord.data["guardian_person_id"].astext, BigInteger)
    rows = session.execute(
        select(FeedRecord.person_id, FeedRecord.feed, FeedRecord.data).where(
            FeedRecord.feed.in_(_FEEDS),
            FeedRecord.known_to.is_(None),
            FeedRecord.person_id.is_not(None),
            guardian.in_(own),
        )
    )
    return [ward for ward, feed, said in rows if _still(feed, said, today)]


def _still(feed: str, said: dict[str, object], today: date) -> bool:
    """Return whether a department's record says that the care goes on today."""
    if feed == "WJ_PSY":
        return said.get("managed") is True
    since, until = said.get("recognised_on"), said.get("ended_on")
    begun = not isinstance(since, str) or date.fromisoformat(since) <= today
    return begun and (not isinstance(until, str) or date.fromisoformat(until) > today)


def _represented(session: Session, own: list[int], today: date) -> list[int]:
    account = current_account(session, own[0])
    if account is None:
        return []
    holds = session.scalar(
        select(AccountVerification.id)
        .where(
            AccountVerification.card_index == account.card_index,
            AccountVerification.person_id.in_(own),
            AccountVerification.verdict == "match",
        )
        .limit(1)
    )
    if holds is None:
        return []
    return list(
        session.scalars(
            select(ProxyRegistration.person_id).where(
                ProxyRegistration.card_index == account.card_index,
                ProxyRegistration.approved_at.is_not(None),
                ProxyRegistration.valid_from <= today,
                or_(ProxyRegistration.valid_to.is_(None), ProxyRegistration.valid_to >= today),
            )
        )
    )


def _disputed(session: Session, found: dict[int, str]) -> set[int]:
    """Return those whose number two people dispute: it is not known whom the relation is about."""
    rows = session.scalars(
        select(IdentityDispute.person_id).where(
            IdentityDispute.person_id.in_(found), IdentityDispute.resolved_at.is_(None)
        )
    )
    return set(rows)
