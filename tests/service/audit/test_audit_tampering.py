"""Whoever gets past every trigger and changes the trail is found, and the first wrong entry named.

An edit that hides its own leaf is placed to the signed round it lies in: rounds end at 3, 4, 8, 10.
"""

import random

import psycopg
import pytest

from service.audit.log.head import head_file
from service.audit.log.tree import leaf_hash
from service.audit.standalone.classes import CHANGED, CHECKPOINT, COLUMNS, FORKED, INSERTED
from tests.foundation.committed import Committed
from tests.service.audit.trail import ROUNDS, SIZE, at, verdict, write

EDIT = "replace(convert_from(canonical, 'UTF8'), 'thing.done', 'thing.gone')"


def _round_start(index: int) -> int:
    start = 0
    for entries in ROUNDS:
        if index < start + entries:
            break
        start += entries
    return start


@pytest.fixture
def trail(committed: Committed) -> Committed:
    """A trail of ten entries that verifies."""
    write(committed, *ROUNDS)
    found = verdict(committed)
    assert (found.verified, found.entries, found.first_bad) == (True, SIZE, None)
    return committed


@pytest.mark.parametrize("index", range(SIZE))
def test_an_edited_entry_is_named(trail: Committed, index: int) -> None:
    trail.as_superuser(
        f"UPDATE audit_entries SET canonical = convert_to({EDIT}, 'UTF8') WHERE id = {at(index)}"
    )
    found = verdict(trail)
    assert (found.verified, found.first_bad, found.code) == (False, index, CHANGED)
    assert f"entry {index}" in found.sentence
    assert str(index) in found.sentence_zh


@pytest.mark.parametrize("index", range(SIZE))
def test_an_edit_that_also_mends_its_leaf_is_placed_to_its_signed_round(
    trail: Committed, index: int
) -> None:
    with psycopg.connect(trail.url) as connection:
        connection.execute("SET session_replication_role = replica")
        row = connection.execute(
            f"SELECT canonical FROM audit_entries WHERE id = {at(index)}"
        ).fetchone()
        assert row is not None
        changed = row[0].replace(b"thing.done", b"thing.gone")
        connection.execute(
            f"UPDATE audit_entries SET canonical = %s, act = 'thing.gone' WHERE id = {at(index)}",
            [changed],
        )
        connection.execute(
            "UPDATE audit_leaves SET leaf_hash = %s WHERE index = %s", [leaf_hash(changed), index]
        )
    found = verdict(trail)
    assert (found.verified, found.first_bad) == (False, _round_start(index))


@pytest.mark.parametrize("column", ["act", "actor_id", "actor_kind", "object_type", "object_id"])
def test_a_column_people_search_by_cannot_say_something_else(trail: Committed, column: str) -> None:
    trail.as_superuser(f"UPDATE audit_entries SET {column} = 'another' WHERE id = {at(5)}")
    found = verdict(trail)
    assert (found.verified, found.first_bad, found.code) == (False, 5, COLUMNS)


def test_an_entry_cannot_be_moved_to_another_time(trail: Committed) -> None:
    trail.as_superuser(f"UPDATE audit_entries SET at = at - interval '1 day' WHERE id = {at(5)}")
    assert verdict(trail).first_bad == 5


@pytest.mark.parametrize("index", range(SIZE))
def test_a_deleted_entry_is_named(trail: Committed, index: int) -> None:
    trail.as_superuser(f"DELETE FROM audit_entries WHERE id = {at(index)}")
    assert verdict(trail).first_bad == index


@pytest.mark.parametrize("index", range(SIZE))
def test_an_entry_deleted_with_its_leaf_is_named(trail: Committed, index: int) -> None:
    trail.as_superuser(
        f"DELETE FROM audit_entries WHERE id = {at(index)}",
        f"DELETE FROM audit_leaves WHERE index = {index}",
    )
    assert verdict(trail).first_bad == index


def test_a_gap_that_was_closed_up_is_placed_to_its_signed_round(trail: Committed) -> None:
    trail.as_superuser(
        f"DELETE FROM audit_entries WHERE id = {at(5)}",
        "DELETE FROM audit_leaves WHERE index = 5",
        "UPDATE audit_leaves SET index = -index WHERE index > 5",
        "UPDATE audit_leaves SET index = -index - 1 WHERE index < 0",
    )
    found = verdict(trail)
    assert (found.verified, found.first_bad) == (False, _round_start(5))


def test_an_inserted_entry_is_found(trail: Committed) -> None:
    fields = "at, actor_kind, actor_id, act, object_type, object_id, canonical"
    trail.as_superuser(
        f"INSERT INTO audit_entries (id, {fields}) "
        f"SELECT gen_random_uuid(), {fields} FROM audit_entries WHERE id = {at(2)}",
        "UPDATE audit_leaves SET index = -index - 1 WHERE index >= 6",
        "UPDATE audit_leaves SET index = -index WHERE index < 0",
        "INSERT INTO audit_leaves (index, entry_id, leaf_hash) SELECT 6, e.id, l.leaf_hash "
        "FROM audit_entries e, audit_leaves l WHERE l.index = 2 "
        "AND NOT EXISTS (SELECT 1 FROM audit_leaves k WHERE k.entry_id = e.id)",
    )
    found = verdict(trail)
    assert not found.verified
    assert found.first_bad is not None
    assert found.first_bad <= 6
    assert found.code == INSERTED


