"""An act and its entry are one: both are there or neither is."""

import json
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.record import record
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
