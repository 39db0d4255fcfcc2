"""Judge a delivery as a whole before anything of it is written: odd ones wait for the steward."""

from typing import Any

from psycopg import Cursor

from service.residents.feeds import Feed
from service.residents.importing.refusals import (
    NothingBelieved,
    TooFewRows,
    TooManyFaults,
    TooManyRows,
    UnusuallyFewRows,
)

_CURRENT_MIN = 100
"""Below this many current records a full delivery may end most of them; lists that small do move."""
_GROWN_FROM = 1_000
_COUNT = """
SELECT count(*), count(*) FILTER (WHERE i.record_key IS NULL AND s.record_key IS NULL)
FROM feed_records r
LEFT JOIN (SELECT DISTINCT record_key FROM incoming) i ON i.record_key = r.record_key
LEFT JOIN (SELECT DISTINCT record_key FROM spared) s ON s.record_key = r.record_key
WHERE r.feed = %(feed)s AND r.known_to IS NULL
"""
_USUAL = """
SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY rows_accepted) FROM (
    SELECT rows_accepted FROM deliveries
    WHERE feed = %(feed)s AND state = 'imported' AND mode = 'incremental'
    ORDER BY received_at DESC LIMIT 5) lately
"""
_USUAL_FROM = 3


def judge_faults(feed: Feed, mode: str, total: int, accepted: int, rejected: int) -> None:
    """Raise :class:`NothingBelieved` or :class:`TooManyFaults`.

    A corrected sheet may have many rows that are still wrong: they go back once more.
    """
    if rejected and not accepted:
        raise NothingBelieved(feed=feed.code, total=total)
    if mode != "correction" and rejected * 10_000 > feed.limits.fault_ratio_bp * total:
        raise TooManyFaults(feed, rejected, total)


def judge_full(cursor: Cursor[Any], feed: Feed, rows: int) -> None:
    """Raise :class:`TooFewRows` or :class:`TooManyRows` about a full delivery that is odd in size.

    It is compared with what is known now: how much of that would it end?
    """
    cursor.execute(_COUNT, {"feed": feed.code})
    current, ending = cursor.fetchone() or (0, 0)
    if (ending == current > 0 and not rows) or (
        current >= _CURRENT_MIN and ending * 10_000 > feed.limits.shrink_bp * current
    ):
        raise TooFewRows(feed=feed.code, rows=rows, ending=ending, current=current)
    if current >= _GROWN_FROM and rows > feed.limits.grow_times * current:
        raise TooManyRows(feed=feed.code, rows=rows, current=current)


def judge_incremental(cursor: Cursor[Any], feed: Feed, rows: int) -> None:
    """Raise :class:`UnusuallyFewRows` when a list of events has nearly dried up.

    Silence about a death or a move is read as "it did not happen", so here a short list is
    dangerous; corrections of cards or accounts are always short. Events vary from day to day, so
    only a tenth of what the last five usually brought is odd.
    """
    if not feed.event:
        return
    cursor.execute(_USUAL, {"feed": feed.code})
    count, usual = cursor.fetchone() or (0, None)
    if count >= _USUAL_FROM and usual is not None and _CURRENT_MIN <= usual > rows * 10:
        raise UnusuallyFewRows(feed=feed.code, rows=rows, usual=usual)
