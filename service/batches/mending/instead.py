"""What somebody would have been due instead, and is paid no more because it was learned too late.

Two programmes of which one yields to the other: the lower was paid, the higher turns out to have
been due. Within its back-pay months the higher is paid late, and the lower comes back. Beyond them
nobody pays the higher; then only what was more than it is asked back, for nobody shall lose by it.
"""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Text

from service.batches.mending.positions import PastMonth
from service.foundation.months import Month
from service.programmes.in_force import back_pay_months, rules_for

# Only where nothing but the other programme stood against it, and for the same period: a year's
# payment is not weighed against one month's.
_INSTEAD = text(
    """
    CREATE TEMPORARY TABLE instead ON COMMIT DROP AS
    SELECT d.subject_kind, coalesce(s.merged_into, d.subject_id) AS subject_id,
           max(higher.amount_fen) AS fen
    FROM decisions d
    JOIN unnest(:codes, :bits) AS other (programme, bit) ON d.held_mask & other.bit <> other.bit
    JOIN decisions higher ON higher.assessment_id = d.assessment_id
     AND higher.programme = other.programme AND higher.subject_kind = d.subject_kind
     AND higher.subject_id = d.subject_id AND higher.period = d.period AND higher.outcome = 'due'
    LEFT JOIN persons s ON d.subject_kind = 'person' AND s.id = d.subject_id
    WHERE d.assessment_id = :assessment AND d.programme = :programme AND d.period = :period
      AND d.outcome = 'not_due' AND d.unknown_mask = 0 AND d.held_mask | :gates = :all
      AND NOT EXISTS (
          SELECT FROM payments p
          WHERE p.programme = other.programme AND p.subject_kind = d.subject_kind
            AND p.period = d.period AND p.subject_id IN (d.subject_id, s.merged_into))
    GROUP BY 1, 2
    """
).bindparams(bindparam("codes", type_=ARRAY(Text)), bindparam("bits", type_=ARRAY(BigInteger)))


def weigh_instead(session: Session, past: PastMonth, month: Month) -> None:
    """Fill ``instead``: by subject, the fen of a programme that ``month`` does not pay late any more."""
    then = Month.parse(past.month)
    rules = rules_for(session, then)
    programme = rules.programme(past.programme)
    bits = {condition.id: 1 << bit for bit, condition in enumerate(programme.conditions)}
    others = {
        code: sum(bits[name] for name in entry.held_by.split(",") if name in bits)
        for entry in programme.stacking
        for code in entry.with_codes
        if code in rules.programmes and then < month.minus(back_pay_months(session, code, month))
    }
    others = {code: gate for code, gate in others.items() if gate}
    gates = 0
    for gate in others.values():
        gates |= gate
    session.execute(text("DROP TABLE IF EXISTS instead"))
    session.execute(
        _INSTEAD,
        {
            "programme": past.programme, "period": past.period, "assessment": past.assessment_id,
            "codes": list(others), "bits": list(others.values()), "gates": gates,
            "all": (1 << len(programme.conditions)) - 1,
        },
    )  # fmt: skip
