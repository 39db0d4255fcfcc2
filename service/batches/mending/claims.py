"""What was paid too much, month by month, and what is asked back for it already."""

from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.mending.positions import BIRTH_STANDS, PastMonth
from service.batches.recoveries.claim import Claimant, TooMuch, ask_less, open_case

Found = defaultdict[Claimant, list[TooMuch]]
"""By claimant, the periods a new case will be about."""

# Only what was really paid can be asked back, and only once nothing of the period is on its way.
# What two officers gave up is not asked for again.
_OWED = text(
    f"""
    SELECT q.*, owed_fen - asked_fen AS more_fen
    FROM (
        SELECT p.*, greatest(0, paid_fen - recovered_fen - due_fen - given_up_fen) AS owed_fen
        FROM positions p
    ) q
    WHERE NOT is_open AND owed_fen <> asked_fen AND {BIRTH_STANDS}
    ORDER BY subject_kind, subject_id
    """  # noqa: S608 - constants of these modules
)


def compare_claims(session: Session, past: PastMonth, found: Found, *, by: Actor) -> None:
    """Ask less where too much is asked; add to ``found`` what nobody has asked back yet."""
    for row in session.execute(_OWED, {"month": past.month}).all():
        who = Claimant(past.programme, row.subject_kind, row.subject_id, row.paid_to, row.paid_in)
        if row.more_fen < 0:
            ask_less(session, who, past.period, -row.more_fen, row.decision_id, by=by)
        else:
            found[who].append(
                TooMuch(past.period, int(row.more_fen), row.decision_id, row.first_id)
            )


def open_cases(session: Session, found: Found, month: str, *, by: Actor) -> int:
    """Open one case for each claimant; return how many."""
    for who, months in found.items():
        open_case(session, who, months, month=month, by=by)
    return len(found)
