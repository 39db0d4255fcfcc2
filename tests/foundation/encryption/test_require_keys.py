"""A process that starts with a key which does not fit the data does not start."""

import pytest

from service.foundation.database import transaction
from service.foundation.encryption import KeyFileUnusable, Sealer, sealer
from service.foundation.encryption.check import held
from service.foundation.encryption.key_files import add_version, field_keys, key_file
from service.foundation.encryption.require_keys import require_keys
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS
from service.residents.models import PersonIdentifier
from tests.foundation.committed import Committed
from tests.foundation.encryption.everything import fill

OTHER = "5a" * 32


def refused(name: str, content: str) -> str:
    """Put a key file in place and return why the next start is refused."""
    path = key_file(name)
    path.write_text(content, encoding="ascii")
    sealer.cache_clear()
    with transaction() as session, pytest.raises(KeyFileUnusable) as wrong:
        require_keys(session)
    said = wrong.value.sentence + wrong.value.sentence_zh
    assert str(path) in said
    assert OTHER not in said
    return said


def test_the_right_keys_are_accepted_with_and_without_data(committed: Committed) -> None:
    with committed.transaction() as session:
        require_keys(session)
        fill(session, 3)
        require_keys(session)
    add_version(key_file("field"), field_keys())
    sealer.cache_clear()
    with committed.transaction() as session:
        require_keys(session)


@pytest.mark.parametrize("column", SEALED_COLUMNS, ids=lambda one: one.name)
def test_a_key_of_another_installation_is_refused_whichever_column_has_data(
    committed: Committed, column: object
) -> None:
    chosen = tuple(one for one in SEALED_COLUMNS if one == column)
    with committed.transaction() as session:
        other = Sealer(bytes.fromhex(OTHER), b"i" * 32)
        fill(session, 2, chosen, beside=other)
    said = refused("field", OTHER)
    assert chosen[0].name in said
    assert "version 1" in said


@pytest.mark.parametrize("resealed", [1, 3], ids=["the last one is old", "the first one is old"])
def test_a_file_without_the_old_version_is_refused_while_old_values_are_left(
    committed: Committed, resealed: int
) -> None:
    chosen = tuple(one for one in SEALED_COLUMNS if one.name == "person_identifiers.value")
    with committed.transaction() as session:
        fill(session, 3, chosen)
    ring = add_version(key_file("field"), field_keys())
    sealer.cache_clear()
    with committed.transaction() as session:
        row = session.get_one(PersonIdentifier, resealed)
        place = chosen[0].place({"value_index": row.value_index})
        row.value_sealed = sealer().seal(sealer().open(row.value_sealed, place), place)
    said = refused("field", f"2 {ring.keys[2].hex()}\n")
    assert "sealed under version 1, which it does not hold" in said


def test_a_version_is_needed_as_long_as_a_snapshot_is_under_it(committed: Committed) -> None:
    ring = add_version(key_file("field"), field_keys())
    committed.as_superuser(
        "INSERT INTO snapshots (id, month, digest, manifest, folder, taken_at, files) VALUES "
        "(gen_random_uuid(), '2026-10', 'd', '{}', 'f', now(), "
        """'{"person.parquet": {"sha256": "s", "key_version": 1}}')"""
    )
    sealer.cache_clear()
    with committed.transaction() as session:
        require_keys(session)
        assert [(one.name, one.version, one.values) for one in held(session)] == [
            ("snapshots.files", 1, 1)
        ]
    assert "snapshots.files" in refused("field", f"2 {ring.keys[2].hex()}\n")


def test_an_index_key_of_another_installation_is_refused(committed: Committed) -> None:
    with committed.transaction() as session:
        fill(session, 1)
    assert "indexed" in refused("index", OTHER)
