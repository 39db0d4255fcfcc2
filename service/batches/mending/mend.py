"""Mend one programme: compare past months as known now with what was listed, and put it right.

Called again with nothing new it adds nothing: what is on its way counts as paid. Two at once are
kept apart by the programme's build lock and, behind it, by the key of ``payments``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.assessment.keep_asked import keep_asked
from service.assessment.models import Assessment
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.address import address
from service.batches.build import draft, fill
from service.batches.look_again import free
from service.batches.mending.claims import Found, compare_claims, open_cases
from service.batches.mending.instead import weigh_instead
from service.batches.mending.lines import MENDING, RIGHTED, begin, gather
from service.batches.mending.positions import PastMonth, list_lines, take_positions
from service.batches.models import Batch, MonthRun
from service.batches.recoveries.book import book_offsets
from service.foundation.months import Month
from service.programmes.in_force import back_pay_months, period_of
from service.programmes.resting import resting_in
from service.residents.models import Snapshot


@dataclass(frozen=True)
class Mended:
    """What mending a programme brought: a batch of new lines, one of freed ones, new cases."""

    batch: Batch | None
    freed: Batch | None
    cases: int


def mend(
    session: Session,
    programme: str,
    month: Month,
    assessments: Sequence[Assessment],
    *,
    by: Actor,
) -> Mended:
    """Mend a programme's past months from their newest assessments, in a list of ``month``.

    Months before the programme was first run here are not ours to mend: somebody else paid them. ``by`` is who asked: the maker of any recovery case.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    book_offsets(session, programme)
    first = _first_month(session, programme)
    past = [
        one
        for one in sorted(assessments, key=lambda one: one.month)
        if first <= one.month < str(month)
    ]
    begin(session)
    found: Found = defaultdict(list)
    for assessment in past:
        one = _past(session, programme, month, assessment)
        _keep_decisions(session, assessment, one)
        take_positions(session, one)
        weigh_instead(session, one, month)
        gather(session, one)
        compare_claims(session, one, found, by=by)
    made = _Maker(session, programme, month, past)
    freed = (
        free(session, RIGHTED, {}, made.batch, of=(programme, str(month)), on=made.on, by=by)
        if past
        else None
    )
    batch = fill(session, made.batch, by=by) if address(session, MENDING) else None
    cases = open_cases(session, found, str(month), by=by)
    mended = Mended(batch, freed, cases)
    if batch or freed or cases:
        _tell(session, programme, month, mended, by=by)
    return mended


@dataclass(frozen=True)
class _Maker:
    """Makes the batches of one mending, on the digests of everything it was mended from."""

    session: Session
    programme: str
    month: Month
    past: Sequence[Assessment]

    @property
    def on(self) -> tuple[str, object]:
        return "assessments", self.past[-1].id

    def batch(self) -> Batch:
        digests = [self.session.get_one(Snapshot, one.snapshot_id).digest for one in self.past]
        joined = "\n".join(digests).encode()
        return draft(
            self.session,
            self.programme,
            str(self.month),
            kind="mending",
            assessment_id=None,
            # Every line's own decision names its snapshot; this names all of them together.
            snapshot_digest=digests[0] if len(digests) == 1 else hashlib.sha256(joined).hexdigest(),
            rule_digest=self.past[-1].rule_digest,
        )


def _past(session: Session, programme: str, month: Month, assessment: Assessment) -> PastMonth:
    then = Month.parse(assessment.month)
    period = period_of(session, programme, then)
    is_over = period != period_of(session, programme, month)
    return PastMonth(
        programme=programme,
        month=assessment.month,
        period=period,
        assessment_id=assessment.id,
        in_reach=is_over and then >= month.minus(back_pay_months(session, programme, month)),
        is_over=is_over,
    )


def keep_decisions(session: Session, month: Month, assessment: Assessment) -> None:
    """Keep what an assessment says of everybody who was paid by programmes that others rest on.

    Whoever mends one of them has to know what the others say, whichever of them is mended first.
    """
    then = Month.parse(assessment.month)
    resting = resting_in(session, then)
    asked = set().union(*(one.codes for one in resting.values()))
    for code, one in resting.items():
        if one.codes or code in asked:
            _keep_decisions(session, assessment, _past(session, code, month, assessment))


def _keep_decisions(session: Session, assessment: Assessment, past: PastMonth) -> None:
    asked = defaultdict(list)
    for kind, subject_id in list_lines(session, past):
        asked[kind].append(subject_id)
    for kind, subjects in asked.items():
        keep_asked(session, assessment, past.programme, kind, subjects)


def _first_month(session: Session, programme: str) -> str:
    """Return the first month for which the county ran the programme here, or one that never comes."""
    listed = session.scalar(select(func.min(Batch.month)).where(Batch.programme == programme))
    # A month in which nobody was due has no list, and was run all the same.
    pressed = session.scalar(
        select(func.min(MonthRun.month)).where(
            MonthRun.programmes.contains([programme]), MonthRun.assessment_id.is_not(None)
        )
    )
    return min(filter(None, (listed, pressed)), default="9999-12")


def _tell(session: Session, programme: str, month: Month, mended: Mended, *, by: Actor) -> None:
    record(
        session,
        "month.mended",
        by=by,
        on=("programmes", programme),
        details={
            "month": str(month),
            "batch": mended.batch.batch_no if mended.batch else "",
            "freed": mended.freed.batch_no if mended.freed else "",
            "cases": mended.cases,
        },
    )
