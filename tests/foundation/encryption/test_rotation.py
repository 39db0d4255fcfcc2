"""Rotate, reseal, check, list: what the operator does, through the commands themselves."""

import base64
import json
import random
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select, text

from service.audit.models import AuditEntry
from service.foundation.database import transaction
from service.foundation.encryption import SealBroken, sealer
from service.foundation.encryption.key_files import field_keys
from service.foundation.encryption.reseal import reseal
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS
from tests.foundation.committed import Committed
from tests.foundation.encryption.everything import (
    RESEALING,
    ROTATING,
    Plains,
    fill,
    keys,
    killed,
    opened,
    versions,
)

NEWEST = {one.name: {2} for one in SEALED_COLUMNS}


def filled(committed: Committed, rows: int) -> Plains:
    with committed.transaction() as session:
        return fill(session, rows)


def now(committed: Committed) -> tuple[Plains, dict[str, set[int]]]:
    with committed.transaction() as session:
        return opened(session), versions(session)


def test_everything_opens_before_between_and_after_and_then_the_old_key_may_go(
    committed: Committed,
) -> None:
    plains = filled(committed, 40)
    assert len(plains) == 40 * len(SEALED_COLUMNS)
    keys("rotate")
    assert now(committed) == (plains, {name: {1} for name in NEWEST})
    said = keys("list")
    assert "version 1\tstill needed" in said
    assert "version 2\tseals what is new" in said
    assert said.count("\t40\n") == len(SEALED_COLUMNS)
    said = keys("reseal", "--batch", "7")
    assert f"{len(plains)} values resealed" in said
    assert now(committed) == (plains, NEWEST)
    assert "0 values resealed" in keys("reseal")
    assert "version 1\tno value is under it" in keys("list")
    path = committed.data_dir / "keys" / "field.key"
    path.write_text(path.read_text(encoding="ascii").splitlines()[1], encoding="ascii")
    assert "version 1" not in keys("list")
    assert keys("check").count("\t40 open") == len(SEALED_COLUMNS)


def test_what_is_sealed_after_the_rotation_is_under_the_new_version_at_once(
    committed: Committed,
) -> None:
    old = sealer().seal("x", "t:c:1")
    keys("rotate")
    time.sleep(1.1)  # A running process looks at the file every second.
    assert sealer().version_of(sealer().seal("x", "t:c:1")) == 2
    assert sealer().open(old, "t:c:1") == "x"


def test_each_rotation_is_recorded_once_without_any_key(committed: Committed) -> None:
    filled(committed, 1)
    keys("rotate")
    keys("rotate")
    ring = field_keys()
    assert sorted(ring.keys) == [1, 2, 3]
    with committed.transaction() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "field_key.rotated").order_by(AuditEntry.id)
        ).all()
        assert [entry.object_id for entry in entries] == ["2", "3"]
        for entry in entries:
            for one in ring.keys.values():
                assert one not in entry.canonical
                assert one.hex() not in entry.canonical.decode()
                assert base64.b64encode(one) not in entry.canonical
        assert json.loads(entries[0].canonical)["details"] == {
            "made_here": True,
            "versions": [1, 2],
        }


def test_a_rotation_killed_between_file_and_record_is_recorded_by_the_next_call(
    committed: Committed,
) -> None:
    filled(committed, 1)
    keys("rotate")
    committed.as_superuser("DELETE FROM audit_entries WHERE act = 'field_key.rotated'")
    keys("rotate")
    assert sorted(field_keys().keys) == [1, 2], "a key was made although one was waiting"


def test_a_key_file_older_than_the_last_rotation_is_not_rotated_into_another_version_2(
    committed: Committed,
) -> None:
    filled(committed, 1)
    path = committed.data_dir / "keys" / "field.key"
    before = path.read_text(encoding="ascii")
    keys("rotate")
    path.write_text(before, encoding="ascii")
    assert "version 2 was taken into use before" in keys("rotate", expected=1)
    assert path.read_text(encoding="ascii") == before


