"""Frozen facts at rest: nobody reads them without the key, and no file stands in for another."""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet
import pytest
from sqlalchemy.orm import Session

from service.assessment.assess import assess
from service.assessment.outcome_files import OutcomesDamaged, open_outcomes
from service.audit.actor import SYSTEM
from service.foundation.encryption import sealer
from service.foundation.months import Month
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot import freeze, open_snapshot, read_table
from service.residents.snapshot.at_rest import opens_whole
from service.residents.snapshot.opening import purpose_of
from service.residents.snapshot.problems import SnapshotDamaged, SnapshotKeyWrong
from tests.service.residents.snapshot.county import County, read


@pytest.fixture
def key_file(data_dir: Path) -> Iterator[Path]:
    """The field keys of this test's own installation; whatever is done to them ends with it."""
    sealer.cache_clear()
    sealer()
    yield settings().keys_dir / "field.key"
    sealer.cache_clear()


@pytest.fixture
def frozen(key_file: Path, county: County) -> Snapshot:
    for number in range(30):
        county.person(birth=f"19{50 + number}-01-0{1 + number % 9}")
    return county.freeze()


@pytest.fixture
def home(frozen: Snapshot) -> Path:
    home = open_snapshot(frozen)
    home.chmod(0o700)
    for path in home.iterdir():
        path.chmod(0o600)
    return home


def test_the_files_read_without_the_key_say_nothing(home: Path) -> None:
    for table in ("person", "household", "land"):
        path = home / f"{table}.parquet"
        with pytest.raises(OSError, match="encrypt"):
            pyarrow.parquet.read_table(path)
        with pytest.raises(duckdb.Error), duckdb.connect() as engine:
            engine.execute("FROM read_parquet(?)", [str(path)])
        content = path.read_bytes()
        assert b"person_id" not in content
        assert b"330523100200" not in content


def test_the_same_words_are_encrypted_otherwise_each_time(
    county: County, frozen: Snapshot, tmp_path: Path
) -> None:
    first = dict(frozen.files or {})
    again = freeze(county.session, Month(2026, 11), by=SYSTEM, folder=tmp_path / "elsewhere")
    assert again.digest == frozen.digest
    assert {name: kept["sha256"] for name, kept in (again.files or {}).items()} != {
        name: kept["sha256"] for name, kept in first.items()
    }


def test_a_file_cut_short_is_refused(frozen: Snapshot, home: Path) -> None:
    path = home / "person.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(SnapshotDamaged) as refused:
        open_snapshot(frozen)
    assert refused.value.members["files"] == ["person.parquet"]


def test_a_file_of_another_snapshot_is_refused(
    county: County, frozen: Snapshot, home: Path
) -> None:
    county.person()
    other = county.freeze()
    (home / "person.parquet").write_bytes((open_snapshot(other) / "person.parquet").read_bytes())
    with pytest.raises(SnapshotDamaged):
        open_snapshot(frozen)


def test_a_file_in_anothers_place_does_not_open_even_when_its_hash_is_forged(
    frozen: Snapshot, home: Path
) -> None:
    files = dict(frozen.files or {})
    (home / "household.parquet").write_bytes((home / "land.parquet").read_bytes())
    forged = Snapshot(
        folder=frozen.folder, digest=frozen.digest, manifest=frozen.manifest,
        files={**files, "household.parquet": files["land.parquet"]},
    )  # fmt: skip
    with pytest.raises(SnapshotKeyWrong):
        open_snapshot(forged)


def test_one_changed_byte_does_not_open_even_when_its_hash_is_forged(
    frozen: Snapshot, home: Path
) -> None:
    path = home / "person.parquet"
    assert opens_whole(path, purpose_of(frozen.digest), 1)
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    assert not opens_whole(path, purpose_of(frozen.digest), 1)


def test_another_installations_key_does_not_open_it(frozen: Snapshot, key_file: Path) -> None:
    key_file.write_text(secrets.token_hex(32))
    sealer.cache_clear()
    with pytest.raises(SnapshotKeyWrong) as refused:
        open_snapshot(frozen)
    assert refused.value.code == "snapshot_key_wrong"
    with pytest.raises(SnapshotKeyWrong):
        read_table(frozen, "person")


def test_facts_frozen_before_a_key_rotation_open_after_it(
    county: County, frozen: Snapshot, key_file: Path
) -> None:
    told = read(frozen, "person")
    key_file.write_text(f"1 {sealer().ring.keys[1].hex()}\n2 {secrets.token_hex(32)}\n")
    sealer.cache_clear()
    assert read(frozen, "person") == told
    county.person()
    newer = county.freeze()
    assert {kept["key_version"] for kept in (newer.files or {}).values()} == {2}
    assert len(read(newer, "person")) == len(told) + 1


def test_outcomes_are_encrypted_and_a_changed_one_is_refused(
    session: Session, frozen: Snapshot
) -> None:
    found = assess(session, frozen, by=SYSTEM)
    path = settings().snapshots_dir / found.folder / "person-outcomes.parquet"
    assert b"MZ15" not in path.read_bytes()
    assert open_outcomes(frozen, found)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(OutcomesDamaged) as refused:
        open_outcomes(frozen, found)
    assert refused.value.members["files"] == ["person-outcomes.parquet"]


def test_what_a_killed_freeze_left_is_removed_an_hour_later_and_not_before(county: County) -> None:
    home = settings().snapshots_dir
    for name, age in ((".freezing-old", 4000), (".freezing-busy", 60)):
        (home / name / "plain").mkdir(parents=True)
        (home / name / "plain" / "person.parquet").write_bytes(b"plain facts")
        for path in (home / name, *(home / name).rglob("*")):
            os.utime(path, (time.time() - age,) * 2)
    county.person()
    county.freeze()
    assert not (home / ".freezing-old").exists()
    assert (home / ".freezing-busy" / "plain" / "person.parquet").exists()


def test_nothing_plain_stays_beside_the_frozen_files(session: Session, frozen: Snapshot) -> None:
    assess(session, frozen, by=SYSTEM)
    for path in settings().snapshots_dir.rglob("*"):
        assert not path.name.startswith(".freezing-")
        if path.suffix == ".parquet":
            assert path.read_bytes()[:4] == b"PARE"


def test_a_refused_freeze_leaves_nothing(county: County) -> None:
    county.person(birth="never")
    with pytest.raises(Exception, match="cannot be frozen"):
        county.freeze()
    assert list(settings().snapshots_dir.iterdir()) == []
