"""A checkpoint is handed out only after the trusted head holds it; nothing is signed that does not continue it."""

import base64
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.log import health
from service.audit.log.adopt import ACT, NothingToAdopt, adopt_head
from service.audit.log.checkpoints import Checkpoint, read_checkpoint
from service.audit.log.continues import (
    HeadDamaged,
    HeadMissing,
    LogForked,
    last_checkpoint,
    require_continuation,
)
from service.audit.log.head import HeadMoved, head_file, kept_head, swap_head
from service.audit.log.log_keys import eras, open_checkpoint, signers
from service.audit.log.models import PublishedCheckpoint, Sm3Root, SubtreeRoot
from service.audit.log.note import Note, read_note
from service.audit.log.note_keys import Kind, NoteNotSigned, SignerKey, verified
from service.audit.log.publish import cosign_with, last_published, publish, published
from service.audit.log.sequence import sequence
from service.audit.log.start import log_continues
from service.audit.log.stored import Stored
from service.audit.log.tree import Sm3Frontier, sm3_leaf_hash
from service.audit.log.waiting import waiting
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf
from service.audit.record import record
from service.foundation import clock
from service.foundation.jobs.sweep import beat
from tests.foundation.committed import Committed
from tests.service.audit.trail import verdict, write


def _one_more(committed: Committed) -> None:
    with committed.transaction() as session:
        record(session, "thing.done", by=SYSTEM, on=("things", "one more"))
    with committed.transaction() as session:
        assert sequence(session) == 1


def _published_size(committed: Committed) -> int:
    with committed.transaction() as session:
        found = last_published(session)
        return found.size if found else 0


def test_a_checkpoint_has_both_lines_of_the_log_and_stays_as_it_was_signed(
    committed: Committed,
) -> None:
    write(committed, 300, 5)
    with committed.transaction() as session:
        last = last_checkpoint(session)
        assert last is not None
        note = read_note(last.note)
        assert [one.name for one in note.signatures] == ["anxin.county/audit"] * 2
        assert set(verified(note, [one.verifier() for one in signers()]).values()) == {
            0,
            int(last.signed_at.timestamp()),
        }
        assert read_checkpoint(note.text) == Checkpoint("anxin.county/audit", 305, last.root)
        without = Note(note.text, note.signatures[:1]).write()
        with pytest.raises(NoteNotSigned):
            open_checkpoint(without, eras(session))
        # Inner hashes are kept a tile at a time, and the SM3 root covers the same leaves.
        assert session.execute(select(SubtreeRoot.height, SubtreeRoot.index)).all() == [(8, 0)]
        assert Stored(session).subtree(0, 305) == last.root
        contents = session.scalars(
            select(AuditEntry.canonical)
            .join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
            .order_by(AuditLeaf.index)
        )
        other = Sm3Frontier()
        other.extend(sm3_leaf_hash(one) for one in contents)
        kept = session.get_one(Sm3Root, 305)
        assert kept.root == other.root()
        assert kept_head() == last.note
        assert session.get_one(PublishedCheckpoint, 305).note == last.note


def test_a_log_signed_before_still_verifies_and_goes_on(committed: Committed) -> None:
    write(committed, 258, 3)
    _as_it_was_signed_at_first(committed)
    assert verdict(committed).verified
    _one_more(committed)
    publish(committed.transaction)
    found = verdict(committed)
    assert (found.verified, found.entries) == (True, 262)
    with committed.transaction() as session:
        assert session.scalar(select(SubtreeRoot.root)) == Stored(session).subtree(0, 256)
        assert session.get(Sm3Root, 262) is not None
    assert (kept_head() or "").endswith("\n")
    committed.as_superuser("UPDATE audit_checkpoints SET note = replace(note, '258', '259')")
    assert verdict(committed).first_bad == 0


