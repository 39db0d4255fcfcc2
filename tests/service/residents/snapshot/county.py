"""A county of a few synthetic people, told feed by feed and then frozen."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation.months import Month
from service.residents.models import FeedRecord, Household, Person, Snapshot
from service.residents.snapshot import freeze, open_snapshot, read_table
from tests.factories.residents import (
    DeliveryFactory,
    FeedRecordFactory,
    HouseholdFactory,
    PersonFactory,
)

HUKOU: dict[str, Any] = {"birth": "1950-01-01", "division": "330523100200", "status": "正常"}


class County:
    """Says what departments say, in the test's transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def person(self, **hukou: Any) -> Person:
        """A person with an entry in the household register."""
        person: Person = PersonFactory.create()
        self.says("GA_HUKOU", person, **{**HUKOU, **hukou})
        return person

    def household(self, kind: str = "assist") -> Household:
        household: Household = HouseholdFactory.create(kind=kind)
        return household

    def delivers(self, feed: str) -> None:
        """A delivery of a feed that says nothing about anybody."""
        DeliveryFactory.create(feed=feed)

    def says(
        self,
        feed: str,
        person: Person | None = None,
        household: Household | None = None,
        **data: Any,
    ) -> FeedRecord:
        record: FeedRecord = FeedRecordFactory.create(
            feed=feed, person=person, household=household, data=data
        )
        return record

    def freeze(self, month: str = "2026-11", as_known_at: datetime | None = None) -> Snapshot:
        return freeze(self.session, Month.parse(month), by=SYSTEM, as_known_at=as_known_at)

    def table(self, name: str, month: str = "2026-11") -> dict[int, dict[str, Any]]:
        """Freeze, and return a table as key → row."""
        snapshot = self.freeze(month)
        open_snapshot(snapshot)
        rows = read(snapshot, name)
        return {next(value for key, value in row.items() if key == KEYS[name]): row for row in rows}

    def fact(self, person: Person, column: str, month: str = "2026-11") -> Any:
        """Freeze, and return one column of a person's row."""
        return self.table("person", month)[person.id][column]


KEYS = {"person": "person_id", "household": "household_id", "land": "land_household_id"}


def read(snapshot: Snapshot, table: str, folder: Path | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table of a snapshot."""
    rows: list[dict[str, Any]] = read_table(snapshot, table, folder).to_table().to_pylist()
    return rows
