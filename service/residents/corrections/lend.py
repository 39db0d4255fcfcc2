"""Let another value count for a time, on evidence; and end a correction, whatever came of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.residents.accounts.problems import SecondOfficerNeeded
from service.residents.corrections.ask import matter
from service.residents.corrections.problems import CorrectionEnded, LentAlready, LoanUnusable
from service.residents.identity.problems import given
from service.residents.models import FactCorrection

DAYS_MAX = 92
"""The longest that a temporary value counts: the county sets its own; illustrative."""


@dataclass(frozen=True)
class Loan:
    """A value as the snapshot writes it, the days it counts for, and what was seen that shows it."""

    value: str
    since: date
    until: date
    evidence: str


def lend(session: Session, correction_id: UUID, loan: Loan, *, by: Officer) -> FactCorrection:
    """Let a value count in the months from ``since`` to ``until``; ``by`` is another officer.

    Raises NotAllowed, NotFound, :class:`SecondOfficerNeeded`, :class:`CorrectionEnded`,
    :class:`LentAlready`, :class:`LoanUnusable`.
    """
    correction = _standing(session, correction_id, by, "corrections.lend")
    if correction.asked_by == str(by.id):
        raise SecondOfficerNeeded
    if correction.lent_at is not None:
        raise LentAlready
    today, evidence = clock.today(), loan.evidence.strip()
    in_time = today <= loan.until <= today + timedelta(days=DAYS_MAX)
    if not evidence or not in_time or loan.since > loan.until:
        raise LoanUnusable(DAYS_MAX)
    correction.value, correction.evidence = loan.value, evidence
    correction.since, correction.until = loan.since, loan.until
    correction.lent_by, correction.lent_at = str(by.id), clock.now()
    session.flush()
    # The value itself is a fact about somebody: in the trail it stands sealed, and can be erased.
    record(
        session,
        "correction.lent",
        by=by.actor(),
        on=("fact_corrections", correction.id),
        reason=evidence,
        details={
            "fact": correction.fact,
            "since": loan.since.isoformat(),
            "until": loan.until.isoformat(),
        },
        sealed={"value": str(loan.value), "evidence": evidence},
        about={"person": correction.person_id},
    )
    return correction


def end(session: Session, correction_id: UUID, *, reason: str, by: Officer) -> FactCorrection:
    """End a correction: the department has corrected its data, or they were right.

    From now on a look at any month takes the department's word again. Raises NotAllowed, NotFound,
    ReasonNeeded, :class:`CorrectionEnded`.
    """
    why = given(reason)
    correction = _standing(session, correction_id, by, "corrections.ask")
    correction.ended_by, correction.ended_at = str(by.id), clock.now()
    correction.ended_reason = why
    session.flush()
    record(
        session,
        "correction.ended",
        by=by.actor(),
        on=("fact_corrections", correction.id),
        reason=why,
        details={"fact": correction.fact},
    )
    return correction


def _standing(session: Session, correction_id: UUID, by: Officer, act: str) -> FactCorrection:
    require(by, act)
    found = session.get(FactCorrection, correction_id, with_for_update=True)
    if found is None:
        raise NotFound("correction")
    require(by, act, matter(session, found.person_id))
    if found.ended_at is not None:
        raise CorrectionEnded
    return found