def _as_it_was_signed_at_first(committed: Committed) -> None:
    """Leave what an installation of the first days has: one line without a key id, nothing beside."""
    plain = signers()[0]
    with committed.transaction() as session:
        notes = {
            one.size: read_note(one.note).text for one in session.scalars(select(AuditCheckpoint))
        }
    for size, body in notes.items():
        value = base64.b64encode(plain.sign(body).value).decode()
        note = f"{body}\n— anxin.county/audit {value}"
        committed.as_superuser(f"UPDATE audit_checkpoints SET note = '{note}' WHERE size = {size}")
        head_file().write_text(note, encoding="utf-8")
    committed.as_superuser(
        "DELETE FROM audit_subtrees",
        "DELETE FROM audit_sm3_roots",
        "UPDATE audit_published p SET note = c.note FROM audit_checkpoints c WHERE c.size = p.size",
    )


def test_a_missing_head_stops_signing_until_one_is_adopted_with_a_reason(
    committed: Committed,
) -> None:
    write(committed, 3)
    head_file().unlink()
    with pytest.raises(HeadMissing, match="anxin audit head adopt") as refusal:
        _one_more(committed)
    assert "不再签署" in refusal.value.sentence_zh
    assert isinstance(log_continues(committed.transaction), HeadMissing)
    with committed.transaction() as session, pytest.raises(NothingToAdopt):
        adopt_head(session, reason=" ", by=SYSTEM)
    with committed.transaction() as session:
        assert adopt_head(session, reason="The disk broke.", by=SYSTEM).size == 3
    assert log_continues(committed.transaction) is None
    with committed.transaction() as session:
        assert sequence(session) == 2
        said = session.scalars(select(AuditEntry.canonical).where(AuditEntry.act == ACT)).one()
    assert b"The disk broke." in said


def test_a_restored_backup_goes_on_only_after_the_loss_is_owned_up_to(committed: Committed) -> None:
    write(committed, 3, 4)
    committed.as_superuser(
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE index >= 3)",
        "DELETE FROM audit_leaves WHERE index >= 3",
        *(
            f"DELETE FROM audit_{table} WHERE size > 3"
            for table in ("checkpoints", "published", "sm3_roots")
        ),
    )
    assert isinstance(log_continues(committed.transaction), LogForked)
    with committed.transaction() as session:
        adopt_head(session, reason="Yesterday's backup was restored.", by=SYSTEM)
    aside = head_file().with_name("head.replaced-3")
    assert read_checkpoint(read_note(aside.read_text(encoding="utf-8")).text).size == 7
    with committed.transaction() as session:
        assert sequence(session) == 1
    assert publish(committed.transaction) is not None
    assert verdict(committed).verified


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_leaves SET leaf_hash = sha256('x') WHERE index = 1",
        "DELETE FROM audit_leaves WHERE index = 2",
    ],
)
def test_leaves_that_changed_under_a_published_head_stop_the_signing(
    committed: Committed, statement: str
) -> None:
    write(committed, 5)
    _one_more(committed)
    committed.as_superuser(statement)
    with pytest.raises(LogForked):
        publish(committed.transaction)
    assert _published_size(committed) == 5


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_checkpoints SET frontier = sha256('x') || sha256('y')",
        "UPDATE audit_checkpoints SET root = sha256('x')",
        "UPDATE audit_checkpoints SET note = replace(note, '5', '6')",
    ],
)
def test_a_last_checkpoint_that_was_changed_is_not_continued(
    committed: Committed, statement: str
) -> None:
    write(committed, 5)
    committed.as_superuser(statement)
    with pytest.raises(HeadDamaged):
        _one_more(committed)


def test_two_systems_with_one_head_do_not_both_publish(committed: Committed) -> None:
    write(committed, 3)
    seen = kept_head()
    _one_more(committed)
    assert publish(committed.transaction) is not None
    with pytest.raises(HeadMoved):
        swap_head(seen, "another history")
    assert _published_size(committed) == 4


def test_what_too_few_have_signed_is_not_handed_out(committed: Committed) -> None:
    write(committed, 3)
    witness = SignerKey("witness.example/w1", Kind.ED25519_COSIGNATURE, b"\x05" * 32)
    before = kept_head()
    asked: list[str] = []

    def too_few(note: str) -> Note | None:
        asked.append(note)
        return None

    try:
        cosign_with(too_few)
        _one_more(committed)
        assert publish(committed.transaction) is None
        assert (kept_head(), _published_size(committed)) == (before, 3)
        cosign_with(lambda note: read_note(note).signed_by(witness.sign(read_note(note).text, 9)))
        found = publish(committed.transaction)
    finally:
        cosign_with(None)
    assert len(asked) == 1
    assert found is not None
    assert verified(read_note(found.note), [witness.verifier()]) == {witness.verifier(): 9}
    assert kept_head() == found.note
    with committed.transaction() as session:
        waited = published(session, 4)
        assert waited is not None
        assert published(session, 5) is None
    assert publish(committed.transaction) is None
    assert verdict(committed).verified


