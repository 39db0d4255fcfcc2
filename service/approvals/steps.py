"""A batch's steps: laid from its chain when its list is frozen, and how far they have been taken."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.approvals.chains.chain import ChainStep
from service.approvals.chains.in_force import chains_now
from service.approvals.conflicts import exclude
from service.approvals.models import ApprovalAct, ApprovalStep
from service.batches.models import Batch, Payment

IN_REVIEW = ("frozen", "noticed")
TOWNSHIP_DIGITS = 9


def steps_of(session: Session, batch: Batch) -> list[ApprovalStep]:
    """Return the steps of the batch's round in order; lays them first where a frozen list has none."""
    steps = laid(session, batch)
    if steps or batch.state not in IN_REVIEW:
        return steps
    chains = chains_now(session)
    chain = chains.for_batch(batch.programme, batch.frozen_fen or 0)
    rows: list[dict[str, Any]] = []
    for position, step in enumerate(chain.steps, start=1):
        divisions = _townships(session, batch) if step.each_township else [""]
        rows += [
            {
                "batch_id": batch.id,
                "round": batch.round,
                "position": position,
                "division": division,
                "chain": chain.code,
                "chain_digest": chains.digest,
                **_columns(step),
            }
            for division in divisions
        ]
    session.execute(insert(ApprovalStep).on_conflict_do_nothing(), rows)
    exclude(session, batch)
    return laid(session, batch)


def laid(session: Session, batch: Batch) -> list[ApprovalStep]:
    """Return the steps of the batch's round as they were laid; none while its maker has it."""
    return list(
        session.scalars(
            select(ApprovalStep)
            .where(ApprovalStep.batch_id == batch.id, ApprovalStep.round == batch.round)
            .order_by(ApprovalStep.position, ApprovalStep.division)
        )
    )


def taken(session: Session, batch: Batch) -> list[ApprovalAct]:
    """Return the approvals of the batch's round in the order of the steps and of time."""
    return list(
        session.scalars(
            select(ApprovalAct)
            .where(ApprovalAct.batch_id == batch.id, ApprovalAct.round == batch.round)
            .order_by(ApprovalAct.position, ApprovalAct.at, ApprovalAct.officer_id)
        )
    )


def open_steps(steps: Sequence[ApprovalStep], acts: Sequence[ApprovalAct]) -> list[ApprovalStep]:
    """Return the approvals that come next, side by side; none when all are given."""
    done = Counter((act.position, act.division) for act in acts)
    missing = [
        step
        for step in steps
        if step.kind == "approve" and done[step.position, step.division] < step.needed
    ]
    return [step for step in missing if step.position == missing[0].position]


def _columns(step: ChainStep) -> dict[str, Any]:
    return {
        "code": step.code,
        "kind": step.kind,
        "duty": step.duty,
        "organisation": step.organisation,
        "needed": step.people,
        "days": step.days,
        "escalate_to": step.escalate_to,
        "name_zh": step.zh,
        "name_en": step.en,
    }


def _townships(session: Session, batch: Batch) -> list[str]:
    """Return the townships that have lines on the frozen list, as their leading digits."""
    prefix = func.left(Payment.division, TOWNSHIP_DIGITS)
    found = session.scalars(
        select(prefix)
        .where(Payment.batch_id == batch.id, Payment.state == "frozen")
        .distinct()
        .order_by(prefix)
    )
    return [one or "" for one in found]
