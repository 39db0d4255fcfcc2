"""The notices that hang now and concern a village."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.notices.models import NoticeLine
from service.notices.queries import Posted, posted


@dataclass(frozen=True)
class Hanging:
    """One notice, and how many of the village's lines it shows by name and without."""

    posted: Posted
    division: str
    """The division to look at on its page."""
    named: int
    unnamed: int


def hanging(session: Session, codes: Collection[str], today: date) -> list[Hanging]:
    """Return them, the first to end first."""
    now = {one.notice.id: one for one in posted(session, on=today) if one.standing == "hanging"}
    named = func.count().filter(NoticeLine.name_masked.is_not(None))
    rows = session.execute(
        select(NoticeLine.notice_id, func.max(NoticeLine.division), named, func.count())
        .where(NoticeLine.notice_id.in_(now), NoticeLine.division.in_(codes))
        .group_by(NoticeLine.notice_id)
    )
    found = {
        notice: Hanging(now[notice], at or "", some, every - some)
        for notice, at, some, every in rows
    }
    return [found[one] for one in now if one in found]
