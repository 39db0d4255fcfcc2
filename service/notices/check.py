"""Check that a batch's notice has run its days over exactly these lines."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation import clock, ids
from service.foundation.problems import Problem
from service.notices.models import Notice, NoticeCheck
from service.programmes.versions import programme_of

SKEW_MAX = timedelta(minutes=5)
"""How far this machine's clock and the database's may be apart when days are counted."""


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


class EveryLineObjected(Problem):
    """Objections took every line out of a list."""

    code = "notice_nothing_left"
    status = 409
    title = "Every line is held by an objection"

    def __init__(self, batch: Batch) -> None:
        super().__init__(
            f"Every line of {batch.batch_no} is held by an objection; answer them, or return the list.",
            f"{batch.batch_no} 的全部明细均因异议暂缓，请先答复异议，或退回经办。",
        )


class ClocksDiffer(Problem):
    """The machine's clock and the database's disagree, so nobody knows which day it is."""

    code = "clocks_differ"
    status = 503
    title = "The clocks disagree"

    def __init__(self) -> None:
        super().__init__(
            "This machine's clock and the database's differ by more than five minutes, so nobody knows "
            "which day it is; nothing was approved or sent. Tell the administrator.",
            "服务器与数据库的时钟相差超过五分钟，无法确定日期，未审批也未发送，请告知系统管理员。",
        )


def require_ended(session: Session, batch: Batch, *, on: date) -> None:
    """Raise unless the batch needs no notice, or its lines hung for all their days before ``on``.

    A re-issue repeats lines that were posted with the batch they come from. That it was checked is
    kept: the database approves no batch without. The caller holds the batch's lock. Raises
    NoticeMissing, NoticeRunning, EveryLineObjected, ClocksDiffer.
    """
    rule = programme_of(session, batch.rule_digest, batch.programme).notice
    if not rule.is_asked or batch.kind == "reissue":
        _keep(session, batch, None, "reissue" if rule.is_asked else "not_asked", on)
        return
    require_same_clock(session)
    notice = current(session, batch)
    if notice is None:
        raise NoticeMissing(batch)
    if notice.ends_on >= on:
        raise NoticeRunning(batch, notice.ends_on)
    if not batch.frozen_count:
        raise EveryLineObjected(batch)
    _keep(session, batch, notice, "ended", on)


def current(session: Session, batch: Batch) -> Notice | None:
    """Return the notice of the batch's present lines, if posted."""
    return session.scalars(
        select(Notice).where(Notice.batch_id == batch.id, Notice.lines_root == batch.lines_root)
    ).first()


def require_same_clock(session: Session) -> None:
    """Raise :class:`ClocksDiffer` when this machine and the database disagree about the time."""
    theirs = session.scalar(select(func.clock_timestamp()))
    if theirs is None or abs(clock.now() - theirs) > SKEW_MAX:
        raise ClocksDiffer


def _keep(session: Session, batch: Batch, notice: Notice | None, reason: str, on: date) -> None:
    if batch.lines_root is None:
        return
    session.execute(
        insert(NoticeCheck)
        .values(
            id=ids.uuid7(),
            batch_id=batch.id,
            lines_root=batch.lines_root,
            notice_id=notice.id if notice else None,
            reason=reason,
            checked_on=on,
            checked_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