Failing = tuple[str, bool]


@pytest.mark.parametrize("persisted", [False, True])
@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace"])
def test_a_step_of_the_head_that_fails_is_mended_by_the_next_run(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, step: str, persisted: bool
) -> None:
    """Each step fails once, before it did anything or after it did everything."""
    write(committed, 3)
    _one_more(committed)
    before = kept_head()
    with monkeypatch.context() as patched:
        _fail_once(patched, step, persisted=persisted)
        with pytest.raises(OSError, match="made to fail"):
            publish(committed.transaction)
    assert _published_size(committed) == 3
    with committed.transaction() as session:
        last, kept = require_continuation(session)
        assert last is not None
    assert kept in {before, last.note}
    assert publish(committed.transaction) is not None
    assert (_published_size(committed), kept_head()) == (4, last.note)
    assert [one.name for one in head_file().parent.iterdir() if ".new" in one.name] == []
    assert verdict(committed).verified


def _fail_once(patched: pytest.MonkeyPatch, step: str, *, persisted: bool) -> None:
    failed: list[bool] = []

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            if failed or (step == "open" and ".new" not in str(given[0])):
                return real(*given, **named)
            failed.append(True)
            if persisted:
                result = real(*given, **named)
                if step == "open":
                    os.close(result)
            raise OSError(5, "made to fail")

        return run

    if step == "replace":
        patched.setattr(Path, "replace", failing(Path.replace))
    else:
        patched.setattr(os, step, failing(getattr(os, step)))


def test_a_crash_between_head_and_row_is_mended_by_the_next_run(committed: Committed) -> None:
    write(committed, 3)
    _one_more(committed)
    with committed.transaction() as session:
        last = last_checkpoint(session)
        assert last is not None
    swap_head(kept_head(), last.note)
    assert _published_size(committed) == 3
    assert publish(committed.transaction) is not None
    assert _published_size(committed) == 4


def test_health_is_red_when_entries_wait_and_nobody_signs(session: Session) -> None:
    assert health.trouble(session) is None
    entry = record(session, "thing.done", by=SYSTEM, on=("things", 1))
    session.flush()
    assert health.trouble(session) is None, "five seconds have not passed"
    session.execute(text("SET LOCAL session_replication_role = replica"))
    entry.at = clock.now() - timedelta(seconds=6)
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))
    trouble = health.trouble(session)
    assert isinstance(trouble, health.LogLate)
    assert trouble.members["entries"] == 1
    assert "等待签署" in trouble.sentence_zh
    health.measure(session)
    assert health.WAITING.get() == 1
    assert health.OLDEST.get() >= 6
    beat(session, health.TASK)
    assert health.trouble(session) is None, "its transaction was long; a sequencer runs"


def test_what_waits_is_found_without_going_through_every_entry(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO audit_entries (id, at, actor_kind, actor_id, act, object_type, object_id, "
            "canonical) SELECT gen_random_uuid(), now(), 's', 's', 'a', 'o', n::text, 'x' "
            "FROM generate_series(1, 20000) n"
        )
    )
    session.execute(text("DELETE FROM audit_waiting"))
    session.execute(text("ANALYZE audit_entries"))
    session.execute(text("ANALYZE audit_waiting"))
    record(session, "thing.done", by=SYSTEM, on=("things", 1))
    session.flush()
    plan = session.execute(
        text(
            "EXPLAIN (FORMAT TEXT) SELECT min(e.at) FROM audit_waiting w "
            "JOIN audit_entries e ON e.id = w.entry_id"
        )
    ).scalars()
    assert not any("Seq Scan on audit_entries" in line for line in plan)
    assert waiting(session).entries == 1
