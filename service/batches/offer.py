"""What a run could make: for each programme its lists so far, and who is due and on none of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from service.assessment.explain import latest
from service.assessment.models import Assessment
from service.batches.models import Batch, Payment
from service.batches.part import LISTED, Part
from service.foundation.months import Month
from service.officers.may import Matter, NotAllowed, Verdict, may
from service.officers.models import Officer
from service.officers.reach import in_place

ACTS = ("assessment.run", "batches.build")
"""What whoever starts a run may do, for the place and every programme of it."""

# Those whom a merge made one human being are counted by the lists themselves; this is a preview.
_NOT_LISTED = text(
    """
    SELECT d.programme, count(*) AS recipients, sum(d.amount_fen)::bigint AS amount_fen
    FROM decisions d
    WHERE d.assessment_id = :assessment AND d.programme = ANY(:codes) AND d.outcome = 'due'
      AND (:place = '' OR starts_with(d.division, :place))
      AND NOT EXISTS (
          SELECT FROM payments p
          WHERE p.programme = d.programme AND p.subject_kind = d.subject_kind
            AND p.subject_id = d.subject_id AND p.period = d.period)
    GROUP BY d.programme
    """
).bindparams(bindparam("codes", type_=ARRAY(Text)))


@dataclass(frozen=True)
class Offer:
    """One programme in a part of a month; ``due`` is None before anybody was assessed."""

    programme: str
    lists: int
    listed: int
    due: int | None
    due_fen: int | None
    last: int

    @property
    def is_worth_a_run(self) -> bool:
        """Whether somebody is due and on no list, or nobody knows yet."""
        return self.due is None or self.due > 0


def offers(session: Session, month: Month, part: Part, codes: Iterable[str]) -> list[Offer]:
    """Return what a run of ``codes`` would find, by the month's newest assessment, in their order."""
    wanted = list(codes)
    lists, listed = _listed(session, str(month), part)
    _, last = _listed(session, str(month.previous), part)
    assessment = latest(session, str(month))
    due = _not_listed(session, assessment, part, wanted) if assessment else {}
    return [
        Offer(
            code,
            lists.get(code, 0),
            listed.get(code, 0),
            due.get(code, (0, 0))[0] if assessment else None,
            due.get(code, (0, 0))[1] if assessment else None,
            last.get(code, 0),
        )
        for code in wanted
    ]


def may_run(officer: Officer, part: Part, code: str) -> bool:
    """Return whether an officer may start a run of a programme in a place."""
    about = Matter(kind="month", division=part.division, programme=code)
    return all(may(officer, act, about) for act in ACTS)


def require_run(officer: Officer, part: Part, codes: Iterable[str]) -> None:
    """Refuse a run that reaches beyond the officer's places or programmes; raises NotAllowed."""
    for act in ACTS:
        if not may(officer, act):
            raise NotAllowed(act)
    if not all(may_run(officer, part, code) for code in codes):
        raise NotAllowed(ACTS[-1], Verdict.TOO_WIDE)


def _listed(session: Session, month: str, part: Part) -> tuple[dict[str, int], dict[str, int]]:
    """Return {programme: lists} and {programme: lines in the place} of a month."""
    rows = session.execute(
        select(Batch.programme, func.count(Batch.id.distinct()), func.count(Payment.id))
        .join(Payment, Payment.batch_id == Batch.id)
        .where(Batch.month == month, Batch.kind.in_(LISTED))
        .where(in_place(part.division, Payment.division))
        .group_by(Batch.programme)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}


def _not_listed(
    session: Session, assessment: Assessment, part: Part, codes: list[str]
) -> dict[str, tuple[int, int]]:
    rows = session.execute(
        _NOT_LISTED, {"assessment": assessment.id, "codes": codes, "place": part.division}
    )
    return {row.programme: (row.recipients, row.amount_fen) for row in rows}
