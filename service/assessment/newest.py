"""What a month's newest assessment decided about one human being, as a part of a wider question.

A county's residents ask it by the hundred a second, so whoever asks names the columns in a statement
of his own and no row becomes an object of the mapper.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Row,
    Text,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import LateralFromClause

from eligibility_rules import Subject
from service.assessment.cells import cell_in, cell_of, name_of
from service.assessment.explain import HOUSEHOLDS, in_household, rules_by
from service.assessment.models import Assessment
from service.assessment.outcome_files import purpose_of
from service.assessment.said import Said, teller_of
from service.residents.models import FeedRecord, Snapshot


@dataclass(frozen=True)
class Newest:
    """The assessment, and the households of whom it is asked for (``feed id``) at its snapshot."""

    assessment_id: UUID
    month: str
    rule_digest: str
    snapshot_digest: str
    folder: str
    files: dict[str, Any]
    households: Sequence[str] | None


_COLUMNS = [one.name for one in fields(Newest) if one.name != "month"]
_AT = cast(Snapshot.manifest["as_known_at"].astext, DateTime(timezone=True))


def newest(month: ColumnElement[str], own: ColumnElement[Any]) -> LateralFromClause:
    """Return the row of a month's newest assessment, to be joined; ``own`` are all ids of one human being."""
    households = (
        select(func.array_agg((FeedRecord.feed + " " + cast(FeedRecord.household_id, Text)).distinct()))
        .where(FeedRecord.person_id == any_(own), *in_household(_AT))
        .correlate_except(FeedRecord)
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(
            Assessment.id.label("assessment_id"),
            Assessment.rule_digest,
            Snapshot.digest.label("snapshot_digest"),
            Assessment.folder,
            Assessment.files,
            households.label("households"),
        )
        .join(Snapshot, Snapshot.id == Assessment.snapshot_id)
        .where(Assessment.month == month)
        .order_by(Assessment.assessed_at.desc())
        .limit(1)
        .lateral("n")
    )


def newest_of(row: Row[*tuple[Any, ...]], month: str) -> Newest | None:
    """Return what was found of :func:`newest`; None where the month was not assessed."""
    found = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    if found["assessment_id"] is None:
        return None
    return Newest(month=month, **{name: found[name] for name in _COLUMNS})


def said_by(session: Session, decided: Newest, own: list[int]) -> list[Said]:
    """Return every programme's outcome for a human being and the households of theirs.

    Raises :class:`~.explain.RulesNotRead` and what :func:`~.cells.cell_of` raises.
    """
    subjects = [(Subject.PERSON, one) for one in sorted(own)]
    subjects += [
        (HOUSEHOLDS[feed], int(household_id))
        for feed, _, household_id in (one.partition(" ") for one in decided.households or ())
    ]
    say = teller_of(rules_by(session, decided.rule_digest, decided.month)).say
    pieces = (
        piece
        for subject, subject_id in subjects
        for piece in _pieces(session, decided, subject, subject_id)
    )
    return [said for said in map(say, pieces) if said is not None]


def _pieces(session: Session, decided: Newest, subject: Subject, subject_id: int) -> list[str]:
    if name_of(subject) in decided.files:
        purpose = purpose_of(decided.snapshot_digest, decided.rule_digest)
        return cell_in(decided.folder, decided.files, purpose, subject, subject_id)
    # Of before there were cells: the slow way, which can be gone with any file.
    assessment = session.get_one(Assessment, decided.assessment_id)
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    return cell_of(snapshot, assessment, subject, subject_id)


def said_of(session: Session, month: str, own: list[int]) -> list[Said] | None:
    """Return the same of a month's newest assessment; None if there is none."""
    row = session.execute(_BY_ITSELF, {"month": month, "own": own}).first()
    decided = None if row is None else newest_of(row, month)
    return None if decided is None else said_by(session, decided, own)


_OWN = bindparam("own", type_=ARRAY(BigInteger))
# Made once: putting a statement together takes longer than asking it.
_BY_ITSELF = select(*newest(bindparam("month", type_=Text), _OWN).c)
