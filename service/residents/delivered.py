"""Which feeds have been delivered at all: without them, "no record" would mean nothing."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.problems import Problem
from service.residents.models import Delivery

EVENT_FEEDS = ("GA_HUKOU", "GA_DEREG", "GA_MIG", "WJ_DEATH", "MZ_CREM", "SF_PRISON")
"""Feeds whose silence about a person is read as "it did not happen": deaths, moves, prison."""


class FeedsMissing(Problem):
    """Feeds that a month cannot do without were never delivered."""

    code = "feeds_missing"
    status = 409
    title = "Feeds are missing"

    def __init__(self, missing: Iterable[str]) -> None:
        listed = ", ".join(missing)
        super().__init__(
            f"These feeds were never delivered: {listed}. Without them nobody can be said to be alive and "
            "resident, so nothing is assessed; ask their departments.",
            f"以下数据源从未交付：{listed}。缺少这些数据无法确认对象健在与户籍，本月不予核定，请联系相关部门。",
        )


def require_event_feeds(session: Session) -> None:
    """Raise :class:`FeedsMissing` unless every event feed was delivered at least once."""
    delivered = set(
        session.scalars(select(Delivery.feed).where(Delivery.state == "imported").distinct())
    )
    missing = [feed for feed in EVENT_FEEDS if feed not in delivered]
    if missing:
        raise FeedsMissing(missing)
