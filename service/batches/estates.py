"""Pay to the registered heir what is due for months a person lived, once that person has died.

Only for whose death two sources agree on now: were the report wrong, the person is paid as before.
Some subsidies are for the dead person's family from the start and go to whom the application names;
the registered heir receives them where it names nobody.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.assessment.keep import FOR_THE_FAMILY
from service.batches.deaths import DEATHS

_HEIRS = """
CREATE TEMPORARY TABLE heirs ON COMMIT DROP AS
SELECT coalesce(dead.merged_into, dead.id) AS person_id, h.heir_person_id
FROM heir_registrations h JOIN persons dead ON dead.id = h.person_id
WHERE h.approved_at IS NOT NULL AND h.ended_at IS NULL
"""
# A registration that ended since leaves the line with the dead person, and so held.
_AS_DECIDED = """
UPDATE wanted SET payee_person_id = d.payee_person_id
FROM decisions d WHERE d.id = wanted.decision_id AND wanted.line_type = 'estate'
"""
_TO_HEIRS = """
UPDATE wanted w
SET payee_person_id = heirs.heir_person_id, line_type = 'estate',
    attempt = CASE WHEN w.line_type = 'estate' THEN w.attempt ELSE 1 + coalesce((
        SELECT max(p.attempt) FROM payments p
        WHERE p.programme = d.programme AND p.subject_kind = 'person'
          AND p.subject_id = w.subject_id AND p.period = w.period AND p.line_type = 'estate'), 0) END
FROM decisions d, persons s, heirs, deaths
WHERE d.id = w.decision_id AND w.subject_kind = 'person' AND s.id = w.subject_id
  AND heirs.person_id = coalesce(s.merged_into, s.id)
  AND deaths.person_id = heirs.person_id AND deaths.sources > 1
  AND (d.programme <> ALL(:for_the_family) OR d.payee_person_id IS NULL)
"""


def pay_heirs(session: Session) -> None:
    """Turn the lines of ``wanted`` that are about the dead into estate lines of their heirs."""
    session.execute(text("DROP TABLE IF EXISTS heirs"))
    session.execute(text(_HEIRS))
    session.execute(text(_AS_DECIDED))
    if not session.scalar(text("SELECT EXISTS (SELECT FROM heirs)")):
        return
    session.execute(text("DROP TABLE IF EXISTS deaths"))
    session.execute(text(DEATHS))
    session.execute(text(_TO_HEIRS), {"for_the_family": list(FOR_THE_FAMILY)})
