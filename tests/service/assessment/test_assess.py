"""The same facts and rules give the same words, unknown is never no, and changed facts are refused."""

import hashlib
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Subject
from service.assessment.assess import SnapshotLacks, assess
from service.assessment.models import Assessment, Decision
from service.assessment.outcome_files import open_outcomes
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation.settings import settings
from service.residents.models import Person, Snapshot
from service.residents.snapshot.problems import SnapshotDamaged
from tests.service.residents.snapshot.county import County

ELDER = "1940-03-03"


def _folder(assessment: Assessment) -> Path:
    return settings().snapshots_dir / assessment.folder


def _bytes(assessment: Assessment) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(_folder(assessment).iterdir())
    }


def _unlock(home: Path) -> None:
    home.chmod(0o700)
    for path in home.iterdir():
        path.chmod(0o600)


def _rows_of(session: Session, assessment: Assessment, subject: Subject) -> list[dict[str, Any]]:
    snapshot = session.get_one(Snapshot, assessment.snapshot_id)
    rows: list[dict[str, Any]] = open_outcomes(snapshot, assessment)[subject].to_table().to_pylist()
    return rows


def _outcome(
    county: County, assessment: Assessment, person: Person, programme: str
) -> tuple[str, int | None]:
    rows = _rows_of(county.session, assessment, Subject.PERSON)
    (row,) = (row for row in rows if row["person_id"] == person.id)
    outcome = ("not_due", "due", "unknown")[row[f"{programme}_outcome"]]
    return outcome, row[f"{programme}_amount_fen"]


def _decide(county: County, month: str = "2026-11") -> Assessment:
    return assess(county.session, county.freeze(month), by=SYSTEM)


def _populate(county: County, count: int = 60) -> None:
    for number in range(count):
        person = county.person(birth=f"19{26 + number % 60:02d}-0{1 + number % 9}-1{number % 9}")
        if number % 5 == 0:
            county.says(
                "CL_CERT", person, category=4, grade=1 + number % 4, expires_on="2030-01-01",
                status="正常",
            )  # fmt: skip
        if number % 7 == 0:
            county.says("CZ_PAY", person, on_payroll=True)


def test_assessing_again_gives_the_same_digest_and_says_the_same(
    county: County, session: Session
) -> None:
    _populate(county)
    snapshot = county.freeze()
    with session.begin_nested() as first_try:
        first = assess(session, snapshot, by=SYSTEM)
        digest, counts = first.digest, first.counts
        said = {name: kept["says"] for name, kept in first.files.items()}
        rows = _rows(session)
        shutil.rmtree(_folder(first))
        first_try.rollback()
    assert session.scalars(select(Assessment)).all() == []
    again = assess(session, session.get_one(Snapshot, snapshot.id), by=SYSTEM)
    assert again.digest == digest
    assert again.counts == counts
    assert {name: kept["says"] for name, kept in again.files.items()} == said
    assert _bytes(again) == {name: kept["sha256"] for name, kept in again.files.items()}
    assert _rows(session) == rows


def _rows(session: Session) -> list[tuple[Any, ...]]:
    columns = [
        column
        for column in Decision.__table__.columns
        if column.name not in {"id", "assessment_id"}
    ]
    return [tuple(row) for row in session.execute(select(*columns).order_by(*columns[:4])).all()]


def test_the_same_snapshot_and_rules_are_assessed_once(county: County, session: Session) -> None:
    _populate(county, 5)
    snapshot = county.freeze()
    first = assess(session, snapshot, by=SYSTEM)
    assert assess(session, snapshot, by=SYSTEM).id == first.id
    entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "month.assessed")).all()
    assert len(entries) == 1


def test_one_more_fact_gives_another_digest(county: County) -> None:
    _populate(county, 5)
    first = _decide(county)
    county.person(birth=ELDER)
    second = _decide(county)
    assert second.digest != first.digest
    assert second.snapshot_id != first.snapshot_id


def test_who_is_due_is_due_the_amount_of_the_law(county: County) -> None:
    eighties, nineties, young = (
        county.person(birth=birth) for birth in ("1940-03-03", "1930-03-03", "1990-03-03")
    )
    found = _decide(county)
    assert _outcome(county, found, eighties, "MZ15") == ("due", 6_000)
    assert _outcome(county, found, nineties, "MZ15") == ("due", 10_000)
    assert _outcome(county, found, young, "MZ15") == ("not_due", None)
    assert found.counts["MZ15"] == {"due": 2, "not_due": 1, "unknown": 0, "amount_fen": 16_000}
    kept = county.session.scalars(select(Decision).where(Decision.programme == "MZ15")).all()
    assert {(row.subject_id, row.outcome, row.amount_fen) for row in kept} == {
        (eighties.id, "due", 6_000),
        (nineties.id, "due", 10_000),
    }


def _driver(county: County) -> Person:
    return county.person(birth="1970-01-01")


def _certified(county: County, person: Person, **changes: Any) -> None:
    data = {"category": 4, "grade": 1, "expires_on": "2030-01-01", "status": "正常", **changes}
    county.says("CL_CERT", person, **data)


def _drives(county: County, person: Person) -> None:
    county.says("GA_VEH", person, kind="机动轮椅车", registered_on="2020-01-01", status="正常")


