"""Row 82: a deletion request destroys the key; the proof stays valid and the content unreadable."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit import readers
from service.audit.actor import SYSTEM
from service.audit.canonical import decode
from service.audit.commands import app
from service.audit.keeping import erase, holds, kinds, scopes
from service.audit.keeping.models import AuditErasure
from service.audit.keeping.problems import (
    DecidedBefore,
    DutyMissing,
    KeptByLaw,
    NothingToErase,
    SecondPersonNeeded,
    UnderHold,
    WhyMissing,
)
from service.audit.log.tree import leaf_hash
from service.audit.models import AuditEntry, AuditPayload
from service.audit.payloads import PayloadErased, open_payload
from service.audit.record import record
from service.foundation.problems import NotFound
from service.web import here
from service.web.here import Viewer, Visit
from tests.foundation.committed import Committed
from tests.service.audit.trail import verdict, write

LATER = date(2030, 1, 1)
ACTS = frozenset({holds.ACT, erase.ACT})


@contextmanager
def _as(name: str, acts: frozenset[str] = ACTS) -> Iterator[None]:
    before = here.visit()
    here.enter(Visit(viewer=Viewer(id=name, name=name, organisation="县财政局", acts=acts)))
    yield
    here.enter(before)


def _entry(session: Session, act: str = "objection.opened", person: int = 12) -> AuditEntry:
    entry = record(
        session,
        act,
        by=SYSTEM,
        on=("objections", 1),
        sealed={"text": "王小明 13800000000"},
        about={"person": person, "programme": "MZ15"},
    )
    session.flush()
    return entry


def _asked(session: Session, scope: str = "person:12") -> UUID:
    """Ask for an erasure as if the periods were over: asking looks at today."""
    with _as("liu"):
        erasure = AuditErasure(
            scope=scope, reason="本人申请删除", asked_by="liu", asked_at=datetime.now(UTC)
        )
        session.add(erasure)
        session.flush()
    return erasure.id


def _confirm(session: Session, erasure_id: UUID, by: str = "zhao") -> None:
    with _as(by):
        erase.confirm(session, erasure_id, on=LATER)


def test_row_82_after_an_erasure_the_trail_verifies_and_the_content_is_gone(
    committed: Committed,
) -> None:
    with committed.transaction() as session:
        entry_id, other = _entry(session).id, _entry(session, person=13).id
        before = leaf_hash(session.get_one(AuditEntry, entry_id).canonical)
        kept = bytes(session.get_one(AuditPayload, entry_id).content or b"")
    write(committed, 3)
    with committed.transaction() as session:
        _confirm(session, _asked(session))
    write(committed, 1)
    assert verdict(committed).verified
    with committed.transaction() as session:
        assert leaf_hash(session.get_one(AuditEntry, entry_id).canonical) == before
        with pytest.raises(PayloadErased) as refusal:
            open_payload(session, entry_id)
        assert "for: 本人申请删除" in refusal.value.say("en")
        assert "原因：本人申请删除" in refusal.value.say("zh")
        assert open_payload(session, other).content["text"].startswith("王小明")
        payload = session.get_one(AuditPayload, entry_id)
        assert payload.key_sealed is payload.content is None
        act = session.get_one(AuditEntry, payload.erased_entry_id)
        said = decode(act.canonical)
        assert (said["act"], said["details"]["payloads"]) == ("audit_erasure.done", 1)
        assert said["actor"]["id"] == "zhao"
        # No table keeps a copy of what was destroyed.
        rows = session.scalars(select(AuditPayload.content).where(AuditPayload.content == kept))
        assert rows.all() == []


def test_it_takes_the_duty_two_people_a_reason_and_something_to_erase(session: Session) -> None:
    _entry(session)
    with pytest.raises(DutyMissing):
        erase.ask(session, "person:12", reason="本人申请删除")
    with _as("liu", frozenset({holds.ACT})), pytest.raises(DutyMissing):
        erase.ask(session, "person:12", reason="本人申请删除")
    with _as("liu"):
        with pytest.raises(WhyMissing):
            erase.ask(session, "person:12", reason="  x ")
        with pytest.raises(NothingToErase):
            erase.ask(session, "person:99", reason="本人申请删除")
        with pytest.raises(KeptByLaw):
            erase.ask(session, "person:12", reason="本人申请删除")
        with pytest.raises(NotFound):
            erase.confirm(session, _entry(session).id)
    asked = _asked(session)
    with pytest.raises(SecondPersonNeeded):
        _confirm(session, asked, by="liu")
    _confirm(session, asked)
    with pytest.raises(DecidedBefore):
        _confirm(session, asked)
    refused = _asked(session, "person:99")
    with _as("liu"):
        erase.refuse(session, refused, reason="撤回申请")
    with pytest.raises(DecidedBefore):
        _confirm(session, refused)


def test_nothing_is_erased_before_its_period_is_over(session: Session) -> None:
    entry = _entry(session, "account_change.requested")
    asked = _asked(session, f"entry:{entry.id}")
    with pytest.raises(KeptByLaw) as refusal:
        _confirm(session, asked)
    year = str(entry.at.year + 30)
    assert year in refusal.value.say("en")
    assert "会计凭证保管30年" in refusal.value.say("zh")
    assert open_payload(session, entry.id)


@pytest.mark.parametrize("scope", ["person:12", "programme:MZ15", "period:2020-01-01/2099-12-31"])
def test_nothing_is_erased_under_a_hold_until_two_people_have_lifted_it(
    session: Session, scope: str
) -> None:
    _entry(session)
    asked = _asked(session)
    with _as("sun"):
        hold = holds.ask(session, scope, reason="纪委调查")
        with pytest.raises(SecondPersonNeeded):
            holds.confirm(session, hold.id)
    with pytest.raises(UnderHold) as refusal:
        _confirm(session, asked)
    assert scope in refusal.value.say("en")
    assert "纪委调查" in refusal.value.say("zh")
    with _as("qian"):
        holds.confirm(session, hold.id)
        with pytest.raises(DecidedBefore):
            holds.confirm_lift(session, hold.id)
        holds.ask_lift(session, hold.id, reason="调查结束")
        with pytest.raises(SecondPersonNeeded):
            holds.confirm_lift(session, hold.id)
    with pytest.raises(UnderHold):
        _confirm(session, asked)
    with _as("sun"):
        holds.confirm_lift(session, hold.id)
    _confirm(session, asked)
    acts = session.scalars(
        select(AuditEntry.act)
        .where(AuditEntry.object_type == "audit_holds")
        .order_by(AuditEntry.id)
    )
    assert [act.partition(".")[2] for act in acts] == ["asked", "placed", "lift_asked", "lifted"]


@pytest.mark.parametrize("scope", ["person:13", "programme:MZ01", "period:2020-01-01/2020-12-31"])
def test_a_hold_on_something_else_holds_nothing_back(session: Session, scope: str) -> None:
    _entry(session)
    with _as("sun"):
        holds.ask(session, scope, reason="另案调查")
    _confirm(session, _asked(session))


@pytest.mark.parametrize(
    "statement",
    [
        (
            "UPDATE audit_payloads SET key_sealed = NULL, content = NULL, erased_at = now(), "
            "erased_entry_id = entry_id"
        ),
        "UPDATE audit_holds SET scope = 'person:1'",
        "UPDATE audit_holds SET lifted_at = now(), lifted_by = 'x'",
        "UPDATE audit_holds SET placed_by = asked_by, placed_at = now()",
        "DELETE FROM audit_holds",
        "TRUNCATE audit_holds",
        "UPDATE audit_erasures SET reason = 'other'",
        "UPDATE audit_erasures SET decided_by = asked_by, decided_at = now(), erased = 1",
        "DELETE FROM audit_erasures",
        "TRUNCATE audit_erasures",
    ],
)
def test_the_database_refuses_what_goes_round_the_two_people(
    session: Session, statement: str
) -> None:
    _entry(session)
    _asked(session)
    with _as("sun"):
        holds.ask(session, "person:12", reason="纪委调查")
    with pytest.raises(DBAPIError):
        session.execute(text(statement))


@pytest.mark.parametrize(
    "wrong",
    ["", "person:", "person:x", "person:-1", "person:１２", "entry:7", "batch:7", "village:3",
     "period:2026-01-01", "period:2026-02-30/2026-03-01", "period:2026-03-01/2026-02-01",
     "payment:a;b", "programme:" + "x" * 61],
)  # fmt: skip
def test_a_scope_that_names_nothing_is_refused(wrong: str) -> None:
    with pytest.raises(scopes.ScopeUnclear) as refusal:
        scopes.read(wrong, scopes.HOLDS)
    assert refusal.value.status == 422


def test_every_kind_has_a_period_and_a_source_with_its_evidence() -> None:
    table = kinds.kinds()
    assert {one.evidence for one in table} <= set(kinds.EVIDENCE)
    assert all(one.months >= 6 and one.source and one.source_zh for one in table)
    assert kinds.kind_of("account_change.requested").months == 360
    assert kinds.kind_of("whatever.done").code == "other"
    access = kinds.kind_of("resident.revealed")
    assert access.kept_until(datetime(2026, 8, 31, 1, tzinfo=UTC)) == date(2027, 2, 28)


def test_the_commands_act_in_an_officers_name(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def called(_: Session, username: str) -> Viewer | None:
        if username == "nobody":
            return None
        return Viewer(id=username, name=username, organisation="o", acts=ACTS)

    monkeypatch.setattr(readers, "_finder", [called])
    with committed.transaction() as session:
        _entry(session)

    def say(*arguments: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == code, done.output
        return done.output

    number = say("holds", "place", "person:12", "--by", "sun", "--reason", "纪委调查").strip()
    assert "须由另一名" in say("holds", "confirm", number, "--by", "sun", code=1)
    say("holds", "confirm", number, "--by", "qian")
    assert '"state": "held"' in say("holds", "list", "--by", "qian", "--json")
    told = say("erase", "ask", "person:12", "--by", "liu", "--reason", "本人申请", code=1)
    assert "法律保全" in told
    say("holds", "lift", number, "--by", "sun", "--reason", "调查结束")
    say("holds", "confirm-lift", number, "--by", "qian")
    told = say("erase", "ask", "person:12", "--by", "liu", "--reason", "本人申请", code=1)
    assert "须保存至" in told
    say("erase", "list", "--by", "nobody", code=1)
