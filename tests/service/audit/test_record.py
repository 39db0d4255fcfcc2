"""An act and its entry are one: both are there or neither is."""

import json

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.record import record


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
