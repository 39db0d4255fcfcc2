"""The public payroll: whoever is on it has no part in a programme whose rule says so.

The rule decided from the month's frozen facts; this asks what finance says now, under every number
that was merged into the person.
"""

from sqlalchemy.orm import Session

from service.programmes.versions import programme_of

CODE = "public_payroll"
_BARS = "not p.fin_payroll"

ON_PAYROLL = """
WITH staff AS (
    SELECT coalesce(p.merged_into, p.id) AS person_id, min(r.id) AS record
    FROM feed_records r JOIN persons p ON p.id = r.person_id
    WHERE r.feed = 'CZ_PAY' AND r.known_to IS NULL AND (r.data->>'on_payroll')::boolean
      AND coalesce((r.data->>'from_date')::date <= :today, true)
      AND coalesce((r.data->>'to_date')::date >= :today, true)
    GROUP BY 1
)
SELECT b.id, jsonb_build_object('feed', 'CZ_PAY', 'record', staff.record) AS evidence
FROM building b JOIN staff ON staff.person_id = b.subject_person_id
"""


def bars_payroll(session: Session, programme: str, digest: str) -> bool:
    """Return whether a programme's rule shuts out people on the public payroll."""
    conditions = programme_of(session, digest, programme).conditions
    return any(_BARS in condition.expr for condition in conditions)