def test_with_every_department_heard_the_answer_is_yes_or_no(county: County) -> None:
    yes, no = _driver(county), _driver(county)
    _certified(county, yes)
    _drives(county, yes)
    found = _decide(county)
    assert _outcome(county, found, yes, "CL03") == ("due", 26_000)
    assert _outcome(county, found, no, "CL03")[0] == "not_due"


@pytest.mark.parametrize("silent", ["CL_CERT", "GA_VEH", "both"])
def test_a_department_that_was_never_heard_makes_it_unknown_and_never_no(
    county: County, silent: str
) -> None:
    person = _driver(county)
    if silent == "GA_VEH":
        _certified(county, person)
    if silent == "CL_CERT":
        _drives(county, person)
    found = _decide(county)
    assert _outcome(county, found, person, "CL03") == ("unknown", None)
    kept = county.session.scalars(select(Decision).where(Decision.programme == "CL03")).one()
    assert (kept.outcome, kept.amount_fen) == ("unknown", None)
    assert kept.unknown_mask != 0


def test_a_known_no_stays_no_whatever_else_is_unknown(county: County) -> None:
    person = _driver(county)
    _certified(county, person, category=1)
    assert _outcome(county, _decide(county), person, "CL03")[0] == "not_due"


def test_a_birthday_nobody_knows_is_no_reason_to_say_no(county: County) -> None:
    person = county.person(birth=None)
    found = _decide(county)
    assert _outcome(county, found, person, "MZ15") == ("unknown", None)
    assert _outcome(county, found, person, "MZ16") == ("unknown", None)


def test_hearing_more_departments_never_turns_no_into_yes(county: County) -> None:
    people = [county.person(birth=f"19{year}-05-05") for year in (30, 45, 60, 75, 90)]
    before = _decide(county)
    programmes = _person_programmes(county.session, before)
    said = {
        (person.id, code): _outcome(county, before, person, code)[0]
        for person in people
        for code in before.counts
        if code in programmes
    }
    for person in people:
        _certified(county, person)
        _drives(county, person)
        county.says("CZ_PAY", person, on_payroll=False)
    after = _decide(county)
    for (person_id, code), outcome in said.items():
        person = next(one for one in people if one.id == person_id)
        if outcome == "not_due":
            assert _outcome(county, after, person, code)[0] == "not_due", code
    assert "unknown" in said.values()


def _person_programmes(session: Session, assessment: Assessment) -> set[str]:
    row = _rows_of(session, assessment, Subject.PERSON)[0]
    return {name.removesuffix("_outcome") for name in row if name.endswith("_outcome")}


@pytest.mark.parametrize("name", ["person.parquet", "household.parquet", "manifest.json"])
def test_a_snapshot_changed_on_disk_is_refused(county: County, session: Session, name: str) -> None:
    _populate(county, 8)
    snapshot = county.freeze()
    home = settings().snapshots_dir / snapshot.folder
    _unlock(home)
    content = bytearray((home / name).read_bytes())
    content[len(content) // 2] ^= 1
    (home / name).write_bytes(content)
    with pytest.raises(SnapshotDamaged):
        assess(session, snapshot, by=SYSTEM)
    assert session.scalars(select(Assessment)).all() == []


def test_a_snapshot_that_is_gone_is_refused(county: County, session: Session) -> None:
    _populate(county, 3)
    snapshot = county.freeze()
    home = settings().snapshots_dir / snapshot.folder
    _unlock(home)
    shutil.rmtree(home)
    with pytest.raises(SnapshotDamaged):
        assess(session, snapshot, by=SYSTEM)


def test_facts_that_the_rules_need_and_the_snapshot_lacks_are_all_named(
    county: County, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    _populate(county, 3)
    snapshot = county.freeze()
    module = import_module("service.assessment.assess")

    wanted = {"p__birth": "DATE", "p__shoe_size": "BIGINT", "p__luck": "BOOLEAN"}
    monkeypatch.setattr(module, "required_columns", lambda *_: wanted)
    with pytest.raises(SnapshotLacks) as refusal:
        assess(session, snapshot, by=SYSTEM)
    said = refusal.value.say("en")
    assert "p__shoe_size (BIGINT)" in said
    assert "p__luck (BOOLEAN)" in said


def test_who_was_due_last_month_and_is_not_now_stays_visible(county: County) -> None:
    person = county.person(birth="1926-11-30")
    last = _decide(county, "2026-10")
    assert _outcome(county, last, person, "MZ15")[0] == "due"
    this = _decide(county, "2026-11")
    kept = {
        row.programme: row.outcome
        for row in county.session.scalars(
            select(Decision).where(
                Decision.assessment_id == this.id, Decision.subject_id == person.id
            )
        )
    }
    assert kept["MZ15"] == "not_due"
    assert kept["MZ16"] == "due"


def test_no_file_of_an_assessment_holds_a_name(county: County, session: Session) -> None:
    _populate(county, 20)
    found = _decide(county)
    names = [name for name in session.scalars(select(Person.name)) if name]
    for path in _folder(found).iterdir():
        content = path.read_bytes()
        assert not [name for name in names if name.encode() in content]
