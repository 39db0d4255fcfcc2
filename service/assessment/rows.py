"""One subject's facts and outcomes of a month, found in the kept files within milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from eligibility_rules import Decision, Outcome, Programme, Subject
from service.assessment.models import Assessment
from service.assessment.outcome_files import OutcomesDamaged, purpose_of
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.lookup import FileChanged, Finder, finder
from service.residents.snapshot.opening import purpose_of as snapshot_purpose
from service.residents.snapshot.problems import SnapshotDamaged

_ABOUT = (
    "division",
    "payee_person_id",
    "guardian_person_id",
)
"""Columns beside the facts: where the subject lives and who is paid for it."""
_PARTS = ("outcome", "amount_fen", "held", "unknown")


@dataclass(frozen=True)
class Row:
    """One subject: ``facts`` by column as far as asked for, and decisions by programme."""

    facts: dict[str, Any]
    decided: dict[str, Decision]

    @property
    def payee_person_id(self) -> int | None:
        found: int | None = self.facts.get("payee_person_id")
        return found


def row_of(
    snapshot: Snapshot,
    assessment: Assessment,
    subject: Subject,
    subject_id: int,
    codes: Iterable[str],
    columns: Iterable[str],
) -> Row | None:
    """Return what the month says about a subject; None if it is not in the month's files.

    Of ``codes`` those that were not assessed in the month are left out. Raises
    :class:`~.outcome_files.OutcomesDamaged`, :class:`~service.residents.snapshot.problems.SnapshotDamaged`
    and :class:`~service.residents.snapshot.problems.SnapshotKeyWrong`.
    """
    outcomes = _outcomes(snapshot, assessment, subject)
    if outcomes is None:
        return None
    try:
        wanted = [code for code in codes if f"{code}_outcome" in outcomes.columns]
        said = outcomes.row(subject_id, [f"{code}_{part}" for code in wanted for part in _PARTS])
    except FileChanged:
        raise OutcomesDamaged(assessment.folder, [_name(subject)]) from None
    try:
        facts = _facts(snapshot, subject).row(subject_id, [*_ABOUT, *columns])
    except FileChanged:
        raise SnapshotDamaged(snapshot.folder, [f"{subject.value}.parquet"]) from None
    if said is None or facts is None:
        return None
    return Row(facts, {code: decided_in(said, code) for code in wanted})


def codes_of(snapshot: Snapshot, assessment: Assessment, subject: Subject) -> tuple[str, ...]:
    """Return the programmes that were assessed for a kind of subject in the month."""
    outcomes = _outcomes(snapshot, assessment, subject)
    if outcomes is None:
        return ()
    return tuple(
        sorted(
            name.removesuffix("_outcome") for name in outcomes.columns if name.endswith("_outcome")
        )
    )


def asks_about(programme: Programme) -> tuple[str, ...]:
    """Return the programmes whose outcomes a programme's conditions and amount look at."""
    return tuple(dict.fromkeys((*programme.depends_on, *programme.rivals)))


def decided_in(said: dict[str, Any], code: str) -> Decision:
    """Return what a row of an outcome file says about a programme; without its reasons."""
    return Decision(
        Outcome(said[f"{code}_outcome"]),
        said[f"{code}_amount_fen"],
        said[f"{code}_held"],
        said[f"{code}_unknown"],
        (),
    )


def _outcomes(snapshot: Snapshot, assessment: Assessment, subject: Subject) -> Finder | None:
    name = _name(subject)
    kept = assessment.files.get(name)
    if kept is None:
        return None
    path = settings().snapshots_dir / assessment.folder / name
    purpose = purpose_of(snapshot.digest, assessment.rule_digest)
    try:
        return finder(path, purpose, kept["key_version"], kept["sha256"])
    except FileChanged:
        raise OutcomesDamaged(assessment.folder, [name]) from None


def _facts(snapshot: Snapshot, subject: Subject) -> Finder:
    name = f"{subject.value}.parquet"
    kept = (snapshot.files or {}).get(name)
    if kept is None:
        raise SnapshotDamaged(snapshot.folder, [name])
    path = settings().snapshots_dir / snapshot.folder / name
    return finder(path, snapshot_purpose(snapshot.digest), kept["key_version"], kept["sha256"])


def _name(subject: Subject) -> str:
    return f"{subject.value}-outcomes.parquet"
