"""Post a batch's notice, where its programme asks for one."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.batches.models import Batch
from service.foundation.working_days import last_day
from service.notices.models import Notice
from service.notices.shown import write_lines
from service.programmes.versions import programme_of


def post(session: Session, batch: Batch, *, on: date, by: Actor) -> Notice | None:
    """Post the frozen batch for its programme's days; return None where none is asked for.

    The first day is the day after posting. The same lines posted again are the same notice, and a
    re-issue repeats lines that hung with the batch they come from. The caller holds the batch's lock; raises IllegalMove.
    """
    rule = programme_of(session, batch.rule_digest, batch.programme).notice
    if not rule.is_asked or batch.lines_root is None or batch.kind == "reissue":
        return None
    posted = session.scalars(
        select(Notice).where(Notice.batch_id == batch.id, Notice.lines_root == batch.lines_root)
    ).first()
    is_new = posted is None
    if posted is None:
        counted = last_day(on, rule.days, working=rule.counted.value == "working")
        posted = Notice(
            number=_number(session, batch),
            batch_id=batch.id,
            level=rule.level,
            days=rule.days,
            counted=rule.counted.value,
            unknown_years=list(counted.unknown_years),
            shows=rule.shows.value,
            answer_days=rule.answer_days,
            posted_on=on,
            ends_on=counted.last,
            lines_root=batch.lines_root,
        )
        session.add(posted)
    move(
        session,
        batch,
        "noticed",
        by=by,
        details={
            "level": rule.level,
            "posted_on": posted.posted_on.isoformat(),
            "ends_on": posted.ends_on.isoformat(),
            "lines_root": batch.lines_root.hex(),
        },
    )
    if is_new:
        write_lines(session, posted)
    return posted


def _number(session: Session, batch: Batch) -> str:
    posted_before = session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(Notice.batch_id == batch.id, Notice.original_id.is_(None))
    )
    return f"{batch.batch_no}-G{(posted_before or 0) + 1}"