def test_an_entry_added_at_the_end_without_a_signature_is_named(trail: Committed) -> None:
    fields = "at, actor_kind, actor_id, act, object_type, object_id, canonical"
    trail.as_superuser(
        f"INSERT INTO audit_entries (id, {fields}) "
        f"SELECT gen_random_uuid(), {fields} FROM audit_entries WHERE id = {at(2)}",
        f"INSERT INTO audit_leaves (index, entry_id, leaf_hash) SELECT {SIZE}, e.id, l.leaf_hash "
        "FROM audit_entries e, audit_leaves l WHERE l.index = 2 "
        "AND NOT EXISTS (SELECT 1 FROM audit_leaves k WHERE k.entry_id = e.id)",
    )
    found = verdict(trail)
    assert not found.verified
    assert found.first_bad == SIZE
    assert found.code == INSERTED


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 6), (3, 4), (8, 9)])
def test_entries_that_changed_places_are_named(trail: Committed, one: int, other: int) -> None:
    swap = f"CASE index WHEN {one} THEN -{other} - 1 ELSE -{one} - 1 END"
    trail.as_superuser(
        f"UPDATE audit_leaves SET index = {swap} WHERE index IN ({one}, {other})",
        "UPDATE audit_leaves SET index = -index - 1 WHERE index < 0",
    )
    found = verdict(trail)
    assert (found.verified, found.first_bad) == (False, _round_start(one))


def test_content_that_changed_places_is_named(trail: Committed) -> None:
    trail.as_superuser(
        f"UPDATE audit_entries SET canonical = (SELECT canonical FROM audit_entries "
        f"WHERE id = {at(7)}) WHERE id = {at(4)}"
    )
    assert verdict(trail).first_bad == 4


@pytest.mark.parametrize("kept", [0, 1, 4, 9])
def test_a_truncated_trail_is_named(trail: Committed, kept: int) -> None:
    trail.as_superuser(
        f"DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves "
        f"WHERE index >= {kept})",
        f"DELETE FROM audit_leaves WHERE index >= {kept}",
    )
    assert verdict(trail).first_bad == kept


@pytest.mark.parametrize("kept", [0, 3, 4, 8])
def test_a_trail_truncated_with_its_checkpoints_is_named_by_the_head_kept_outside(
    trail: Committed, kept: int
) -> None:
    trail.as_superuser(
        f"DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves "
        f"WHERE index >= {kept})",
        f"DELETE FROM audit_leaves WHERE index >= {kept}",
        f"DELETE FROM audit_checkpoints WHERE size > {kept}",
    )
    found = verdict(trail)
    assert (found.verified, found.first_bad, found.code) == (False, kept, FORKED)
    head_file().unlink()
    assert verdict(trail).verified, "only the head kept outside can tell; keep it well"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_checkpoints SET root = '\\x00' WHERE size = 4",
        "UPDATE audit_checkpoints SET note = replace(note, '4', '5') WHERE size = 4",
        "UPDATE audit_checkpoints c SET note = o.note FROM audit_checkpoints o WHERE (o.size, c.size) = (3, 4)",
        "UPDATE audit_checkpoints SET note = 'nothing' WHERE size = 4",
    ],
)
def test_a_changed_checkpoint_is_named(trail: Committed, statement: str) -> None:
    trail.as_superuser(statement)
    found = verdict(trail)
    assert (found.verified, found.first_bad, found.code) == (False, 3, CHECKPOINT)


def test_a_checkpoint_signed_by_another_key_is_refused(trail: Committed) -> None:
    key = trail.data_dir / "keys" / "log.key"
    mine = key.read_text(encoding="ascii")
    key.write_text("11" * 32, encoding="ascii")
    assert not verdict(trail).verified
    key.write_text(mine, encoding="ascii")
    assert verdict(trail).verified


def test_a_damaged_head_outside_is_said_to_be_damaged(trail: Committed) -> None:
    head_file().write_text("anxin.county/audit\n10\n", encoding="utf-8")
    found = verdict(trail)
    assert not found.verified
    assert "damaged" in found.sentence


def test_two_hundred_random_changes_of_a_byte_are_all_found(trail: Committed) -> None:
    rng = random.Random(20261123)
    with psycopg.connect(trail.url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for _ in range(200):
            index = rng.randrange(SIZE)
            table, column, place = rng.choice(
                (
                    ("audit_entries", "canonical", f"id = {at(index)}"),
                    ("audit_leaves", "leaf_hash", f"index = {index}"),
                )
            )
            row = connection.execute(f"SELECT {column} FROM {table} WHERE {place}").fetchone()
            assert row is not None
            changed = bytearray(row[0])
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            query = f"UPDATE {table} SET {column} = %s WHERE {place}"
            connection.execute(query, [bytes(changed)])
            assert verdict(trail).first_bad == index
            connection.execute(query, [row[0]])
    assert verdict(trail).verified
