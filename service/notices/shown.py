"""Write down what a posted list shows: masked once, so that whoever reads it later cannot see more."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.notices.models import Notice

ADULT_YEARS = 18

# The register's word about every row of one human being; of two birth dates the later counts, and
# whose birth is not known is shown like a child. Who is paid for a child is a way to the child.
_LINES = text(
    """
WITH listed AS MATERIALIZED (
    SELECT p.id, p.division, p.amount_fen, coalesce(s.merged_into, s.id) AS human_id,
           CASE WHEN p.line_type = 'arrears' AND d.is_office_late THEN 'office_late'
                ELSE p.line_type END AS kind
    FROM payments p
    LEFT JOIN decisions d ON d.id = p.decision_id
    LEFT JOIN persons s ON s.id = CASE WHEN p.subject_kind = 'person' THEN p.subject_id
                                       ELSE p.payee_person_id END
    WHERE p.batch_id = :batch AND p.state = 'frozen'
),
humans AS MATERIALIZED (SELECT DISTINCT human_id FROM listed WHERE human_id IS NOT NULL),
rows_of AS (
    SELECT human_id, human_id AS person_id FROM humans
    UNION
    SELECT humans.human_id, p.id FROM humans JOIN persons p ON p.merged_into = humans.human_id
),
births AS MATERIALIZED (
    SELECT rows_of.human_id, max(r.data->>'birth') AS birth
    FROM rows_of
    JOIN feed_records r ON r.person_id = rows_of.person_id AND r.feed = 'GA_HUKOU'
     AND r.known_to IS NULL
    GROUP BY rows_of.human_id
),
known AS (
    SELECT l.id, l.division, l.amount_fen, l.kind,
           CASE WHEN :names AND b.birth <= :adult_born_by THEN person.name END AS name
    FROM listed l
    LEFT JOIN births b ON b.human_id = l.human_id
    LEFT JOIN persons person ON person.id = l.human_id
)
INSERT INTO notice_lines (notice_id, place, payment_id, division, name_masked, amount_fen, kind)
SELECT :notice, row_number() OVER (ORDER BY coalesce(name, '') = '', division NULLS LAST, id), id, division,
       CASE WHEN name <> '' THEN
           left(name, 1) || repeat('*', greatest(length(name) - 1, 1)) END,
       CASE WHEN :amounts AND name <> '' THEN amount_fen END,
       kind
FROM known
"""
)


def write_lines(session: Session, notice: Notice) -> None:
    """Keep the frozen lines of a posting as they are shown, in order of their villages.

    Lines without a name come last, so that no gap between the numbers tells where a child lives.
    """
    born_by = date(notice.posted_on.year - ADULT_YEARS, notice.posted_on.month, 1)
    session.execute(
        _LINES,
        {
            "batch": notice.batch_id,
            "notice": notice.id,
            "names": notice.shows != "counts",
            "amounts": notice.shows == "names_and_amounts",
            "adult_born_by": born_by.isoformat(),
        },
    )
