"""Count a civil year's first payments; made anew whenever a bank's day of that year is closed."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation.jobs import job

KIND = "enquiry.count_spared"
_LOCK = 0x7370617265
_COUNT = text("""
INSERT INTO spared_counts (year, month, division, programme, people, counted_at)
SELECT :year, to_char(settled_on, 'YYYY-MM'), division, programme, count(*), now()
  FROM (SELECT DISTINCT ON (programme, coalesce(payee_person_id, -id))
               programme, settled_on, coalesce(division, '') AS division
          FROM payments
         WHERE state = 'paid'
           AND settled_on BETWEEN make_date(:year, 1, 1) AND make_date(:year, 12, 31)
         ORDER BY programme, coalesce(payee_person_id, -id), settled_on, id) AS first
 GROUP BY 2, 3, 4
""")


@job(KIND, attempts_max=5)
def count_spared(session: Session, year: str, **_: str) -> None:
    """Put the year's count in the place of the one before.

    All of the year: a payment that came back makes a later one the first.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    session.execute(text("DELETE FROM spared_counts WHERE year = :year"), {"year": int(year)})
    session.execute(_COUNT, {"year": int(year)})
