"""Explain decisions: why, why not, and what is not known, from masks and snapshot.

Nothing is decided again: the masks say what held in that month, the snapshot holds the values, and
the rule set that decided holds the sentences, however often the rules have changed since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    any_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from eligibility_rules import (
    Decision,
    Outcome,
    Programme,
    RuleFault,
    RuleSet,
    Subject,
)
from eligibility_rules import Month as RuleMonth
from eligibility_rules.asking.question import Question
from eligibility_rules.asking.what_would_change import Ways, ways
from eligibility_rules.explanation import Explanation, explain_whole, facts_read
from service.assessment.cells import cell_of
from service.assessment.models import Assessment
from service.assessment.pool_rates import frozen_rate
from service.assessment.rows import asks_about, row_of
from service.assessment.said import Said, teller_of
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.programmes.catalogue import rules
from service.programmes.versions import load_version
from service.residents.corrections import Lent, lent_to
from service.residents.models import FeedRecord, Snapshot
from service.residents.snapshot import Source, household_provenance, ids_of, provenance

HOUSEHOLDS = {"MZ_SA": Subject.HOUSEHOLD, "NY_LAND": Subject.LAND}
"""Feeds that say to which household a person belongs."""


class RulesNotRead(Problem):
    """The rules that decided are kept, but written in a version of the language not read now."""

    code = "rules_not_read"
    status = 409
    title = "This month was decided under rules that are not read any more"

    def __init__(self, month: str) -> None:
        super().__init__(
            f"The rules that decided {month} are written in another version of the rule language; "
            "what was decided stands, but its sentences cannot be made here.",
            f"{month} 所依据的规则用另一版规则语言书写；核定结果不变，但本系统无法据此生成说明。",
        )


@dataclass(frozen=True)
class Explained(Said):
    """One programme's outcome for one subject."""

    subject: Subject
    subject_id: int


@dataclass(frozen=True)
class Whole:
    """One decision with everything behind it."""

    assessment: Assessment
    snapshot: Snapshot
    subject: Subject
    subject_id: int
    payee_person_id: int | None
    division: str
    """Where the subject lives, 12 digits; empty if not known."""
    explanation: Explanation
    sources: Mapping[str, Source]
    """Feed → where its word about the subject comes from; a feed never delivered is not there."""
    ways: Ways = field(default_factory=Ways)
    """What alone would bring about payment, found by trying it on the facts of that month."""
    lent: Mapping[str, Lent] = field(default_factory=dict)
    """Facts whose value officers let count for a time, instead of the department's word."""

    @property
    def known_at(self) -> datetime:
        """The instant up to which the departments' word counted."""
        return _known_at(self.snapshot)


def latest(session: Session, month: str) -> Assessment | None:
    """Return the newest assessment of a month."""
    return session.scalars(
        select(Assessment).where(Assessment.month == month).order_by(Assessment.assessed_at.desc())
    ).first()


def chosen(session: Session, month: str, assessment_id: UUID | None) -> Assessment | None:
    """Return the assessment of a month with this id, or the newest without one."""
    if assessment_id is None:
        return latest(session, month)
    found = session.get(Assessment, assessment_id)
    return found if found is not None and found.month == month else None


def months_assessed(session: Session) -> list[str]:
    """Return every month that was assessed, the newest first."""
    return sorted(session.scalars(select(Assessment.month).distinct()), reverse=True)


def explain_person(session: Session, assessment: Assessment, person_id: int) -> list[Explained]:
    """Return every programme's outcome for a person and the households the person belongs to.

    Raises :class:`RulesNotRead` and what :func:`~.cells.cell_of` raises.
    """
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    decided_by = rules_of(session, assessment)
    return [
        Explained(
            said.programme, said.names, said.department, said.outcome, said.amount_fen,
            said.is_sensitive, said.reasons, subject, subject_id,
        )
        for subject, subject_id in subjects_of(session, snapshot, person_id)
        for said in _said(decided_by, snapshot, assessment, subject, subject_id)
    ]  # fmt: skip


