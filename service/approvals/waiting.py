"""What waits for sign-offs: the steps an officer may take, what is late, and who keeps out."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from service.approvals.models import ApprovalExclusion, ApprovalStep
from service.approvals.progress import StepProgress, progress_of
from service.approvals.queries import InReview, in_review
from service.batches import figures, queries
from service.batches.models import Batch, BatchAct
from service.batches.words import programme_name
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.web.filters import day, yuan
from service.web.here import visit
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem

_STEPS_NAMED, _NAMES_SHOWN = 2, 3


def to_review(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each batch whose next step the officer may take, in person or for another."""
    if not may(officer, "approvals.decide"):
        return []
    today = clock.today()
    items = []
    for waiting in in_review(session, officer):
        batch = waiting.batch
        mine = [
            one
            for one in progress_of(session, batch, on=today)
            if one.state == "now" and officer in one.may_act
        ]
        if not mine:
            continue
        sums = figures.totals_of(session, [batch.id], officer)[batch.id]
        said = gettext("Review")
        items.append(
            WaitingItem(
                f"{said} {programme_name(batch.programme)} {batch.batch_no}",
                sums.payable,
                f"/batches/{batch.batch_no}/decide",
                waiting.since,
                _note(waiting, mine[0], today, sums.payable_fen),
            )
        )
    return items


def handed_on(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the batches the officer has acted on whose next step is somebody else's, and whose."""
    acted = exists().where(
        BatchAct.batch_id == Batch.id,
        BatchAct.round == Batch.round,
        BatchAct.officer_id == officer.id,
    )
    since = queries.since("submitted", "approved", "signed")
    rows = session.execute(
        select(Batch, since)
        .where(Batch.state.in_(("frozen", "noticed", "approved", "prepared")), acted)
        .order_by(since, Batch.batch_no)
    )
    today = clock.today()
    items = []
    for batch, handed_at in rows:
        steps = [one for one in progress_of(session, batch, on=today) if one.state == "now"]
        if any(officer in one.may_act for one in steps):
            continue
        items.append(
            WaitingItem(
                f"{programme_name(batch.programme)} {batch.batch_no}",
                batch.frozen_count or 0,
                f"/batches/{batch.batch_no}",
                handed_at,
                gettext("%(amount)s yuan to pay") % {"amount": yuan(batch.frozen_fen or 0)},
                gettext("; ").join(_owing(one) for one in steps[:_STEPS_NAMED])
                or gettext("the system writes the bank's files"),
            )
        )
    return items


def _owing(one: StepProgress) -> str:
    """Return a step with those who may take it; nobody is said plainly."""
    names = [officer.name for officer in one.may_act[:_NAMES_SHOWN]]
    if not names:
        return gettext("%(step)s: nobody is left who may") % {"step": step_name(one)}
    if len(one.may_act) > _NAMES_SHOWN:
        more = len(one.may_act) - _NAMES_SHOWN
        names.append(ngettext("%(num)s more", "%(num)s more", more) % {"num": more})
    who = gettext(", ").join(names)
    return gettext("%(step)s: %(who)s") % {"step": step_name(one), "who": who}


def late_steps(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the steps nobody took in time, for the duty that hears of it."""
    items = []
    today = clock.today()
    told = _told(session, officer)
    for waiting in in_review(session):
        if waiting.batch.id not in told:
            continue
        for one in progress_of(session, waiting.batch, on=today):
            is_told = officer.has(one.step.escalate_to)
            if one.state == "now" and is_told and (one.late or not one.may_act):
                items.append(_late(waiting, one))
    return items


def _told(session: Session, officer: Officer) -> set[UUID]:
    """Return the batches in review that have a step this officer's duties hear of, or none laid yet."""
    steps = exists().where(ApprovalStep.batch_id == Batch.id, ApprovalStep.round == Batch.round)
    heard = steps.where(ApprovalStep.escalate_to.in_(officer.duties))
    return set(
        session.scalars(
            select(Batch.id).where(Batch.state.in_(("frozen", "noticed")), or_(heard, ~steps))
        )
    )


def kept_out(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return the open batches of which some officer keeps out, for the auditor."""
    if not officer.has("auditor"):
        return []
    rows = session.execute(
        select(Batch, ApprovalExclusion)
        .join(ApprovalExclusion, ApprovalExclusion.batch_id == Batch.id)
        .where(Batch.state.in_(("frozen", "noticed", "approved", "prepared", "signed")))
        .order_by(ApprovalExclusion.found_at, Batch.batch_no)
    )
    said = gettext("An officer keeps out of")
    return [
        WaitingItem(
            f"{said} {programme_name(batch.programme)} {batch.batch_no}",
            found.lines,
            f"/batches/{batch.batch_no}/decide",
            found.found_at,
            gettext("the officer or a relative is paid by it"),
        )
        for batch, found in rows
    ]


def step_name(one: StepProgress) -> str:
    """Return what a step is called, with its township's digits."""
    name = one.step.name_zh if visit().language == "zh" else one.step.name_en
    return f"{name} {one.step.division}" if one.step.division else name


def _note(waiting: InReview, one: StepProgress, today: date, amount_fen: int) -> str:
    note = gettext("%(amount)s yuan to pay") % {"amount": yuan(amount_fen)}
    if waiting.ends_on is not None and waiting.ends_on >= today:
        return note + gettext("; notice until %(day)s") % {"day": day(waiting.ends_on)}
    if waiting.ends_on is not None:
        note += gettext("; notice ended on %(day)s") % {"day": day(waiting.ends_on)}
    if one.due_on is None:
        return note
    said = gettext("; late since %(day)s") if one.late else gettext("; due by %(day)s")
    return note + said % {"day": day(one.due_on)}


def _late(waiting: InReview, one: StepProgress) -> WaitingItem:
    batch = waiting.batch
    said = gettext("Past its deadline") if one.may_act else gettext("Nobody is left for")
    note = gettext("was due by %(day)s") % {"day": day(one.due_on)} if one.due_on else ""
    return WaitingItem(
        f"{said}: {step_name(one)} {programme_name(batch.programme)} {batch.batch_no}",
        batch.frozen_count or 0,
        f"/batches/{batch.batch_no}/decide",
        waiting.since,
        note,
    )
