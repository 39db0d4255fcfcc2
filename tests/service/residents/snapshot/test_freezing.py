"""A snapshot: the same facts give the same digest, and no byte changes afterwards."""

import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.foundation.months import Month
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot import freeze, open_snapshot
from service.residents.snapshot.manifest import digest_of
from service.residents.snapshot.problems import RecordsUnreadable, SnapshotDamaged, SubjectTwice
from tests.factories.residents import DeliveryFactory, FeedRecordFactory
from tests.service.residents.snapshot.county import HUKOU, County, read

FILES = ("household.parquet", "land.parquet", "manifest.json", "person.parquet")


def _populate(county: County, count: int = 40) -> None:
    for number in range(count):
        person = county.person(birth=f"19{50 + number % 40}-0{1 + number % 9}-11")
        if number % 3 == 0:
            county.says("CZ_PAY", person, on_payroll=number % 2 == 0)
        if number % 4 == 0:
            county.says(
                "MZ_SA", person, county.household(),
                head_person_id=person.id, category="低保", size=1, approved_date="2025-01-01",
                status="在保",
            )  # fmt: skip


def _bytes(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(home.iterdir())}


def _unlock(home: Path) -> None:
    home.chmod(0o700)
    for path in home.iterdir():
        path.chmod(0o600)


def test_freezing_twice_gives_the_same_snapshot_and_writes_nothing(county: County) -> None:
    _populate(county)
    first = county.freeze()
    home = open_snapshot(first)
    times = {path.name: path.stat().st_mtime_ns for path in home.iterdir()}
    second = county.freeze()
    assert second.id == first.id
    assert {path.name: path.stat().st_mtime_ns for path in home.iterdir()} == times
    assert [path.name for path in home.parent.iterdir()] == [home.name]
    frozen = select(AuditEntry).where(AuditEntry.act == "snapshot.frozen")
    assert len(county.session.scalars(frozen).all()) == 1


def test_the_same_facts_give_the_same_snapshot_in_another_folder(
    county: County, session: Session, tmp_path: Path
) -> None:
    _populate(county)
    first = county.freeze()
    told = read(first, "person")
    again = freeze(session, Month(2026, 11), by=SYSTEM, folder=tmp_path / "elsewhere")
    assert again.id == first.id
    open_snapshot(again, tmp_path / "elsewhere")
    assert read(again, "person", tmp_path / "elsewhere") == told


def test_one_changed_fact_gives_another_snapshot(county: County) -> None:
    person = county.person()
    first = county.freeze()
    county.says("CZ_PAY", person, on_payroll=True)
    second = county.freeze()
    assert second.digest != first.digest
    open_snapshot(first)
    open_snapshot(second)


def test_the_manifest_names_month_deliveries_rows_hashes_and_columns(county: County) -> None:
    person = county.person()
    older, newer = (DeliveryFactory.create(feed="CZ_PAY") for _ in range(2))
    FeedRecordFactory.create(
        feed="CZ_PAY", person=person, data={"on_payroll": True}, delivery=older
    )
    last = DeliveryFactory.create(feed="CZ_PAY")
    DeliveryFactory.create(feed="CZ_PAY", state="refused")
    snapshot = county.freeze()
    manifest = json.loads((open_snapshot(snapshot) / "manifest.json").read_bytes())
    assert manifest == snapshot.manifest
    assert (manifest["month"], manifest["county_division"]) == ("2026-11", "330523")
    assert manifest["feeds"]["CZ_PAY"] == [str(last.id), str(older.id)]
    assert str(newer.id) not in manifest["feeds"]["CZ_PAY"]
    assert manifest["feeds"]["SF_PRISON"] == []
    assert manifest["tables"]["person"]["rows"] == 1
    assert manifest["tables"]["person"]["columns"]["p__birth"] == "DATE"
    assert snapshot.digest == digest_of(manifest)
    assert snapshot.folder == f"2026-11-{snapshot.digest[:12]}"


