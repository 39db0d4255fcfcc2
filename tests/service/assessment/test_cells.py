"""One cell a subject: it says what the outcome file says, and is refused when it was changed."""

import hashlib

import pytest

from eligibility_rules import Decision, Subject
from service.assessment.cells import cell_of, name_of, read
from service.assessment.explain import explain_person
from service.assessment.models import Assessment
from service.assessment.newest import said_of
from service.assessment.outcome_files import OutcomesDamaged
from service.assessment.rows import codes_of, row_of
from service.foundation.settings import settings
from service.residents.models import Person, Snapshot
from tests.service.assessment.explaining import assessed, silence
from tests.service.residents.snapshot.county import County


def decisions_of(
    snapshot: Snapshot, month: Assessment, subject: Subject, subject_id: int
) -> dict[str, Decision]:
    return dict(map(read, cell_of(snapshot, month, subject, subject_id)))


def assessed_with_some(county: County) -> tuple[Assessment, Snapshot, list[Person]]:
    silence(county)
    people = [county.person(birth=f"19{year}-05-05") for year in (25, 40, 60, 80)]
    month = assessed(county)
    return month, county.session.get_one(Snapshot, month.snapshot_id), people


def test_a_cell_says_what_the_outcome_file_says(county: County) -> None:
    month, snapshot, people = assessed_with_some(county)
    codes = codes_of(snapshot, month, Subject.PERSON)
    for person in people:
        row = row_of(snapshot, month, Subject.PERSON, person.id, codes, ())
        assert row is not None
        assert row.decided
        assert decisions_of(snapshot, month, Subject.PERSON, person.id) == row.decided
    assert decisions_of(snapshot, month, Subject.PERSON, people[-1].id + 1) == {}


def test_an_assessment_is_the_same_with_and_without_its_cells(county: County) -> None:
    month, snapshot, people = assessed_with_some(county)
    with_cells = decisions_of(snapshot, month, Subject.PERSON, people[0].id)
    of_outcomes = "".join(
        f"{name}  {kept['says']}\n"
        for name, kept in sorted(month.files.items())
        if name.endswith("-outcomes.parquet")
    )
    assert month.digest == hashlib.sha256(of_outcomes.encode()).hexdigest()
    # As months that were assessed before there were cells.
    month.files = {name: kept for name, kept in month.files.items() if "cells" not in name}
    assert decisions_of(snapshot, month, Subject.PERSON, people[0].id) == with_cells


def test_everything_about_somebody_comes_with_one_question(county: County) -> None:
    month, _, people = assessed_with_some(county)
    for person in people:
        said = said_of(county.session, month.month, [person.id]) or []
        told = [(one.programme, one.outcome, one.amount_fen, one.reasons) for one in said]
        explained = explain_person(county.session, month, person.id)
        assert told == [
            (one.programme, one.outcome, one.amount_fen, one.reasons) for one in explained
        ]
        assert told
    assert said_of(county.session, "1999-01", [people[0].id]) is None


def test_changed_cells_are_refused(county: County) -> None:
    month, snapshot, people = assessed_with_some(county)
    decisions_of(snapshot, month, Subject.PERSON, people[0].id)
    path = settings().snapshots_dir / month.folder / name_of(Subject.PERSON)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)
    with pytest.raises(OutcomesDamaged) as refused:
        decisions_of(snapshot, month, Subject.PERSON, people[0].id)
    assert refused.value.members["files"] == [name_of(Subject.PERSON)]
