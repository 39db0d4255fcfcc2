"""Personal content is sealed beside its entry; the entry holds a commitment that says nothing."""

import json
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.canonical import decode
from service.audit.models import AuditEntry, AuditPayload
from service.audit.payloads import PayloadChanged, commitment, open_payload
from service.audit.record import record
from service.audit.visible import visible
from service.foundation.problems import NotFound
from service.web.here import Viewer, Visit, enter

SAID = {"from": "6217000010001234567", "to": "6217000010007654321", "name": "王小明"}
NASTY = 'a\r\nb\x1b[31mred\x00\u202egnp.exe\u2028","after":"paid'


def _sealed(session: Session, **more: object) -> AuditEntry:
    entry = record(
        session,
        "account.changed",
        by=SYSTEM,
        on=("persons", 12),
        sealed=SAID,
        about={"batch": "b-1", "payment": None, **more},
    )
    session.flush()
    return entry


def test_what_is_sealed_opens_and_is_nowhere_in_the_clear(session: Session) -> None:
    entry, twin = _sealed(session), _sealed(session)
    kept = session.get_one(AuditPayload, entry.id)
    assert open_payload(session, entry.id).content == SAID
    assert kept.about == ["batch:b-1", "person:12"]
    said = decode(entry.canonical)
    everything = entry.canonical + bytes(kept.content or b"") + bytes(kept.key_sealed or b"")
    assert not any(value.encode() in everything for value in SAID.values())
    opened = open_payload(session, entry.id)
    plain = json.dumps(SAID, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert said["sealed"] == commitment(opened.salt, plain)
    # Of equal content nobody sees that it is equal.
    assert decode(twin.canonical)["sealed"] != said["sealed"]


def test_an_entry_without_anything_personal_has_no_payload(session: Session) -> None:
    entry = record(session, "thing.made", by=SYSTEM, on=("things", 7), reason="plain")
    session.flush()
    assert decode(entry.canonical)["sealed"] == ""
    with pytest.raises(NotFound):
        open_payload(session, entry.id)


def _superuser(session: Session, statement: str, **values: object) -> None:
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text(statement), values)
    session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_payloads SET content = set_byte(content, 60, get_byte(content, 60) # 1)",
        "UPDATE audit_payloads SET content = substr(content, 1, 5)",
        "UPDATE audit_payloads SET key_sealed = set_byte(key_sealed, 30, get_byte(key_sealed, 30) # 1)",
        (
            "UPDATE audit_payloads t SET content = o.content, key_sealed = o.key_sealed "
            "FROM audit_payloads o WHERE o.entry_id = :other AND t.entry_id = :entry"
        ),
        (
            "UPDATE audit_payloads t SET content = o.content "
            "FROM audit_payloads o WHERE o.entry_id = :other AND t.entry_id = :entry"
        ),
    ],
)
def test_a_payload_that_was_touched_or_moved_does_not_open(
    session: Session, statement: str
) -> None:
    entry, other = _sealed(session), _sealed(session)
    named = {"entry": entry.id, "other": other.id} if ":other" in statement else {}
    _superuser(session, statement, **named)
    with pytest.raises(PayloadChanged):
        open_payload(session, entry.id)


def test_another_payload_that_opens_is_not_what_the_entry_committed_to(session: Session) -> None:
    entry, other = _sealed(session), _sealed(session)
    said = decode(entry.canonical) | {"sealed": decode(other.canonical)["sealed"]}
    forged = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    _superuser(
        session, "UPDATE audit_entries SET canonical = :c WHERE id = :id", c=forged, id=entry.id
    )
    with pytest.raises(PayloadChanged):
        open_payload(session, entry.id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_payloads SET content = 'other'",
        "UPDATE audit_payloads SET about = '{}'",
        "UPDATE audit_payloads SET key_sealed = NULL",
        "UPDATE audit_payloads SET content = NULL, key_sealed = NULL",
        "DELETE FROM audit_payloads",
        "TRUNCATE audit_payloads",
    ],
)
def test_a_payload_is_never_edited_or_deleted(session: Session, statement: str) -> None:
    _sealed(session)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


def test_a_number_in_a_reason_and_details_beyond_their_bound_are_kept_sealed(
    session: Session,
) -> None:
    reason = "asked about 33052319500101123X"
    details = {"list": ["x" * 100] * 300}
    entry = record(
        session, "thing.done", by=SYSTEM, on=("things", 1), reason=reason, details=details
    )
    session.flush()
    said = decode(entry.canonical)
    assert said["reason"] == "asked about ‹number›"
    assert said["details"].keys() == {"omitted_bytes", "sha256"}
    assert open_payload(session, entry.id).content == {"reason": reason, "details": details}


def test_who_and_which_request_are_filled_in_once_for_everybody(session: Session) -> None:
    officer = "019a0000-0000-7000-8000-000000000007"
    viewer = Viewer(id=officer, name="李", organisation="县财政局", session="session-row-1")
    enter(Visit(request_id="0123456789abcdef", viewer=viewer))
    mine = record(session, "thing.done", by=Actor("officer", officer), on=("things", 1))
    given = Actor("officer", officer, "县财政局", "session-row-1")
    same = record(session, "thing.done", by=given, on=("things", 1))
    foreign = record(session, "thing.done", by=Actor("bank", "ccb"), on=("things", 1))
    session.flush()
    said = decode(mine.canonical)
    assert said["actor"]["organisation"] == "县财政局"
    assert said["request"] == "0123456789abcdef"
    mark = said["actor"]["session"]
    assert len(mark) == 16
    assert "session-row" not in mark
    assert decode(same.canonical)["actor"] == said["actor"]
    assert decode(foreign.canonical)["actor"] == {
        "kind": "bank", "id": "ccb", "organisation": "", "session": "",
    }  # fmt: skip


def test_row_78_what_steers_screens_is_encoded_in_every_field_and_shown_escaped(
    session: Session,
) -> None:
    entry = record(
        session,
        NASTY,
        by=Actor(NASTY, NASTY, NASTY, NASTY),
        on=(NASTY, NASTY + "\ud800"),
        before=NASTY,
        after=NASTY,
        reason=NASTY + "\udfff",
        details={NASTY: [NASTY, "x" * 9_000]},
        sealed={NASTY: NASTY + "\ud800"},
    )
    session.flush()
    session.refresh(entry)
    said = decode(entry.canonical)
    assert (said["act"], said["object"]["id"]) == (entry.act, entry.object_id)
    assert (said["actor"]["kind"], said["actor"]["id"]) == (entry.actor_kind, entry.actor_id)
    assert said["after"] != "paid"
    assert not any(byte < 0x20 for byte in entry.canonical)
    assert open_payload(session, UUID(said["id"])).content[NASTY].startswith(NASTY)
    shown = visible(said["reason"])
    assert shown.startswith("a⟨U+000D⟩⟨U+000A⟩b⟨U+001B⟩[31mred⟨U+0000⟩⟨U+202E⟩gnp.exe⟨U+2028⟩")
    assert shown.isprintable()
    assert visible("x" * 2_000).endswith("… (+1000)")
    assert visible("王𠮷·Älter 👩") == "王𠮷·Älter 👩"
