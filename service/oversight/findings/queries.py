"""Every reading of findings: the list with its filters, one finding, tallies, what is overdue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.officers.may import may
from service.officers.models import Officer
from service.oversight.findings.models import AuditFinding, FindingNote

FINDINGS_PER_PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """What a list shows; empty means everything. ``month`` is the one in which it was opened."""

    state: str = ""
    severity: str = ""
    office: str = ""
    month: str = ""
    """Of opening, ``2026-11``."""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filters as conditions; ``overdue`` is open after its day."""
        found: list[ColumnElement[bool]] = []
        if self.state == "overdue":
            found.append(overdue())
        elif self.state:
            found.append(AuditFinding.state == self.state)
        if self.severity:
            found.append(AuditFinding.severity == self.severity)
        if self.office:
            found.append(AuditFinding.organisation == self.office)
        if self.month:
            first = Month.parse(self.month).first_day
            after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            found.append(AuditFinding.opened_at >= _midnight(first))
            found.append(AuditFinding.opened_at < _midnight(after))
        return found


@dataclass(frozen=True)
class Tally:
    """How many findings stand how, and how much money they are about."""

    open: int
    overdue: int
    answered: int
    accepted: int
    closed: int
    amount_fen: int


def overdue() -> ColumnElement[bool]:
    """Select findings whose office did not answer by its day."""
    return (AuditFinding.state == "open") & (AuditFinding.due_on < clock.today())


def seen_by(officer: Officer) -> ColumnElement[bool]:
    """Select what an officer may see: an auditor everything, others what was put to their office,
    or what their office hears of because one below did not answer."""
    if may(officer, "findings.write"):
        return true()
    return (AuditFinding.organisation == officer.organisation) | (
        AuditFinding.escalated_to == officer.organisation
    )


def find(
    session: Session, wanted: Wanted, seen: ColumnElement[bool], *, page: int = 1
) -> tuple[list[AuditFinding], int]:
    """Return one page of findings, the newest first, and how many there are."""
    query = select(AuditFinding).where(seen, *wanted.conditions())
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(
        query.order_by(AuditFinding.number.desc())
        .offset((page - 1) * FINDINGS_PER_PAGE)
        .limit(FINDINGS_PER_PAGE)
    )
    return list(found), total


def by_day(session: Session, seen: ColumnElement[bool], *, most: int) -> list[AuditFinding]:
    """Return findings that are neither closed nor withdrawn, the nearest day to answer first."""
    chosen = select(AuditFinding).where(
        seen, AuditFinding.state.in_(("open", "answered", "accepted"))
    )
    found = session.scalars(chosen.order_by(AuditFinding.due_on, AuditFinding.number).limit(most))
    return list(found)


def every(session: Session, wanted: Wanted, seen: ColumnElement[bool]) -> Sequence[AuditFinding]:
    """Return all of a list, the oldest first, for a file or a report."""
    return session.scalars(
        select(AuditFinding).where(seen, *wanted.conditions()).order_by(AuditFinding.number)
    ).all()


def tally(session: Session, wanted: Wanted, seen: ColumnElement[bool]) -> Tally:
    """Return how many findings of a list stand how."""
    state = AuditFinding.state
    row = session.execute(
        select(
            func.count().filter(state == "open"),
            func.count().filter(overdue()),
            func.count().filter(state == "answered"),
            func.count().filter(state == "accepted"),
            func.count().filter(state == "closed"),
            func.coalesce(func.sum(AuditFinding.amount_fen), 0),
        ).where(seen, *wanted.conditions())
    ).one()
    return Tally(*(int(one) for one in row))


def by_no(session: Session, finding_no: str, by: Officer, *, locked: bool = False) -> AuditFinding:
    """Return the finding that people call ``A000123``, as if it were not there to whom it is none
    of his business; raises NotFound.
    """
    spoken = re.fullmatch(r"A([0-9]{1,12})", finding_no)
    if spoken is None:
        raise NotFound("finding")
    query = select(AuditFinding).where(AuditFinding.number == int(spoken[1]), seen_by(by))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("finding")
    return found


def notes_of(session: Session, finding: AuditFinding) -> Sequence[FindingNote]:
    """Return what was said about a finding, in order."""
    query = select(FindingNote).where(FindingNote.finding_id == finding.id)
    return session.scalars(query.order_by(FindingNote.id)).all()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.SHANGHAI)
