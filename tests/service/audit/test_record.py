"""An act and its entry are one: both are there or neither is."""

import json
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.models import AuditEntry
from service.audit.record import record, record_reading
from service.foundation import clock
from service.residents.models import FeedWaiver


def test_an_entry_says_who_did_what_to_which(session: Session) -> None:
    entry = record(session, "thing.made", by=SYSTEM, on=("things", 7), details={"count": 3})
    session.flush()
    content = json.loads(entry.canonical)
    assert content["actor"]["id"] == "anxin"
    assert content["object"] == {"id": "7", "type": "things"}
    assert content["details"] == {"count": 3}


def test_a_rolled_back_act_leaves_no_entry(session: Session) -> None:
    before = _entries(session)
    with session.begin_nested() as inner:
        record(session, "thing.made", by=SYSTEM, on=("things", 7))
        inner.rollback()
    assert _entries(session) == before


def test_the_entry_of_a_reading_is_the_same_and_there_at_once(session: Session) -> None:
    by = Actor(kind="resident", id="7")
    asked = record(session, "thing.read", by=by, on=("things", 7), details={"month": "2026-10"})
    session.flush()
    record_reading(session, "thing.read", by=by, on=("things", 7), details={"month": "2026-10"})
    both = session.scalars(
        select(AuditEntry).where(AuditEntry.act == "thing.read").order_by(AuditEntry.id)
    ).all()
    assert len(both) == 2
    assert asked in both
    first, second = ({**json.loads(one.canonical), "id": "", "at": ""} for one in both)
    assert first == second
    for one in both:
        said = json.loads(one.canonical)
        assert (str(one.id), one.at.isoformat(timespec="microseconds")) == (said["id"], said["at"])
        assert (one.actor_kind, one.actor_id) == (said["actor"]["kind"], said["actor"]["id"])
        assert (one.act, one.object_type, one.object_id) == ("thing.read", "things", "7")


def test_a_rolled_back_reading_leaves_no_entry(session: Session) -> None:
    before = _entries(session)
    with session.begin_nested() as inner:
        record_reading(session, "thing.read", by=SYSTEM, on=("things", 7), details={})
        inner.rollback()
    assert _entries(session) == before


def _entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_a_number_in_somebodys_reason_is_blotted_out_of_entry_and_columns(session: Session) -> None:
    reason = "asked about 33052319500101123X, paid to 6217000010001234567; see MZ15-2026-10-0001"
    blotted = "asked about ‹number›, paid to ‹number›; see MZ15-2026-10-0001"
    entry = record(session, "thing.done", by=SYSTEM, on=("things", 1), reason=reason)
    assert json.loads(entry.canonical)["reason"] == blotted
    waiver = FeedWaiver(
        feed="CZ_PAY", reason=reason, until=date(2026, 12, 31), by="officer-1", at=clock.now()
    )
    session.add(waiver)
    session.flush()
    session.refresh(waiver)
    assert waiver.reason == blotted