def test_in_production_the_operator_adds_the_key_and_nothing_is_made(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plains = filled(committed, 2)
    path = tmp_path / "field.keys"
    first = field_keys().keys[1].hex()
    path.write_text(first, encoding="ascii")
    monkeypatch.setenv("ANXIN_PROFILE", "production")
    monkeypatch.setenv("ANXIN_FIELD_KEY_FILE", str(path))
    monkeypatch.setenv("ANXIN_INDEX_KEY_FILE", str(committed.data_dir / "keys" / "index.key"))
    assert "add a line “2”" in keys("rotate", expected=1)
    index = (committed.data_dir / "keys" / "index.key").read_text(encoding="ascii").strip()
    path.write_text(f"1 {first}\n2 {index}\n", encoding="ascii")
    said = keys("rotate", expected=1)
    assert "the two must differ" in said
    assert index not in said
    path.write_text(f"1 {first}\n2 {'ab' * 32}\n", encoding="ascii")
    keys("rotate")
    keys("rotate", expected=1)
    assert path.read_text(encoding="ascii") == f"1 {first}\n2 {'ab' * 32}\n"
    keys("reseal")
    monkeypatch.undo()
    (committed.data_dir / "keys" / "field.key").write_text(path.read_text(encoding="ascii"))
    monkeypatch.setenv("ANXIN_DATABASE_URL", committed.url)
    monkeypatch.setenv("ANXIN_DATA_DIR", str(committed.data_dir))
    sealer.cache_clear()
    assert now(committed) == (plains, NEWEST)


@pytest.mark.slow
def test_kills_during_resealing_lose_nothing(committed: Committed) -> None:
    plains = filled(committed, 900)
    keys("rotate")
    rng, at_work = random.Random(81), 0
    for _ in range(15):
        at_work += killed(RESEALING, rng, 0.25)
        # Half rotated: whatever the last one left behind, everything opens.
        assert now(committed)[0] == plains
    assert at_work >= 8, f"only {at_work} were killed at work"
    keys("reseal")
    assert now(committed) == (plains, NEWEST)


@pytest.mark.slow
def test_kills_during_rotation_leave_a_key_file_that_opens_everything(
    committed: Committed,
) -> None:
    plains, rng = filled(committed, 3), random.Random(82)
    for _ in range(10):
        assert killed(ROTATING, rng, 0.04)
        assert field_keys().newest < 200
        sealer.cache_clear()
        assert now(committed)[0] == plains
    keys("rotate")
    keys("reseal")
    sealer.cache_clear()
    found, used = now(committed)
    newest = field_keys().newest
    assert newest > 10, "hardly anything was rotated before the kills"
    assert (found, used) == (plains, {name: {newest} for name in NEWEST})
    with committed.transaction() as session:
        recorded = session.scalars(
            select(AuditEntry.object_id).where(AuditEntry.act == "field_key.rotated")
        ).all()
    assert sorted(map(int, recorded)) == list(range(2, newest + 1))


def test_two_resealings_at_once_share_the_work(committed: Committed) -> None:
    plains = filled(committed, 600)
    keys("rotate")
    sealer.cache_clear()
    done: list[int] = []

    def work() -> None:
        done.append(sum(one.rows for one in reseal(batch_rows=25)))

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sum(done) == len(plains), "a value was resealed twice, or not at all"
    assert min(done) > 0
    assert now(committed) == (plains, NEWEST)


def test_rows_that_somebody_else_holds_are_waited_for_and_then_resealed(
    committed: Committed,
) -> None:
    plains = filled(committed, 20)
    keys("rotate")
    sealer.cache_clear()
    holding, go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction() as session:
            session.execute(text("UPDATE accounts SET status = '挂失' WHERE id <= 5"))
            holding.set()
            go.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(10)
    held = {one.column.name: one for one in reseal(patience_seconds=0.3)}
    assert (held["accounts.card"].rows, held["accounts.card"].left) == (15, 5)
    assert held["person_identifiers.value"].left == 0
    threading.Timer(0.5, go.set).start()
    after = {one.column.name: one for one in reseal()}
    holder.join()
    assert (after["accounts.card"].rows, after["accounts.card"].left) == (5, 0)
    assert now(committed) == (plains, NEWEST)


def test_a_broken_value_is_named_by_table_column_and_row_and_stops_nobody_else(
    committed: Committed,
) -> None:
    plains = filled(committed, 12)
    committed.as_superuser(
        "UPDATE accounts SET card_sealed = set_byte(card_sealed, 20, get_byte(card_sealed, 20) # 1) "
        "WHERE id = 7"
    )
    keys("rotate")
    assert "accounts.card: 1 do not open, the first in row 7." in keys("reseal", expected=3)
    said = keys("check", expected=3)
    assert "accounts.card: the value in row 7 does not open" in said
    assert said.count("\t12 open") == len(SEALED_COLUMNS) - 1
    assert not any(plain in said for plain in plains.values())
    with committed.transaction() as session:
        used = versions(session)
    assert used == {**NEWEST, "accounts.card": {1, 2}}


def test_a_sample_looks_at_the_same_rows_for_the_same_seed(committed: Committed) -> None:
    filled(committed, 30)
    committed.as_superuser(
        "UPDATE accounts SET card_sealed = '\\x00' WHERE id IN (1, 2, 3, 5, 7, 11, 13, 17, 19, 23)"
    )
    said = [keys("check", "--sample", "6", "--seed", "4", expected=3) for _ in range(2)]
    assert said[0] == said[1]
    assert said[0].count("\t6 open") == len(SEALED_COLUMNS) - 1


@pytest.mark.parametrize("version", [1, 2])
def test_a_value_moved_by_sql_to_another_row_or_column_is_found(
    committed: Committed, version: int
) -> None:
    filled(committed, 3)
    if version == 2:
        keys("rotate")
        keys("reseal")
    committed.as_superuser(
        "UPDATE person_identifiers SET value_sealed = "
        "(SELECT value_sealed FROM person_identifiers WHERE id = 1) WHERE id = 2",
        "UPDATE inbound_files SET content_sealed = (SELECT content_sealed FROM bank_files LIMIT 1)",
    )
    said = keys("check", expected=3)
    assert "person_identifiers.value: the value in row 2 does not open" in said
    assert "inbound_files.content: the value in row" in said
    sealer.cache_clear()
    with committed.transaction() as session, pytest.raises(SealBroken) as broken:
        opened(session)
    assert "person_identifiers:value" in broken.value.sentence


def test_a_key_that_the_file_no_longer_holds_is_said_by_list(committed: Committed) -> None:
    filled(committed, 2)
    keys("rotate")
    path = committed.data_dir / "keys" / "field.key"
    path.write_text(path.read_text(encoding="ascii").splitlines()[1], encoding="ascii")
    assert "does not hold version 1" in keys("list", expected=3)