def test_the_files_are_read_only_and_not_for_everybody(county: County) -> None:
    county.person()
    home = open_snapshot(county.freeze())
    assert sorted(path.name for path in home.iterdir()) == list(FILES)
    for path in (*home.iterdir(), home):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o227


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(county: County, name: str) -> None:
    county.person()
    snapshot = county.freeze()
    home = open_snapshot(snapshot)
    _unlock(home)
    content = bytearray((home / name).read_bytes())
    content[len(content) // 2] ^= 1
    (home / name).write_bytes(content)
    with pytest.raises(SnapshotDamaged) as refused:
        open_snapshot(snapshot)
    assert refused.value.code == "snapshot_damaged"
    assert refused.value.members["files"] == [name]
    with pytest.raises(SnapshotDamaged):
        county.freeze()


def test_every_missing_file_is_named(county: County) -> None:
    county.person()
    snapshot = county.freeze()
    home = open_snapshot(snapshot)
    _unlock(home)
    (home / "person.parquet").unlink()
    (home / "manifest.json").unlink()
    with pytest.raises(SnapshotDamaged) as refused:
        open_snapshot(snapshot)
    assert refused.value.members["files"] == ["manifest.json", "person.parquet"]


def test_a_manifest_changed_in_the_database_is_refused(county: County) -> None:
    county.person()
    snapshot = county.freeze()
    changed = Snapshot(
        folder=snapshot.folder,
        digest=snapshot.digest,
        manifest={**snapshot.manifest, "month": "2026-12"},
    )
    with pytest.raises(SnapshotDamaged):
        open_snapshot(changed)


def test_files_left_by_a_rolled_back_freeze_are_taken_over(
    county: County, session: Session
) -> None:
    county.person()
    with session.begin_nested() as attempt:
        home = open_snapshot(county.freeze())
        left = _bytes(home)
        attempt.rollback()
    assert session.scalars(select(Snapshot)).all() == []
    snapshot = county.freeze()
    assert open_snapshot(snapshot) == home
    assert _bytes(home) == left
    assert json.loads(left["manifest.json"]) == snapshot.manifest


def test_lost_files_come_back_from_unchanged_data(county: County) -> None:
    county.person()
    snapshot = county.freeze()
    home = open_snapshot(snapshot)
    told, manifest = read(snapshot, "person"), (home / "manifest.json").read_bytes()
    _unlock(home)
    for path in home.iterdir():
        path.unlink()
    home.rmdir()
    assert county.freeze().id == snapshot.id
    assert (open_snapshot(snapshot) / "manifest.json").read_bytes() == manifest
    assert read(snapshot, "person") == told


def test_values_of_another_kind_stop_the_freeze_and_are_all_named_without_being_shown(
    county: County,
) -> None:
    person = county.person(birth="the year of the tiger")
    county.says("MZ_CHECK", person, income_pc_fen="12.5x", cars=1, report_date="2026-10-01")
    with pytest.raises(RecordsUnreadable) as refused:
        county.freeze()
    sentence = refused.value.say("en")
    assert "feed GA_HUKOU, field birth: 1 values are not DATE" in sentence
    assert "feed MZ_CHECK, field income_pc_fen: 1 values are not BIGINT" in sentence
    assert "tiger" not in sentence
    assert "12.5x" not in sentence
    assert list(settings().snapshots_dir.iterdir()) == []


def test_a_person_with_two_entries_in_the_register_is_not_paid_twice(county: County) -> None:
    person = county.person()
    county.says("GA_HUKOU", person, **HUKOU)
    with pytest.raises(SubjectTwice) as refused:
        county.freeze()
    assert "1 rows of table person" in refused.value.say("en")


def test_an_empty_county_freezes_to_empty_tables_with_every_column(county: County) -> None:
    snapshot = county.freeze()
    assert {name: table["rows"] for name, table in snapshot.manifest["tables"].items()} == {
        "person": 0,
        "household": 0,
        "land": 0,
    }
    assert snapshot.manifest["tables"]["person"]["columns"]["sa__dibao"] == "BOOLEAN"
