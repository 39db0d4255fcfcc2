"""Whom the lists of a page wait for: the open step of each and by when, in a few statements for all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from service.approvals.deadlines import due_on, possible_since
from service.approvals.models import ApprovalAct, ApprovalStep
from service.approvals.steps import IN_REVIEW, open_steps, steps_of
from service.batches.models import Batch, BatchAct
from service.batches.waits import Wait
from service.foundation import clock
from service.notices.models import Notice
from service.web.filters import day
from service.web.here import visit
from service.web.language import gettext

Kept = TypeVar("Kept", ApprovalStep, ApprovalAct, BatchAct)


def waits(session: Session, batches: Sequence[Batch]) -> Mapping[UUID, Wait]:
    """Return which step each list waits for; a frozen list that has no steps yet gets them laid."""
    today = clock.today()
    steps = _by_batch(session, ApprovalStep, batches)
    given = _by_batch(session, ApprovalAct, batches)
    acts = _by_batch(session, BatchAct, batches)
    ends = _notices(session, batches)
    found = {}
    for batch in batches:
        mine = sorted(steps[batch.id], key=_place) or steps_of(session, batch)
        ends_on = ends.get(batch.id)
        if batch.state in IN_REVIEW and ends_on is not None and ends_on >= today:
            found[batch.id] = Wait(
                gettext("its public notice until %(day)s") % {"day": day(ends_on)}
            )
        elif mine:
            wait = _wait(batch, mine, given[batch.id], acts[batch.id], ends_on, today)
            found |= {batch.id: wait} if wait else {}
    return found


def _wait(
    batch: Batch,
    steps: list[ApprovalStep],
    given: list[ApprovalAct],
    acts: list[BatchAct],
    ends_on: date | None,
    today: date,
) -> Wait | None:
    if batch.state in IN_REVIEW:
        step = next(iter(open_steps(steps, given)), None)
        has = sum(_place(one) == _place(step) for one in given) if step else 0
    else:
        step, has = _signing(steps, sum(one.act == "signed" for one in acts))
    if step is None:
        return None
    began = [clock.civil(one.at).date() for one in acts if one.act == "submitted"]
    began = began or [clock.civil(batch.built_at).date()]
    if ends_on is not None:
        began.append(ends_on + timedelta(days=1))
    by = due_on(step, possible_since(step, steps, given, max(began)))
    name = step.name_zh if visit().language == "zh" else step.name_en
    if step.needed > 1:
        name += f" {has}/{step.needed}"
    late = by < today
    said = gettext("%(step)s, late since %(day)s") if late else gettext("%(step)s, due by %(day)s")
    return Wait(said % {"step": name, "day": day(by)}, late)


def _place(step: ApprovalStep | ApprovalAct) -> tuple[int, str]:
    return step.position, step.division


def _signing(steps: list[ApprovalStep], signed: int) -> tuple[ApprovalStep | None, int]:
    """Return the signature that is still missing, and how many of its people have signed."""
    for step in steps:
        if step.kind == "sign":
            if signed < step.needed:
                return step, signed
            signed -= step.needed
    return None, 0


def _by_batch(
    session: Session, kind: type[Kept], batches: Iterable[Batch]
) -> dict[UUID, list[Kept]]:
    """Return what is kept of each batch's present round."""
    rounds = [(batch.id, batch.round) for batch in batches]
    found: dict[UUID, list[Kept]] = defaultdict(list)
    for one in session.scalars(select(kind).where(tuple_(kind.batch_id, kind.round).in_(rounds))):
        found[one.batch_id].append(one)
    return found


def _notices(session: Session, batches: Iterable[Batch]) -> dict[UUID, date]:
    """Return the last day of the notice over each batch's present lines."""
    rows = session.execute(
        select(Notice.batch_id, Notice.ends_on)
        .join(Batch, (Batch.id == Notice.batch_id) & (Batch.lines_root == Notice.lines_root))
        .where(Batch.id.in_([batch.id for batch in batches]))
    )
    return {batch_id: ends_on for batch_id, ends_on in rows}  # noqa: C416 - rows are tuples of two
