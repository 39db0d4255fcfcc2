"""Whose step it is: the duty, the office, the township – in person, or for somebody absent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.absences import absence_of, standing
from service.approvals.chains.staffing import place_of
from service.approvals.conflicts import excluded
from service.approvals.models import ApprovalAct, ApprovalStep, Delegation
from service.approvals.problems import NotDelegated, NotYourStep
from service.batches.models import Batch, BatchAct
from service.officers.models import Officer


@dataclass(frozen=True)
class Taking:
    """A step that an officer may take now, and for whom if not for himself."""

    step: ApprovalStep
    delegation: Delegation | None = None


def fits(step: ApprovalStep, officer: Officer) -> bool:
    """Return whether a step is this officer's by duty, office and township."""
    return place_of(step).fits(officer)


def taking(
    session: Session,
    batch: Batch,
    steps: Sequence[ApprovalStep],
    officer: Officer,
    *,
    on: date,
    acting_for: Officer | None = None,
) -> Taking:
    """Return which of the steps side by side an officer takes; ``on`` is today's civil date.

    In person where the step is the officer's own, else for whoever delegated it. Raises
    NotYourStep, NotDelegated (``acting_for`` has not delegated to this officer for the day).
    """
    if acting_for is None:
        for step in steps:
            if fits(step, officer):
                return Taking(step)
    acts = {act.officer_id for act in _acts(session, batch)}
    for delegation in standing(session, on=on, delegate=officer):
        absent = session.get_one(Officer, delegation.absent_id)
        if acting_for is not None and absent.id != acting_for.id:
            continue
        for step in steps:
            if fits(step, absent) and absent.id not in acts:
                return Taking(step, delegation)
    if acting_for is not None and not any(
        one.absent_id == acting_for.id for one in standing(session, on=on, delegate=officer)
    ):
        raise NotDelegated(acting_for)
    raise NotYourStep(batch, steps[0].name_en, steps[0].name_zh)


def who_may(
    session: Session, batch: Batch, step: ApprovalStep, acts: Sequence[ApprovalAct], *, on: date
) -> list[Officer]:
    """Return who may take a step now, by name: never who has acted, keeps out, or is absent."""
    out = {
        *excluded(session, batch),
        *(act.officer_id for act in _acts(session, batch)),
        *(act.for_officer_id for act in acts if act.for_officer_id),
    }
    found: dict[UUID, Officer] = {}
    for officer in session.scalars(
        select(Officer).where(Officer.active, Officer.duties.contains([step.duty]))
    ):
        if officer.id in out or not fits(step, officer):
            continue
        away = absence_of(session, officer, on=on)
        if away is None:
            found[officer.id] = officer
        elif away.delegate_id is not None and away.delegate_id not in out:
            delegate = session.get_one(Officer, away.delegate_id)
            if delegate.active:
                found[delegate.id] = delegate
    return sorted(found.values(), key=lambda one: (one.name, one.username))


def _acts(session: Session, batch: Batch) -> list[BatchAct]:
    return list(
        session.scalars(
            select(BatchAct).where(BatchAct.batch_id == batch.id, BatchAct.round == batch.round)
        )
    )
