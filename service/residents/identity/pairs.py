"""Pairs of person rows that a feed says are one human being, and what the register has against it.

Two sources: the police's register of corrected numbers (15 digits lengthened, births and other
mistakes corrected), and a registration that names the birth certificate a newborn came with.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

SOURCES = ("GA_IDHIST", "GA_HUKOU")
"""The feeds on whose word persons are merged; an act's ``by`` is one of them or an officer."""

_PAIR = """
WITH pair AS (
    SELECT (r.data->>'old_person_id')::bigint AS old_id, r.person_id AS new_id,
           (r.data->>'changed_on')::date AS changed_on, r.feed, r.delivery_id, r.known_from
    FROM feed_records r
    WHERE r.feed = 'GA_IDHIST' AND r.known_to IS NULL
      AND r.data->>'reason' IN ('15位升18位', '生日更正', '其他更正')
    UNION ALL
    SELECT (r.data->>'certificate_person_id')::bigint, r.person_id, NULL, r.feed, r.delivery_id,
           r.known_from
    FROM feed_records r
    WHERE r.feed = 'GA_HUKOU' AND r.known_to IS NULL
      AND r.data->>'certificate_person_id' IS NOT NULL
)
"""
_SAID = """
LEFT JOIN LATERAL (
    SELECT r.known_to IS NULL AND r.data->>'status' = '正常' AS registered,
           r.data->>'name_index' AS name, r.data->>'sex' AS sex, r.data->>'birth' AS birth
    FROM feed_records r JOIN deliveries d ON d.id = r.delivery_id
    WHERE r.feed = 'GA_HUKOU' AND r.person_id = pair.{0}
    ORDER BY (r.known_to IS NULL AND r.data->>'status' = '正常') DESC, r.known_to IS NULL DESC,
             d.as_of DESC, d.received_at DESC, r.id DESC
    LIMIT 1) {0}_said ON true
"""
_PAIRS = text(
    f"""{_PAIR}
SELECT pair.*, coalesce(o.merged_into, o.id) AS old_root, coalesce(n.merged_into, n.id) AS new_root,
       CASE WHEN old_id_said.registered AND new_id_said.registered THEN 'both_registered'
            WHEN old_id_said.name <> new_id_said.name AND old_id_said.sex <> new_id_said.sex
             AND old_id_said.birth <> new_id_said.birth THEN 'different_people' END AS against,
       EXISTS (
           SELECT FROM identity_acts a
           WHERE a.kind = 'split' AND a.by NOT IN ('GA_IDHIST', 'GA_HUKOU') AND a.at > pair.known_from
             AND ((a.kept_id IN (o.id, o.merged_into) AND a.other_id IN (n.id, n.merged_into))
               OR (a.kept_id IN (n.id, n.merged_into) AND a.other_id IN (o.id, o.merged_into)))
       ) AS parted
FROM pair
JOIN persons o ON o.id = pair.old_id
JOIN persons n ON n.id = pair.new_id
{_SAID.format("old_id")}{_SAID.format("new_id")}
WHERE pair.old_id <> pair.new_id
ORDER BY pair.changed_on NULLS LAST, pair.old_id, pair.new_id
"""  # noqa: S608 - constants of this module
)
# A number is former once it is one person with the number that replaced it; chains have both dates.
_DATE = text(
    f"""{_PAIR},
told AS (
    SELECT pair.old_id AS person_id, NULL::date AS valid_from, pair.changed_on AS valid_to, pair.*
    FROM pair WHERE pair.changed_on IS NOT NULL
    UNION ALL
    SELECT pair.new_id, pair.changed_on, NULL, pair.* FROM pair WHERE pair.changed_on IS NOT NULL
),
dated AS (
    SELECT told.person_id,
           max(told.valid_from) FILTER (WHERE coalesce(o.merged_into, o.id) = coalesce(n.merged_into, n.id)) AS valid_from,
           max(told.valid_to) FILTER (WHERE coalesce(o.merged_into, o.id) = coalesce(n.merged_into, n.id)) AS valid_to
    FROM told JOIN persons o ON o.id = told.old_id JOIN persons n ON n.id = told.new_id
    WHERE told.old_id <> told.new_id
    GROUP BY told.person_id
)
UPDATE person_identifiers i SET valid_from = dated.valid_from, valid_to = dated.valid_to
FROM dated
WHERE i.person_id = dated.person_id AND i.kind = 'id18'
  AND (i.valid_from, i.valid_to) IS DISTINCT FROM (dated.valid_from, dated.valid_to)
"""  # noqa: S608 - constants of this module
)


@dataclass(frozen=True)
class Pair:
    """Two rows that ``feed`` says are one human being."""

    old_id: int
    new_id: int
    old_root: int
    new_root: int
    """Canonical ids of both, equal once they are merged."""
    feed: str
    delivery_id: UUID
    changed_on: date | None
    against: str | None
    """``both_registered`` or ``different_people``: what the register says against it."""
    parted: bool
    """An officer took the merge back after the feed had spoken: it is not made again."""

    @property
    def key(self) -> str:
        return f"pair:{self.old_id}:{self.new_id}"

    @property
    def merged(self) -> bool:
        return self.old_root == self.new_root


def pairs(session: Session) -> list[Pair]:
    """Return every pair that is current now, oldest correction first."""
    rows = session.execute(_PAIRS).mappings()
    fields = Pair.__dataclass_fields__
    return [Pair(**{name: row[name] for name in fields}) for row in rows]


def date_numbers(session: Session) -> None:
    """Give each corrected number the day until which, or from which, it was in force."""
    session.execute(_DATE)
