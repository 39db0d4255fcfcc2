"""What a database knows after its imports, by what people are called outside: ids may differ."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation.database import Base, make_engine
from service.foundation.jobs import Job
from service.residents.models import (
    Account,
    Delivery,
    DeliveryContent,
    FeedRecord,
    IdentityDispute,
    Person,
    PersonIdentifier,
    PersonName,
    RejectedRow,
)

_Row = TypeVar("_Row", bound=Base)


def picture(url: str) -> dict[str, Any]:
    """Return everything imports write, each part sorted: two equal pictures are two equal counties."""
    engine = make_engine(url)
    with Session(engine) as session:
        found = _Looking(session).everything()
    engine.dispose()
    return found


class _Looking:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._people = {
            one.person_id: one.value_index.hex()
            for one in session.scalars(select(PersonIdentifier))
        }
        self._sent = {
            one.id: f"{one.feed} {one.as_of} {one.mode}"
            for one in session.scalars(select(Delivery))
        }

    def everything(self) -> dict[str, Any]:
        spoken = {str(key): name for key, name in self._sent.items()}
        return {
            "people": sorted(self._people.values()),
            "persons": self._count(Person),
            "contents": self._count(DeliveryContent),
            "jobs": self._all(Job, lambda one: one.kind),
            # Saying the same bytes again is told each time it is done, and may be done again.
            "acts": [
                act
                for act in self._all(
                    AuditEntry, lambda one: f"{one.act} {spoken.get(one.object_id, '')}"
                )
                if not act.startswith("feed.said_again")
            ],
            **self._delivered(),
        }

    def _delivered(self) -> dict[str, list[str]]:
        people, sent = self._people, self._sent
        return {
            "deliveries": self._all(
                Delivery,
                lambda one: (
                    f"{sent[one.id]} {one.state} {one.sha256.hex()} {one.rows_total} "
                    f"{one.rows_accepted} {one.rows_rejected} {one.rows_unchanged} {one.rows_late} "
                    f"{one.rows_ended} {one.filled} {one.notices} {one.refusal}"
                ),
            ),
            "records": self._all(
                FeedRecord,
                lambda one: (
                    f"{sent[one.delivery_id]} {people[one.person_id or 0]} {one.row_no} "
                    f"{sorted(one.data.items(), key=str)} {one.known_to is None}"
                ),
            ),
            "accounts": self._all(
                Account,
                lambda one: (
                    f"{people[one.person_id]} {one.card_index.hex()} {one.status} "
                    f"{one.known_to is None}"
                ),
            ),
            "names": self._all(
                PersonName, lambda one: f"{people[one.person_id]} {one.name} {one.known_to is None}"
            ),
            "rejected": self._all(
                RejectedRow, lambda one: f"{sent[one.delivery_id]} {one.row_no} {one.faults}"
            ),
            "disputes": self._all(
                IdentityDispute, lambda one: f"{people[one.person_id]} {one.why}"
            ),
        }

    def _all(self, model: type[_Row], said: Callable[[_Row], str]) -> list[str]:
        return sorted(said(one) for one in self._session.scalars(select(model)))

    def _count(self, model: type[Base]) -> int:
        return self._session.scalar(select(func.count()).select_from(model)) or 0
