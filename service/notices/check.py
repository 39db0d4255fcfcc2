"""Check that a batch's notice has run its days over exactly these lines."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation.problems import Problem
from service.notices.models import Notice
from service.programmes.versions import programme_of


class NoticeRunning(Problem):
    """The notice of a batch has not ended."""

    code = "notice_running"
    status = 409
    title = "The notice is still running"

    def __init__(self, batch: Batch, ends_on: date) -> None:
        super().__init__(
            f"The notice of {batch.batch_no} runs until {ends_on}; it can be approved from the next day.",
            f"{batch.batch_no} 公示至 {ends_on}，次日起方可审批。",
        )


class NoticeMissing(Problem):
    """The lines that would be approved were never posted."""

    code = "notice_missing"
    status = 409
    title = "These lines were not posted"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"{batch.batch_no} must be posted before it is approved; its present lines were not.",
            f"{batch.batch_no} 须先公示再审批，当前名单尚未公示。",
        )


def require_ended(session: Session, batch: Batch, *, on: date) -> None:
    """Raise unless the batch needs no notice, or its lines hung for all their days before ``on``.

    A re-issue repeats lines that were posted with the batch they come from.
    """
    rule = programme_of(session, batch.rule_digest, batch.programme).notice
    if rule.level == "none" or rule.days == 0 or batch.kind == "reissue":
        return
    notice = current(session, batch)
    if notice is None:
        raise NoticeMissing(batch)
    if notice.ends_on >= on:
        raise NoticeRunning(batch, notice.ends_on)


def current(session: Session, batch: Batch) -> Notice | None:
    """Return the notice of the batch's present lines, if posted."""
    return session.scalars(
        select(Notice).where(Notice.batch_id == batch.id, Notice.lines_root == batch.lines_root)
    ).first()
