"""Who looked at whom: counted by officer beside colleagues of the same duties, and listed by resident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from sqlalchemy import ColumnElement, Text, case, cast, distinct, func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Payment
from service.officers.models import Officer
from service.oversight.reading.record import EXPORTED, LISTED
from service.oversight.search.find import Entry, Which, about, entries_of
from service.oversight.search.told import OWN_READING
from service.oversight.words.things import Thing
from service.residents.identity.canonical import aliases

READ, REVEALED, GIVEN_OUT = "resident.read", "resident.revealed", "workbook.given_out"
_ONE_PERSON = (READ, REVEALED)
UNUSUAL_TIMES, UNUSUAL_MIN = 3, 30
"""So many times what colleagues of the same duties looked at, and not a handful: worth a question."""
_FIRST_HOUR, _LAST_HOUR = 7, 20
LOOKS_MAX = 500


@dataclass(frozen=True)
class Looked:
    """What one officer looked at in a time; ``usual`` is the middle of those of the same duties."""

    officer: Officer
    looks: int
    residents: int
    revealed: int
    off_hours: int
    usual: int

    @property
    def is_unusual(self) -> bool:
        return self.residents >= UNUSUAL_MIN and self.residents > UNUSUAL_TIMES * self.usual


def by_officer(session: Session, since: datetime, until: datetime) -> list[Looked]:
    """Return who looked at residents' data from a moment to another, the most residents first."""
    hour = func.extract("hour", func.timezone("Asia/Shanghai", AuditEntry.at))
    rows = session.execute(
        select(
            Officer,
            func.count(),
            func.count(distinct(AuditEntry.object_id)),
            _how_many(AuditEntry.act == REVEALED),
            _how_many((hour < _FIRST_HOUR) | (hour >= _LAST_HOUR)),
        )
        .join(AuditEntry, AuditEntry.actor_id == cast(Officer.id, Text))
        .where(
            AuditEntry.act.in_(_ONE_PERSON),
            AuditEntry.at >= since,
            AuditEntry.at < until,
            AuditEntry.object_type == "persons",
        )
        .group_by(Officer.id)
    ).all()
    alike: dict[tuple[str, ...], list[int]] = {}
    for officer, _, residents, _, _ in rows:
        alike.setdefault(_duties(officer), []).append(residents)
    found = [
        Looked(officer, looks, residents, revealed, off, median_low(alike[_duties(officer)]))
        for officer, looks, residents, revealed, off in rows
    ]
    return sorted(found, key=lambda one: (-one.residents, one.officer.username))


def at_person(session: Session, person_id: int) -> list[Entry]:
    """Return the newest looks at one resident, alone or on a list that was shown or given out whole.

    A page of a list shows a part of it: such an entry says that the resident may have been seen.
    """
    ids = aliases(session, person_id)
    batches = session.scalars(
        select(Payment.batch_id).where(Payment.payee_person_id.in_(ids)).distinct()
    )
    things: list[Thing] = [("persons", str(one)) for one in ids]
    things += [("batches", str(one)) for one in batches]
    acts = {*_ONE_PERSON, *OWN_READING, LISTED, EXPORTED, GIVEN_OUT, "evidence.packed"}
    return about(session, things, LOOKS_MAX, acts=sorted(acts))


def of_auditors(session: Session) -> list[Entry]:
    """Return the newest looks of auditors: searches, files, timelines."""
    return entries_of(session, Which(acts=list(OWN_READING)), LOOKS_MAX)


def _how_many(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def _duties(officer: Officer) -> tuple[str, ...]:
    return tuple(sorted(_plain(officer.duties)))


def _plain(duties: Sequence[str]) -> list[str]:
    return [one.partition(":")[0] for one in duties]
