"""Looking at a resident leaves an entry that says who looked at whom and why, and not what was seen."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.who import session_mark
from service.residents.reading import read_resident

OFFICER = Actor(kind="officer", id="o-1", organisation="县民政局", session="s-1")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def looked(session: Session, **changes: Any) -> None:
    given = {"person_id": 7, "by": OFFICER, "purpose": "resident.page", "fields": ("name",)}
    read_resident(session, **{**given, **changes})


def entries(session: Session) -> list[dict[str, Any]]:
    found = session.scalars(
        select(AuditEntry.canonical)
        .where(AuditEntry.act == "resident.read")
        .order_by(AuditEntry.id)
    )
    return [json.loads(one) for one in found]


def test_an_entry_says_who_whom_and_why(session: Session) -> None:
    looked(session, fields=("name", "accounts"))
    (entry,) = entries(session)
    assert entry["actor"] == {
        "kind": "officer", "id": "o-1", "organisation": "县民政局", "session": session_mark("s-1"),
    }  # fmt: skip
    assert entry["object"] == {"type": "persons", "id": "7"}
    assert entry["details"] == {"purpose": "resident.page", "fields": ["accounts", "name"]}


def test_leafing_back_within_a_minute_is_one_look(session: Session) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        looked(session)
        clock.shift(timedelta(seconds=59))
        looked(session)
        assert len(entries(session)) == 1
        clock.shift(timedelta(seconds=2))
        looked(session)
        assert len(entries(session)) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"person_id": 8},
        {"by": Actor(kind="officer", id="o-2")},
        {"purpose": "residents.reveal"},
        {"fields": ("name", "id_number")},
    ],
    ids=["another person", "another officer", "another purpose", "more is seen"],
)
def test_another_look_is_another_entry_at_once(session: Session, change: dict[str, Any]) -> None:
    looked(session)
    looked(session, **change)
    assert len(entries(session)) == 2


def test_seeing_less_again_adds_nothing(session: Session) -> None:
    looked(session, fields=("name", "id_number"))
    looked(session, fields=("name",))
    assert len(entries(session)) == 1
