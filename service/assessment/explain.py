"""Explain decisions to a person: why, why not, and what is not known, from masks and snapshot.

Nothing is decided again: the masks say what held in that month, the snapshot holds the values, the
rule set the sentences.
"""

from dataclasses import dataclass
from typing import Any

import duckdb
from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Outcome, Reason, Subject, explain, key_column
from service.assessment.models import Assessment
from service.assessment.outcome_files import open_outcomes
from service.foundation.problems import Problem
from service.programmes.catalogue import rules
from service.residents.models import FeedRecord, Snapshot
from service.residents.snapshot import ids_of, open_snapshot, read_table


class RulesChanged(Problem):
    """The rules that decided are not the ones loaded now."""

    code = "rules_changed"
    status = 409
    title = "This month was decided under other rules"

    def __init__(self) -> None:
        super().__init__(
            "This month was decided under a rule set that is not loaded now; its decisions stand, "
            "their sentences are in the kept rule set.",
            "该月份按另一版规则核定，当前未加载该版本；核定结果不变，依据见留存的规则版本。",
        )


@dataclass(frozen=True)
class Explained:
    """One programme's outcome for one subject, with every reason in both languages."""

    programme: str
    outcome: str
    amount_fen: int | None
    reasons: tuple[Reason, ...]

    @property
    def decisive(self) -> tuple[Reason, ...]:
        """The reasons that decided: what did not hold, else what is not known, else everything."""
        for state in ("false", "unknown"):
            found = tuple(reason for reason in self.reasons if reason.state == state)
            if found:
                return found
        return self.reasons


def latest(session: Session, month: str) -> Assessment | None:
    """Return the newest assessment of a month."""
    return session.scalars(
        select(Assessment).where(Assessment.month == month).order_by(Assessment.assessed_at.desc())
    ).first()


def explain_person(session: Session, assessment: Assessment, person_id: int) -> list[Explained]:
    """Return every programme's outcome for a person and the households the person belongs to.

    Raises RulesChanged when the loaded rules are not those that decided.
    """
    # A snapshot knows a merged person by the id that counted then.
    same = ids_of(session, person_id)
    subjects = [*((Subject.PERSON, one) for one in same), *_households(session, same)]
    return _explain(session, assessment, subjects)


def explain_subject(
    session: Session, assessment: Assessment, kind: str, subject_id: int
) -> list[Explained]:
    """Return every programme's outcome for one subject: a person, a household or a contractor.

    Raises RulesChanged when the loaded rules are not those that decided.
    """
    return _explain(session, assessment, [(Subject(kind), subject_id)])


def _explain(
    session: Session, assessment: Assessment, subjects: list[tuple[Subject, int]]
) -> list[Explained]:
    if assessment.rule_digest != rules().digest:
        raise RulesChanged
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    open_snapshot(snapshot)
    decided = open_outcomes(snapshot, assessment)
    month = RuleMonth.parse(assessment.month)
    found: list[Explained] = []
    with duckdb.connect() as engine:
        for subject, subject_id in subjects:
            if subject not in decided:
                continue
            facts = _row(engine, read_table(snapshot, subject.value), subject, subject_id)
            outcomes = _row(engine, decided[subject], subject, subject_id)
            if facts and outcomes:
                found += _explain_row(subject, facts, outcomes, month)
    return found


def _explain_row(
    subject: Subject, facts: dict[str, Any], outcomes: dict[str, Any], month: RuleMonth
) -> list[Explained]:
    decided = {
        name.removesuffix("_outcome"): Outcome(value)
        for name, value in outcomes.items()
        if name.endswith("_outcome")
    }
    return [
        Explained(
            programme=programme.code,
            outcome=decided[programme.code].name.lower(),
            amount_fen=outcomes[f"{programme.code}_amount_fen"],
            reasons=explain(
                programme,
                outcomes[f"{programme.code}_held"],
                outcomes[f"{programme.code}_unknown"],
                facts,
                month,
                receives=decided,
            ),
        )
        for programme in rules().of_subject(subject)
        if programme.code in decided
    ]


def _households(session: Session, persons: list[int]) -> list[tuple[Subject, int]]:
    rows = session.execute(
        select(FeedRecord.feed, FeedRecord.household_id)
        .where(
            FeedRecord.person_id.in_(persons),
            FeedRecord.known_to.is_(None),
            FeedRecord.feed.in_(("MZ_SA", "NY_LAND")),
            FeedRecord.household_id.is_not(None),
        )
        .distinct()
    )
    kinds = {"MZ_SA": Subject.HOUSEHOLD, "NY_LAND": Subject.LAND}
    return [(kinds[feed], household_id) for feed, household_id in rows if household_id is not None]


def _row(
    engine: duckdb.DuckDBPyConnection, table: Any, subject: Subject, subject_id: int
) -> dict[str, Any]:
    engine.register("asked", table)
    cursor = engine.execute(
        f"SELECT * FROM asked WHERE {key_column(subject)} = ?",  # noqa: S608 - our own column
        [subject_id],
    )
    rows = cursor.fetchall()  # To its end: nothing can be registered beside an unfinished result.
    if not rows or cursor.description is None:
        return {}
    return dict(zip((column[0] for column in cursor.description), rows[0], strict=True))
