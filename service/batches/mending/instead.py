"""What stands in the place of something that was due and that nobody pays any more.

One rule for every way in which programmes get on with one another. What the rules say of a month
now counts, programme by programme. But where a programme is refused, or pays less, only for the
sake of another one that was due and is learned of too late to be paid, what was paid of the first
stands for the second as far as the second goes: nobody loses by what an office learned late, and
nobody keeps more than the rules allow altogether. What was refused for its own sake comes back.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Text

from service.batches.mending.households import Households, households_of
from service.batches.mending.positions import PastMonth
from service.batches.mending.share import Excess, Node, share
from service.foundation.months import Month
from service.programmes.in_force import back_pay_months, period_of, rules_for
from service.programmes.resting import Resting, resting_in

_TOO_MUCH = text("SELECT subject_kind, subject_id FROM positions WHERE paid_fen > due_fen")

_ASKED = """
WITH asked AS (
    SELECT a.kind, a.id AS counts_as, a.id FROM unnest(:kinds, :ids) AS a (kind, id)
    UNION ALL
    SELECT a.kind, a.id, s.id FROM unnest(:kinds, :ids) AS a (kind, id)
    JOIN persons s ON a.kind = 'person' AND s.merged_into = a.id
),
code AS (SELECT * FROM unnest(:codes, :periods) AS c (programme, period)),
decided AS (
    SELECT DISTINCT ON (d.programme, d.subject_kind, a.counts_as)
           d.programme, d.period, d.subject_kind, a.counts_as AS subject_id, d.outcome,
           CASE WHEN d.outcome = 'due' THEN d.amount_fen ELSE 0 END AS due_fen,
           d.held_mask, d.unknown_mask
    FROM asked a
    JOIN decisions d ON d.subject_kind = a.kind AND d.subject_id = a.id
    JOIN code c ON c.programme = d.programme AND c.period = d.period
    WHERE d.assessment_id = :assessment
    ORDER BY d.programme, d.subject_kind, a.counts_as, d.subject_id <> a.counts_as, d.subject_id
)
"""

# What was paid back was paid all the same, and what was paid again for it was not due twice: never
# more counts than the lines' own decisions said at most.
_EXCESSES = text(
    f"""
    {_ASKED},
    listed AS (
        SELECT p.programme, a.kind AS subject_kind, a.counts_as AS subject_id,
               (array_agg(coalesce(m.month, b.month) ORDER BY p.id))[1] AS month,
               sum(p.amount_fen + coalesce(kept.fen, 0)) FILTER (WHERE p.state = 'paid') AS paid_fen,
               max(d.amount_fen) FILTER (WHERE p.state = 'paid') AS decided_fen
        FROM asked a
        JOIN payments p ON p.subject_kind = a.kind AND p.subject_id = a.id
        JOIN code c ON c.programme = p.programme AND c.period = p.period
        JOIN batches b ON b.id = p.batch_id
        LEFT JOIN decisions d ON d.id = p.decision_id
        LEFT JOIN assessments m ON m.id = d.assessment_id
        LEFT JOIN LATERAL (
            SELECT sum(o.offset_fen) AS fen FROM recovery_offsets o WHERE o.payment_id = p.id
        ) kept ON true
        WHERE p.state <> 'reissued'
        GROUP BY 1, 2, 3
    )
    SELECT d.*, least(l.paid_fen, coalesce(l.decided_fen, l.paid_fen))::bigint - d.due_fen AS more_fen
    FROM decided d
    JOIN listed l USING (programme, subject_kind, subject_id)
    WHERE d.outcome <> 'unknown' AND l.month = :month
      AND least(l.paid_fen, coalesce(l.decided_fen, l.paid_fen)) > d.due_fen
    ORDER BY d.subject_kind, d.subject_id
    """  # noqa: S608 - constants of this module
)
_UNPAID = text(
    f"""
    {_ASKED}
    SELECT d.programme, d.subject_kind, d.subject_id, d.due_fen FROM decided d
    WHERE d.due_fen > 0 AND d.programme = ANY(:late) AND NOT EXISTS (
        SELECT FROM asked a JOIN payments p ON p.subject_kind = a.kind AND p.subject_id = a.id
        WHERE a.kind = d.subject_kind AND a.counts_as = d.subject_id
          AND p.programme = d.programme AND p.period = d.period)
    """  # noqa: S608 - constants of this module
)
_LISTS = (
    bindparam("kinds", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(BigInteger)),
    bindparam("codes", type_=ARRAY(Text)), bindparam("periods", type_=ARRAY(Text)),
)  # fmt: skip

_RAISE = text(
    """
    UPDATE positions q SET due_fen = q.due_fen + i.fen
    FROM unnest(:kinds, :ids, :fen) AS i (kind, id, fen)
    WHERE q.subject_kind = i.kind AND q.subject_id = i.id
    """
).bindparams(*_LISTS[:2], bindparam("fen", type_=ARRAY(BigInteger)))


def weigh_instead(session: Session, past: PastMonth, month: Month) -> None:
    """Raise ``positions.due_fen`` by what stands for something that ``month`` pays late no more."""
    resting = resting_in(session, past.month)
    codes = _together(past.programme, resting)
    late = _late(session, past, month, codes)
    if not late:
        return
    subjects = {(row.subject_kind, int(row.subject_id)) for row in session.execute(_TOO_MUCH)}
    if not subjects:
        return
    households = households_of(session, past.assessment_id, subjects)
    asked = sorted(households.everybody(subjects))
    periods = [period_of(session, code, Month.parse(past.month)) for code in codes]
    said = {
        "kinds": [kind for kind, _ in asked], "ids": [one for _, one in asked],
        "codes": codes, "periods": periods, "assessment": past.assessment_id,
    }  # fmt: skip
    unpaid: dict[Node, int] = {
        (row.programme, row.subject_kind, int(row.subject_id)): int(row.due_fen)
        for row in session.execute(_UNPAID.bindparams(*_LISTS), {**said, "late": late})
    }
    if not unpaid:
        return
    excesses = _excesses(session, past, said, resting, households)
    stands = [
        (kind, subject_id, fen)
        for (code, kind, subject_id), fen in share(excesses, unpaid).items()
        if code == past.programme
    ]
    if stands:
        kinds, ids, fen = zip(*stands, strict=True)
        session.execute(_RAISE, {"kinds": list(kinds), "ids": list(ids), "fen": list(fen)})


def _together(programme: str, resting: Mapping[str, Resting]) -> list[str]:
    """Every programme that may share with this one, in dependency order."""
    found = {programme}
    while True:
        asking = {code for code, one in resting.items() if one.codes & found}
        asked = set().union(*(resting[code].codes for code in found if code in resting))
        more = (found | asking | asked) & resting.keys()
        if more <= found:
            return [code for code in resting if code in found]
        found |= more


def _late(session: Session, past: PastMonth, month: Month, codes: Iterable[str]) -> list[str]:
    """Those that somebody of whom it is learned in ``month`` is paid no more for the past month.

    A period longer than ours is not weighed: its money is no single month's.
    """
    then = Month.parse(past.month)
    return [
        code
        for code in codes
        if period_of(session, code, then) in {past.period, past.month}
        and then < month.minus(back_pay_months(session, code, month))
    ]


def _excesses(
    session: Session,
    past: PastMonth,
    said: Mapping[str, object],
    resting: Mapping[str, Resting],
    households: Households,
) -> list[Excess]:
    programmes = rules_for(session, past.month).programmes
    kinds = {code: one.subject.value for code, one in programmes.items()}
    order = {code: number for number, code in enumerate(programmes)}
    found = []
    for row in session.execute(_EXCESSES.bindparams(*_LISTS), {**said, "month": past.month}):
        rests, subject = resting[row.programme], (row.subject_kind, int(row.subject_id))
        failed = ~(row.held_mask | row.unknown_mask)
        nodes = {
            code: frozenset((code, *one) for one in households.of_kind(subject, kinds[code]))
            for code in rests.codes
            if code in kinds
        }
        every = range(len(programmes[row.programme].conditions))
        found.append(
            Excess(
                node=(row.programme, *subject),
                fen=int(row.more_fen),
                gates=[
                    frozenset().union(*(nodes.get(code, ()) for code in rests.gates.get(bit, ())))
                    for bit in every
                    if failed >> bit & 1
                ],
                amount=frozenset().union(*(nodes.get(code, ()) for code in rests.amount)),
                is_due=row.due_fen > 0,
            )
        )
    return sorted(found, key=lambda one: (order[one.node[0]], one.node))
