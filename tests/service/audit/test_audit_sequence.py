"""Entries get one place each in commit order; a log that does not continue its head is not signed."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.actor import SYSTEM
from service.audit.canonical import canonical_bytes
from service.audit.commands import app
from service.audit.log.checkpoints import read_checkpoint
from service.audit.log.continues import LogForked
from service.audit.log.head import head_file, kept_head
from service.audit.log.note import read_note
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf
from service.audit.record import record
from service.audit.standalone.classes import CHANGED
from service.foundation.database import engine, make_engine
from tests.foundation.committed import Committed
from tests.service.audit.trail import ROUNDS, SIZE, at, verdict, write


def _sequence(committed: Committed) -> int:
    with committed.transaction() as session:
        return sequence(session)


def test_every_entry_gets_one_place_and_every_round_one_signed_head(committed: Committed) -> None:
    write(committed, *ROUNDS)
    assert _sequence(committed) == 0
    with committed.transaction() as session:
        assert list(session.scalars(select(AuditLeaf.index).order_by(AuditLeaf.index))) == list(
            range(SIZE)
        )
        sizes = session.scalars(select(AuditCheckpoint.size).order_by(AuditCheckpoint.size))
        assert list(sizes) == [3, 4, 8, 10]
    head = kept_head()
    assert head is not None
    assert read_checkpoint(read_note(head).text).size == SIZE


def test_an_entry_that_commits_late_with_an_earlier_id_still_gets_its_place(
    committed: Committed,
) -> None:
    slow = make_engine(committed.url)
    with Session(slow) as late, late.begin():
        record(late, "thing.late", by=SYSTEM, on=("things", "late"))
        late.flush()
        write(committed, 3)
    slow.dispose()
    assert _sequence(committed) == 1
    with committed.transaction() as session:
        last = session.scalars(
            select(AuditEntry.act)
            .join(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
            .order_by(AuditLeaf.index.desc())
        ).first()
    assert last == "thing.late"
    assert verdict(committed).verified


def test_several_sequencers_at_once_write_one_tree(committed: Committed) -> None:
    write(committed, 40, remember=False)
    committed.as_superuser("DELETE FROM audit_leaves", "DELETE FROM audit_checkpoints")
    together = Barrier(6)

    def run(_: int) -> int:
        together.wait(timeout=60)
        return _sequence(committed)

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(run, range(6))) == [0, 0, 0, 0, 0, 40]
    assert verdict(committed).entries == 40


def test_recording_while_sequencing_loses_nothing(committed: Committed) -> None:
    def write_some(worker: int) -> None:
        for number in range(20):
            with committed.transaction() as session:
                record(session, "thing.done", by=SYSTEM, on=("things", f"{worker}-{number}"))

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write_some, worker) for worker in range(4)]
        sequenced = 0
        while not all(writer.done() for writer in writers):
            sequenced += _sequence(committed)
    sequenced += _sequence(committed)
    assert sequenced == 80
    found = verdict(committed)
    assert (found.verified, found.entries) == (True, 80)


def test_a_restored_backup_is_not_signed_any_further(committed: Committed) -> None:
    write(committed, *ROUNDS)
    committed.as_superuser(
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE index >= 4)",
        "DELETE FROM audit_leaves WHERE index >= 4",
        "DELETE FROM audit_checkpoints WHERE size > 4",
    )
    with committed.transaction() as session:
        record(session, "thing.done", by=SYSTEM, on=("things", "after the restore"))
    with pytest.raises(LogForked) as refusal:
        _sequence(committed)
    assert "4 signed entries, but 10 were signed before" in refusal.value.say("en")


def _fork(committed: Committed, entries: int) -> None:
    """Let a second system, which never saw the head, write another history."""
    head = head_file().read_text(encoding="utf-8")
    head_file().unlink()
    for table in (
        "audit_leaves",
        "audit_checkpoints",
        "audit_published",
        "audit_sm3_roots",
        "audit_entries",
    ):
        committed.as_superuser(f"DELETE FROM {table}")
    write(committed, entries, remember=False)
    head_file().write_text(head, encoding="utf-8")
    with committed.transaction() as session:
        record(session, "thing.done", by=SYSTEM, on=("things", "one more"))


@pytest.mark.parametrize("entries", [SIZE - 1, SIZE, SIZE + 5])
def test_another_history_is_not_signed_any_further(committed: Committed, entries: int) -> None:
    write(committed, *ROUNDS)
    _fork(committed, entries)
    with pytest.raises(LogForked):
        _sequence(committed)
    assert not verdict(committed).verified


def test_a_head_is_never_replaced_by_a_smaller_one(committed: Committed) -> None:
    write(committed, *ROUNDS)
    kept = head_file().read_bytes()
    committed.as_superuser("DELETE FROM audit_checkpoints WHERE size > 4")
    with pytest.raises(LogForked):
        publish(committed.transaction)
    assert head_file().read_bytes() == kept


def test_an_entry_and_its_act_commit_together_or_not_at_all(committed: Committed) -> None:
    def fail() -> None:
        with committed.transaction() as session:
            record(session, "thing.done", by=SYSTEM, on=("things", 1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with committed.transaction() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_the_canonical_form_of_an_entry_does_not_change() -> None:
    content = {
        "version": 1,
        "act": "hold.cleared",
        "actor": {"kind": "officer", "id": "7", "organisation": "县民政局", "session": ""},
        "details": {"count": 3, "ok": True, "reason\n": '引号"和\\'},
        "reason": "\x1b[31m",
    }
    assert (
        canonical_bytes(content)
        == (
            '{"act":"hold.cleared","actor":{"id":"7","kind":"officer","organisation":"县民政局",'
            '"session":""},"details":{"count":3,"ok":true,"reason\\n":"引号\\"和\\\\"},'
            '"reason":"\\u001b[31m","version":1}'
        ).encode()
    )


def test_the_command_sequences_verifies_and_ends_with_three_when_something_is_wrong(
    committed: Committed,
) -> None:
    write(committed, 5)
    with committed.transaction() as session:
        record(session, "thing.done", by=SYSTEM, on=("things", "new"))
    # Nor is an entry left out for good by taking it out of the queue.
    committed.as_superuser("DELETE FROM audit_waiting")
    good = CliRunner().invoke(app, ["verify", "--json"])
    assert good.exit_code == 0
    assert json.loads(good.stdout)["entries"] == 6
    committed.as_superuser(f"UPDATE audit_entries SET canonical = '{{}}' WHERE id = {at(3)}")
    bad = CliRunner().invoke(app, ["verify", "--json"])
    assert bad.exit_code == CHANGED
    assert '"first_bad": 3' in bad.stdout
    engine().dispose()