def explain_one(
    session: Session, assessment: Assessment, kind: str, subject_id: int, code: str
) -> Whole:
    """Return one decision with everything behind it; ``kind`` is person, household or land.

    Raises NotFound when the month says nothing about the subject and programme,
    :class:`RulesNotRead`, and what :func:`~.rows.row_of` raises.
    """
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    decided_by = rules_of(session, assessment)
    programme = decided_by.programmes.get(code)
    if programme is None or programme.subject.value != kind:
        raise NotFound("decision")
    subject = programme.subject
    row = row_of(
        snapshot, assessment, subject, subject_id,
        [code, *asks_about(programme)], _facts_tried(decided_by, programme),
    )  # fmt: skip
    if row is None or code not in row.decided:
        raise NotFound("decision")
    others = {other: row.decided[other] for other in row.decided if other != code}
    month = RuleMonth.parse(assessment.month)
    question = Question(
        programme, (month,), {month: row.facts}, {},
        {other: one.outcome for other, one in others.items()},
        {other: one.amount_fen for other, one in others.items()},
        (), frozen_rate(snapshot, assessment, programme),
    )  # fmt: skip
    explanation = explain_whole(
        decided_by, code, month, row.decided[code], row.facts,
        question.receives, question.pool, question.amounts_fen,
    )  # fmt: skip
    sources = _sources(session, snapshot, subject, subject_id, row.payee_person_id, explanation)
    return Whole(
        assessment=assessment,
        snapshot=snapshot,
        subject=subject,
        subject_id=subject_id,
        payee_person_id=row.payee_person_id,
        division=row.facts.get("division") or "",
        explanation=explanation,
        sources=sources,
        lent=lent_to(
            session, kind, subject_id, Month.parse(assessment.month), at=_known_at(snapshot)
        ),
        ways=_ways(decided_by, question, row.decided[code]),
    )


def rules_of(session: Session, assessment: Assessment) -> RuleSet:
    """Return the rule set that decided; raises :class:`RulesNotRead`."""
    return rules_by(session, assessment.rule_digest, assessment.month)


def rules_by(session: Session, digest: str, month: str) -> RuleSet:
    """Return the rule set of a digest, which decided a month; raises :class:`RulesNotRead`."""
    if digest == rules().digest:
        return rules()
    try:
        return load_version(session, digest)
    except RuleFault:
        raise RulesNotRead(month) from None


def subjects_of(session: Session, snapshot: Snapshot, person_id: int) -> list[tuple[Subject, int]]:
    """Return a person under every id, and the households the person belonged to at the snapshot."""
    # A snapshot knows a merged person by the id that counted then.
    same = ids_of(session, person_id)
    return [*((Subject.PERSON, one) for one in same), *_households(session, snapshot, same)]


def _said(
    decided_by: RuleSet,
    snapshot: Snapshot,
    assessment: Assessment,
    subject: Subject,
    subject_id: int,
) -> list[Said]:
    say = teller_of(decided_by).say
    found = (say(piece) for piece in cell_of(snapshot, assessment, subject, subject_id))
    return [one for one in found if one is not None]


def _facts_tried(decided_by: RuleSet, programme: Programme) -> list[str]:
    """The columns that decide a programme: its own, and those of its rivals."""
    asked = [programme, *(decided_by.programmes[code] for code in programme.rivals)]
    return sorted({column for one in asked for column in facts_read(one)})


def _ways(decided_by: RuleSet, question: Question, decided: Decision) -> Ways:
    """What would bring about payment; nothing unless the facts at hand decide as they did then."""
    if decided.outcome is Outcome.DUE:
        return Ways()
    now = question.decide(decided_by, question.month)
    if (now.outcome, now.held, now.unknown) != (decided.outcome, decided.held, decided.unknown):
        return Ways()
    return ways(decided_by, question, now)


def _sources(
    session: Session,
    snapshot: Snapshot,
    subject: Subject,
    subject_id: int,
    payee_person_id: int | None,
    explanation: Explanation,
) -> dict[str, Source]:
    values = [value for one in explanation.conditions for value in one.values]
    if explanation.amount is not None:
        values += explanation.amount.values
    feeds = {feed for value in values for feed in value.feeds}
    at = _known_at(snapshot)
    if subject is Subject.PERSON:
        return provenance(session, subject_id, feeds, at=at)
    return household_provenance(session, subject_id, payee_person_id, feeds, at=at)


def _known_at(snapshot: Snapshot) -> datetime:
    return datetime.fromisoformat(snapshot.manifest["as_known_at"])


def _households(
    session: Session, snapshot: Snapshot, persons: list[int]
) -> list[tuple[Subject, int]]:
    at = _known_at(snapshot)
    rows = session.execute(
        select(FeedRecord.feed, FeedRecord.household_id)
        .where(FeedRecord.person_id.in_(persons), *in_household(at))
        .distinct()
    )
    return [(HOUSEHOLDS[feed], household_id) for feed, household_id in rows if household_id]


def in_household(at: datetime | ColumnElement[datetime]) -> tuple[ColumnElement[bool], ...]:
    """Whether a record says, as known at an instant, to which household its person belongs."""
    return (
        FeedRecord.known_from <= at,
        or_(FeedRecord.known_to.is_(None), FeedRecord.known_to > at),
        FeedRecord.feed == any_(array(list(HOUSEHOLDS))),
        FeedRecord.household_id.is_not(None),
    )
