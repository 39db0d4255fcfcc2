"""Persons who turned out to be one: which id counts, and which of two records of theirs.

Records keep the id they came with. Of two that now share a feed's key, the one whose department's
data are of the later day counts, then the one learned later. Merged persons are few, so only
their records are looked through here, by the index on persons; the export of everybody else's
does not slow down.
"""

from datetime import datetime

from psycopg import sql
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.residents import feeds
from service.residents.models import Person
from service.residents.snapshot.fields import FIELDS

MERGES = "merges"
"""Stands in the place of a feed for pairs: merged person, and in place of a household the kept one."""
LOSERS = "losers"
"""Stands in the place of a feed for records that another one of the same human being beats."""

_NOW = sql.SQL("SELECT id, merged_into AS kept FROM persons WHERE merged_into IS NOT NULL")
# What the acts of that day say. Each person's last act counts; a kept person may be merged again.
_THEN = sql.SQL(
    """
    WITH RECURSIVE act AS (
        SELECT other_id, kept_id FROM (
            SELECT DISTINCT ON (other_id) other_id, kept_id, kind FROM identity_acts
            WHERE at <= {at} ORDER BY other_id, at DESC, id DESC
        ) AS newest WHERE kind = 'merge'
    ), step AS (
        SELECT other_id AS id, kept_id AS kept, 1 AS depth FROM act
        UNION ALL
        SELECT step.id, act.kept_id, depth + 1 FROM step JOIN act ON act.other_id = step.kept
        WHERE depth < 100
    )
    SELECT DISTINCT ON (id) id, kept FROM step ORDER BY id, depth DESC
    """
)
_RIVALS = sql.SQL(
    """
    SELECT {name}, id, NULL, NULL, NULL, {spare} FROM (
        SELECT record.id, row_number() OVER (
            PARTITION BY record.feed, member.kept, {key}
            ORDER BY delivery.as_of DESC, record.known_from DESC, record.id DESC
        ) AS place
        FROM (SELECT id, kept FROM ({merged}) m UNION SELECT kept, kept FROM ({merged}) m) AS member
        JOIN feed_records AS record ON record.person_id = member.id
        JOIN deliveries AS delivery ON delivery.id = record.delivery_id
        WHERE record.feed = ANY({codes}) AND {known}
    ) AS rival
    WHERE place > 1
    """
)


def ids_of(session: Session, person_id: int) -> list[int]:
    """Return every id of the same human being, whichever of them is given."""
    counts = (
        select(func.coalesce(Person.merged_into, Person.id))
        .where(Person.id == person_id)
        .scalar_subquery()
    )
    query = select(Person.id).where(or_(Person.id == counts, Person.merged_into == counts))
    return sorted({person_id, *session.scalars(query)})


def merge_rows(
    at: datetime | None, known: sql.Composable, spare: sql.Composable
) -> list[sql.Composed]:
    """Return the selects of merged persons and of their losing records, for the export's COPY."""
    merged = _NOW if at is None else _THEN.format(at=sql.Literal(at))
    pairs = sql.SQL("SELECT {name}, NULL, id, kept, NULL, {spare} FROM ({merged}) m").format(
        name=sql.Literal(MERGES), spare=spare, merged=merged
    )
    codes = [code for code in FIELDS if "person" in feeds.feed(code).key]
    rivals = _RIVALS.format(
        name=sql.Literal(LOSERS),
        spare=spare,
        merged=merged,
        known=known,
        codes=sql.Literal(codes),
        key=_key(codes, merged),
    )
    return [pairs, rivals]


def _key(codes: list[str], merged: sql.Composable) -> sql.Composed:
    """Return the rest of a record's key as JSON, with the ids of persons as they count."""
    cases = [
        sql.SQL("WHEN {} THEN jsonb_build_array({})").format(
            sql.Literal(code), sql.SQL(", ").join(parts)
        )
        for code in codes
        if (parts := _parts(code, merged))
    ]
    return sql.SQL("CASE record.feed {} END").format(sql.SQL(" ").join(cases))


def _parts(code: str, merged: sql.Composable) -> list[sql.Composable]:
    feed = feeds.feed(code)
    found: list[sql.Composable] = []
    for name in feed.key:
        column = feed.column(name)
        value = sql.SQL("record.data ->> {}").format(sql.Literal(column.kept_as))
        if name == "person":
            continue
        if column.kept_as.endswith("_person_id"):
            found.append(
                sql.SQL(
                    "coalesce((SELECT kept FROM ({merged}) m WHERE id = ({value})::bigint), ({value})::bigint)"
                ).format(merged=merged, value=value)
            )
        else:
            found.append(value)
    return found
