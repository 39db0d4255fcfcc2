"""An entry counts once the witnesses cosigned it; nobody who lies to one of them gets any further."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from service.audit.actor import SYSTEM
from service.audit.cosigning.models import WitnessState
from service.audit.cosigning.published import (
    NotWitnessed,
    is_witnessed,
    late_seconds,
    publish_now,
    require_witnessed,
    require_witnesses,
    wait_witnessed,
    witness_after_commit,
)
from service.audit.log.head import head_file
from service.audit.log.note import read_note
from service.audit.log.note_keys import verified
from service.audit.log.publish import last_published
from service.audit.models import AuditCheckpoint, AuditEntry
from service.audit.record import record
from service.foundation import clock
from service.foundation.settings import settings
from service.web import here
from tests.foundation.committed import Committed
from tests.service.audit.cosigning.offices import NAMES, Offices

THING = ("things", 1)


def _act(committed: Committed, times: int = 1) -> None:
    with committed.transaction() as session:
        for _ in range(times):
            record(session, "thing.done", by=SYSTEM, on=THING)


def _is_witnessed(committed: Committed) -> bool:
    with committed.transaction() as session:
        return is_witnessed(session, THING)


def _states(committed: Committed) -> dict[str, WitnessState]:
    with committed.transaction() as session:
        return {one.name: one for one in session.scalars(select(WitnessState))}


def _awake(committed: Committed) -> None:
    """Let every witness be asked again now."""
    with committed.transaction() as session:
        session.execute(update(WitnessState).values(next_at=clock.now() - timedelta(seconds=1)))


def test_an_entry_counts_when_both_witnesses_cosigned_it(
    committed: Committed, offices: Offices
) -> None:
    _act(committed)
    assert not _is_witnessed(committed)
    assert wait_witnessed(THING)
    with committed.transaction() as session:
        published = last_published(session)
        assert published is not None
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
        acts = list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    # The policy itself is in the log, once.
    assert acts == ["thing.done", "witness_policy.in_force"]
    keys = [home.signers()[1].verifier() for home in offices.homes.values()]
    assert set(verified(read_note(published.note), keys)) == set(keys)
    assert published.size == entries == offices.last(NAMES[0]).size == offices.last(NAMES[1]).size
    assert head_file().read_text(encoding="utf-8") == published.note
    _act(committed)
    with committed.transaction() as session:
        require_witnessed(session, THING)
        assert late_seconds(session) == 0
    assert {one.failures for one in _states(committed).values()} == {0}
    # Nothing waits: nobody is asked again.
    offices.asked.clear()
    publish_now()
    assert offices.asked == []


def test_while_one_is_away_nothing_counts_and_when_it_is_back_everything_does(
    committed: Committed, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    _act(committed)
    assert wait_witnessed(THING)
    offices.away = {NAMES[1]}
    _act(committed, 3)
    publish_now()
    assert not _is_witnessed(committed)
    state = _states(committed)[NAMES[1]]
    assert (state.failures, state.said, state.size) == (1, "unreachable", 2)
    # It rests before it is asked again, and the other one is not bothered for nothing.
    offices.asked.clear()
    publish_now()
    assert offices.asked == []
    monkeypatch.setenv("ANXIN_WITNESS_WAIT_SECONDS", "1")
    settings.cache_clear()
    with committed.transaction() as session:
        with pytest.raises(NotWitnessed) as refused:
            require_witnessed(session, THING)
        require_witnesses(session)
    assert "见证机构尚未确认" in refused.value.say("zh")
    with committed.transaction() as session:
        session.execute(
            update(WitnessState).values(failures=9, next_at=clock.now() - timedelta(seconds=1))
        )
    publish_now()
    rest = _states(committed)[NAMES[1]].next_at - clock.now()
    assert rest < timedelta(seconds=16)
    offices.away = set()
    _awake(committed)
    monkeypatch.setenv("ANXIN_WITNESS_WAIT_SECONDS", "60")
    settings.cache_clear()
    assert wait_witnessed(THING)
    assert offices.last(NAMES[1]).size == offices.last(NAMES[0]).size == 5


def test_when_nothing_was_cosigned_for_long_acts_are_refused_at_once(
    committed: Committed, offices: Offices
) -> None:
    offices.away = set(NAMES)
    _act(committed)
    publish_now()
    committed.as_superuser(
        "UPDATE audit_checkpoints SET signed_at = signed_at - interval '31 seconds'"
    )
    with committed.transaction() as session, pytest.raises(NotWitnessed):
        require_witnesses(session)


def test_a_witness_that_is_elsewhere_than_we_thought_says_where(
    committed: Committed, offices: Offices
) -> None:
    _act(committed, 5)
    assert wait_witnessed(THING)
    with committed.transaction() as session:
        session.execute(delete(WitnessState))
    _act(committed)
    offices.asked.clear()
    assert wait_witnessed(THING)
    assert sorted(offices.asked) == sorted(NAMES * 2)


def test_a_restored_backup_gets_no_further_although_head_and_checkpoints_are_gone(
    committed: Committed, offices: Offices
) -> None:
    """The keeper of the database rolls everything back, the trusted head too: only the witnesses remember."""
    _act(committed, 3)
    assert wait_witnessed(THING)
    _act(committed, 3)
    assert wait_witnessed(THING)
    before = {name: offices.last(name) for name in NAMES}
    head_file().unlink()
    committed.as_superuser(
        "DELETE FROM audit_leaves WHERE index >= 4",
        "DELETE FROM audit_entries WHERE id NOT IN (SELECT entry_id FROM audit_leaves)",
        "DELETE FROM audit_published",
        "DELETE FROM audit_checkpoints WHERE size > 4",
        "DELETE FROM audit_sm3_roots WHERE size > 4",
        "DELETE FROM audit_witnesses",
    )
    for more in (1, 5):  # Shorter than what they saw, then longer.
        _act(committed, more)
        _awake(committed)
        publish_now()
        with committed.transaction() as session:
            assert last_published(session) is None
        assert not _is_witnessed(committed)
        assert {one.said for one in _states(committed).values()} == {"contradicts"}
    assert {name: offices.last(name) for name in NAMES} == before
    # The longer one was a tree that does not continue theirs: its signature is their evidence.
    assert [offices.homes[name].count_evidence() > 0 for name in NAMES] == [True, True]


def test_one_witness_that_saw_another_tree_stops_what_the_other_would_let_pass(
    committed: Committed, offices: Offices
) -> None:
    offices.policy.write_text(offices.policy.read_text().replace("both all", "both any"))
    _act(committed)
    assert wait_witnessed(THING)
    with committed.transaction() as session:
        session.execute(
            update(WitnessState).where(WitnessState.name == NAMES[0]).values(size=1_000)
        )
    _act(committed)
    publish_now()
    assert not _is_witnessed(committed)
    assert _states(committed)[NAMES[0]].said == "contradicts"


def test_what_counts_is_proved_not_looked_up(committed: Committed, offices: Offices) -> None:
    """Who can write the database can write that a checkpoint was published; not that it was cosigned."""
    _act(committed)
    assert wait_witnessed(THING)
    committed.as_superuser(
        "UPDATE audit_entries SET canonical = canonical || ' ' WHERE act = 'thing.done'"
    )
    assert not _is_witnessed(committed)
    committed.as_superuser(
        "UPDATE audit_entries SET canonical = rtrim(convert_from(canonical, 'UTF8'))::bytea WHERE act = 'thing.done'"
    )
    assert _is_witnessed(committed)
    offices.away = set(NAMES)
    _act(committed)
    publish_now()
    with committed.transaction() as session:
        newest = session.scalars(select(func.max(AuditCheckpoint.size))).one()
    committed.as_superuser(
        "INSERT INTO audit_published (size, published_at, note) "
        f"SELECT size, now(), note FROM audit_checkpoints WHERE size = {newest}"
    )
    assert not _is_witnessed(committed)
    # Nor with the words of the witnesses of before.
    committed.as_superuser(
        f"UPDATE audit_published SET note = (SELECT note FROM audit_published WHERE size < {newest} "
        f"ORDER BY size DESC LIMIT 1) WHERE size = {newest}"
    )
    assert not _is_witnessed(committed)


def test_what_is_committed_is_witnessed_before_its_door_answers(
    committed: Committed, offices: Offices
) -> None:
    for request, waits in (("", False), ("7", True)):
        here.enter(here.Visit(request_id=request))
        with committed.transaction() as session:
            record(session, "thing.done", by=SYSTEM, on=THING)
            witness_after_commit(session, THING)
            assert offices.asked == []
        assert _is_witnessed(committed) is waits
    offices.policy.write_text("nonsense")
    with committed.transaction() as session:
        record(session, "other.done", by=SYSTEM, on=("others", 1))
    with committed.transaction() as session, pytest.raises(Exception, match="line 1"):
        is_witnessed(session, THING)


def test_what_was_published_without_a_policy_is_cosigned_when_there_is_one_again(
    committed: Committed, offices: Offices, monkeypatch: pytest.MonkeyPatch
) -> None:
    _act(committed)
    assert wait_witnessed(THING)
    monkeypatch.delenv("ANXIN_WITNESS_POLICY_FILE")
    settings.cache_clear()
    _act(committed)
    publish_now()
    assert wait_witnessed(THING)
    monkeypatch.setenv("ANXIN_WITNESS_POLICY_FILE", str(offices.policy))
    settings.cache_clear()
    assert not _is_witnessed(committed)
    assert wait_witnessed(THING)
    assert offices.last(NAMES[0]).size == 4


def test_another_policy_is_an_act_of_its_own(committed: Committed, offices: Offices) -> None:
    _act(committed)
    assert wait_witnessed(THING)
    offices.policy.write_text(offices.policy.read_text().replace("both all", "both 1"))
    _act(committed)
    assert wait_witnessed(THING)
    with committed.transaction() as session:
        announced = select(func.count()).where(AuditEntry.act == "witness_policy.in_force")
        assert session.scalar(announced) == 2
