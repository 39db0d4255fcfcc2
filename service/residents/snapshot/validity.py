"""Which of several words about somebody held in a past month, where the words have no day of their own.

A department's list says a grade, a level, a roll's size, and not since when. Frozen for a month that
is over, such a value is the one that held on the month's last day: it holds from the day of the
delivery that first said it, or from the day of its event where the record names another one than
the word before. What was never said of the month is what its own lists relied on, or else unknown.
A full list that no longer names somebody ends its word on its own day, for no month before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import sql

from service.foundation import clock
from service.foundation.months import Month
from service.residents.feeds import ALWAYS, SINCE_DELIVERY, Feed

# ``later``: records that were said, or ended, after the month. Only these need looking behind.
_THEN = sql.SQL(
    """
    (WITH later AS MATERIALIZED (
        SELECT r.id, r.record_key FROM feed_records r JOIN deliveries d ON d.id = r.delivery_id
        WHERE r.feed = {code} AND {known}{only}
          AND coalesce(d.first_as_of, d.as_of) > {last_day}
        UNION ALL
        {ended}
    ), version AS MATERIALIZED (
        SELECT v.record_key, v.id, v.data, v.known_from, d.received_at,
               coalesce(d.first_as_of, d.as_of) AS as_of
        FROM feed_records v JOIN deliveries d ON d.id = v.delivery_id
        WHERE v.feed = {code} AND v.known_from <= {at}
          AND v.record_key IN (SELECT record_key FROM later)
    ), {groups}
    SELECT {code}, r.id, r.person_id, r.household_id, r.delivery_id, {fields}
    FROM feed_records r LEFT JOIN later ON later.id = r.id {joins}
    WHERE r.feed = {code} AND (later.id IS NOT NULL OR {known}){only})
    """
)
# Of a person who was merged another record may stand for this one; then nothing is concluded.
_ENDED = sql.SQL(
    """
    SELECT * FROM (
        SELECT DISTINCT ON (r.record_key) r.id, r.record_key
        FROM feed_records r JOIN deliveries d ON d.id = r.delivery_id
        WHERE r.feed = {code} AND r.known_to <= {at} AND r.known_from < r.known_to{only}
          AND coalesce((
              SELECT e.as_of FROM deliveries e
              WHERE e.feed = {code} AND e.mode = 'full' AND e.state = 'imported'
                AND coalesce(e.decided_at, e.received_at) <= r.known_to
              ORDER BY coalesce(e.decided_at, e.received_at) DESC, e.id DESC LIMIT 1
          ), (r.known_to AT TIME ZONE 'Asia/Shanghai')::date) > {last_day}
          AND NOT EXISTS (SELECT FROM feed_records n WHERE n.feed = {code}
                          AND n.record_key = r.record_key AND n.known_from <= {at}
                          AND (n.known_to IS NULL OR n.known_to > {at}))
          AND NOT EXISTS (SELECT FROM persons m WHERE m.merged_into IS NOT NULL
                          AND r.person_id IN (m.id, m.merged_into))
        ORDER BY r.record_key, coalesce(d.first_as_of, d.as_of) DESC, d.received_at DESC, r.id DESC
    ) ended
    """
)
_GROUP = sql.SQL(
    """
    {name} AS (
        SELECT DISTINCT ON (record_key) record_key, data FROM (
            SELECT *, CASE WHEN row_number() OVER said = 1 THEN coalesce({event}, {begins}, as_of)
                           WHEN {event} IS DISTINCT FROM lag({event}) OVER said
                           THEN coalesce({event}, as_of) ELSE as_of END AS since
            FROM version
            WINDOW said AS (PARTITION BY record_key ORDER BY as_of, received_at, id)
        ) word
        WHERE since <= {last_day} OR known_from <= {relied_at}
        ORDER BY record_key, since <= {last_day} DESC, as_of DESC, received_at DESC, id DESC
    )
    """
)


@dataclass(frozen=True)
class Then:
    """A month that is over, looked at from ``at``."""

    last_day: date
    at: datetime
    relied_at: datetime
    """What was known by then counts for the month where nothing that was said of it is known."""


def then_of(month: Month, at: datetime | None, relied_at: datetime | None) -> Then | None:
    """Return how to look at a month from ``at`` (now if not given); None while it is not over.

    ``relied_at`` is when the month's own lists were decided; not given, they are decided now.
    """
    instant = at or clock.now()
    if month.last_day >= clock.civil(instant).date():
        return None
    return Then(month.last_day, instant, relied_at or instant)


def records_then(
    feed: Feed,
    fields: Sequence[tuple[str, sql.SQL]],
    then: Then,
    *,
    known: sql.Composable,
    only: sql.Composable,
    spare: int,
) -> sql.Composed:
    """Return the select of a feed's records as they held in a month that is over.

    ``fields`` are names with the expression that reads each from ``{data}``; ``spare`` columns
    without anything follow them.
    """
    shared = {
        "code": sql.Literal(feed.code), "last_day": sql.Literal(then.last_day),
        "at": sql.Literal(then.at), "known": known, "only": only,
        "relied_at": sql.Literal(then.relied_at),
    }  # fmt: skip
    events = {event: sql.Identifier(f"held_{n}") for n, event in enumerate(feed.undated)}
    of_field = {
        feed.column(name).kept_as: event for event, names in feed.undated.items() for name in names
    }
    return _THEN.format(
        ended=_ENDED.format(**shared),
        groups=sql.SQL(", ").join(
            _GROUP.format(
                name=name,
                event=_day(feed, event),
                # What is said with a day, first of all, holds since the record itself is true.
                begins=_day(feed, feed.valid_from if event else SINCE_DELIVERY),
                **shared,
            )
            for event, name in events.items()
        ),
        joins=sql.SQL(" ").join(
            sql.SQL("LEFT JOIN {name} ON {name}.record_key = later.record_key").format(name=name)
            for name in events.values()
        ),
        fields=sql.SQL(", ").join(
            [
                *(_field(read, events.get(of_field.get(name, ALWAYS))) for name, read in fields),
                *[sql.SQL("NULL::text")] * spare,
            ]
        ),
        **shared,
    )


def _day(feed: Feed, event: str) -> sql.Composable:
    """Return the day of a record's event: a date, the first day of a year, or none at all."""
    if event == SINCE_DELIVERY:
        return sql.SQL("NULL::date")
    value = sql.SQL("(data ->> {})").format(sql.Literal(event))
    if feed.no_later and event == feed.valid_from:
        latest = sql.SQL("(data ->> {})").format(sql.Literal(feed.no_later))
        return sql.SQL("least({}::date, {}::date)").format(value, latest)
    if feed.column(event).type == "date":
        return sql.SQL("{}::date").format(value)
    return sql.SQL("make_date({}::int, 1, 1)").format(value)


def _field(expression: sql.SQL, held: sql.Identifier | None) -> sql.Composable:
    now = expression.format(data=sql.SQL("r.data"))
    if held is None:
        return now
    then = expression.format(data=sql.SQL("{}.data").format(held))
    return sql.SQL("CASE WHEN later.id IS NULL THEN {} ELSE {} END").format(now, then)
