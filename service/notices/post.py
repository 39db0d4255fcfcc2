"""Post a batch's notice, where its programme asks for one."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import move
from service.batches.models import Batch
from service.notices.models import Notice
from service.programmes.versions import programme_of


def post(session: Session, batch: Batch, *, on: date, by: Actor) -> Notice | None:
    """Post the frozen batch for its programme's days; return None where none is asked for.

    The first day is the day after posting. The same lines posted again are the same notice.
    """
    rule = programme_of(session, batch.rule_digest, batch.programme).notice
    if rule.level == "none" or rule.days == 0 or batch.lines_root is None:
        return None
    posted = session.scalars(
        select(Notice).where(Notice.batch_id == batch.id, Notice.lines_root == batch.lines_root)
    ).first()
    if posted is None:
        posted = Notice(
            batch_id=batch.id,
            level=rule.level,
            days=rule.days,
            posted_on=on,
            ends_on=on + timedelta(days=rule.days),
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
    return posted
