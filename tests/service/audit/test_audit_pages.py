"""The trail on its page: for auditors alone, and honest about a break."""

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from service.audit import pages, standing
from service.audit.actor import SYSTEM, Actor
from service.audit.anchors.take import take
from service.audit.keeping.models import AuditHold
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.models import AuditEntry
from service.audit.nightly.models import AuditVerification
from service.audit.nightly.run import KIND, verify_whole
from service.audit.record import record
from service.audit.verify import live
from service.foundation import clock
from service.foundation.jobs import Job
from service.foundation.settings import settings
from tests.service.web.browsing import MakeOfficer, SignInAs


@pytest.fixture
def entries(data_dir: Path, session: Session, make_officer: MakeOfficer) -> None:
    """Three acts of an officer, signed, and one that is not signed yet."""
    by = make_officer("maker", name="编一").actor()
    for number, act in enumerate(("batch.built", "batch.frozen", "batch.returned")):
        record(session, act, by=by, on=("batches", f"b-{number}"), before="draft", after="frozen")
    session.flush()
    sequence(session)
    record(session, "notice.posted", by=Actor(kind="system", id="anxin"), on=("notices", "n-1"))
    session.flush()


@pytest.mark.usefixtures("entries")
def test_the_page_says_where_the_chain_stands(sign_in_as: SignInAs) -> None:
    shown = sign_in_as("auditor").get("/audit").text
    assert "另有 1 条待下次签署" in shown
    assert "每夜核验" in shown
    assert 'href="/audit/entries"' in shown


@pytest.mark.usefixtures("entries")
def test_the_page_says_when_the_whole_trail_was_verified_and_stamped(
    sign_in_as: SignInAs, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_as("auditor")
    shown = browser.get("/audit").text
    assert "最近一次全量核验" in shown
    assert "最近时间戳" not in shown
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", "embedded")
    settings.cache_clear()
    publish(lambda: nullcontext(session))
    take(session)
    verify_whole(session)
    shown = browser.get("/audit").text
    assert "3 条记录，未发现问题" in shown
    assert "最近时间戳" in shown
    assert "已超出允许时限" not in shown
    session.add(
        AuditVerification(
            begun_at=clock.now(), ended_at=clock.now(), entries=1, checkpoints=0,
            verified=False, code=3, first_bad=1, root="",
        )
    )  # fmt: skip
    session.flush()
    monkeypatch.setattr(pages, "late_seconds", lambda _: 90_000)
    assert "第 1 条记录有误" in browser.get("/audit").text
    assert "已超出允许时限" in browser.get("/audit").text
    monkeypatch.undo()
    settings.cache_clear()


@pytest.mark.usefixtures("entries")
def test_a_changed_entry_shows_on_the_page(sign_in_as: SignInAs, session: Session) -> None:
    # Only who owns the table can do this; the point is that it shows all the same.
    session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    session.execute(text("UPDATE audit_entries SET act = 'batch.signed' WHERE act = 'batch.built'"))
    session.expire_all()
    browser = sign_in_as("auditor")
    assert "留痕校验不通过" not in browser.get("/audit").text
    verify_whole(session)
    shown = browser.get("/audit").text
    assert "留痕校验不通过" in shown
    assert "检索字段与记录内容不符" in shown


@pytest.mark.usefixtures("entries")
def test_opening_the_page_verifies_nothing_and_says_what_was_when(
    sign_in_as: SignInAs, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_as("auditor")
    verify_whole(session)
    record(session, "batch.frozen", by=SYSTEM, on=("batches", "b-9"))
    session.flush()
    monkeypatch.setattr(live, "rows", None)
    said = browser.get("/api/audit/verification").json()
    assert (said["last"]["verified"], said["last"]["entries"]) == (True, 3)
    assert said["newer"] == said["entries"] - 3 >= 2
    assert "3 条记录，未发现问题" in browser.get("/audit").text
    longer = AuditVerification(
        begun_at=clock.now(), ended_at=clock.now(), entries=900, checkpoints=1,
        verified=True, code=0, first_bad=None, root="",
    )  # fmt: skip
    session.add(longer)
    session.flush()
    assert "现有记录少于已核验的记录" in browser.get("/audit").text
    with monkeypatch.context() as patched:
        patched.setattr(standing, "LATE_AFTER", timedelta())
        assert "已超过两天" in browser.get("/audit").text


@pytest.mark.usefixtures("entries")
def test_a_verification_is_asked_for_once_and_kept_when_it_is_done(
    sign_in_as: SignInAs, session: Session
) -> None:
    browser = sign_in_as("auditor")
    assert (
        browser.submit("/audit/verification", shown_at="/audit", follow_redirects=False).status_code
        == 303
    )
    assert "核验正在进行" in browser.get("/audit").text
    key = {"Idempotency-Key": "look-1"}
    first = browser.post("/api/audit/verification", json={}, headers=key).json()
    assert first["waits_since"] is not None
    asked = select(func.count()).where(Job.kind == KIND, Job.state == "queued")
    assert session.scalar(asked) == 1
    acts = select(func.count()).where(AuditEntry.act == "audit_log.verification_asked")
    assert session.scalar(acts) == 1
    session.execute(update(Job).where(Job.kind == KIND).values(state="done"))
    again = browser.post("/api/audit/verification", json={}, headers=key).json()
    assert again == first
    assert session.scalar(asked) == 0
    assert "核验正在进行" not in browser.get("/audit").text


@pytest.mark.parametrize("duty", ["maker", "reconciler", "system_administrator", "steward"])
def test_for_everybody_else_the_trail_is_not_there(sign_in_as: SignInAs, duty: str) -> None:
    browser = sign_in_as(duty)
    assert browser.get("/audit").status_code == 404
    assert browser.get("/api/audit/entries").status_code == 404


def test_nobody_reads_it_without_signing_in(browser: object) -> None:
    assert browser.get("/audit").status_code == 303  # type: ignore[attr-defined]
    assert browser.get("/api/audit/entries").status_code == 401  # type: ignore[attr-defined]


def test_row_80_who_is_no_auditor_sees_nothing_of_what_is_kept(sign_in_as: SignInAs) -> None:
    for duty in ("maker", "steward", "system_administrator"):
        browser = sign_in_as(duty)
        for path in ("/audit/keeping", "/api/audit/keeping"):
            assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["erased on", "for: 本人申请", "county's own choice"]),
        ("zh", ["原因：本人申请", "县自定"]),
    ],
)
def test_what_is_held_and_erased_is_said_in_both_languages(
    session: Session, sign_in_as: SignInAs, language: str, words: list[str]
) -> None:
    entry = record(
        session, "objection.opened", by=SYSTEM, on=("objections", "x1"), sealed={"text": "王小明"}
    )
    done = record(session, "audit_erasure.done", by=SYSTEM, on=("audit_erasures", "x2"))
    session.flush()
    session.execute(
        text(
            "UPDATE audit_payloads SET key_sealed = NULL, content = NULL, erased_at = now(), "
            "erased_reason = '本人申请', erased_entry_id = :done WHERE entry_id = :entry"
        ),
        {"entry": entry.id, "done": done.id},
    )
    session.add(
        AuditHold(scope="person:12", reason="纪委\u202e调查", asked_by="x", asked_at=clock.now())
    )
    session.flush()
    browser = sign_in_as("auditor")
    browser.headers["accept-language"] = language
    shown = browser.get("/audit/entries").text + browser.get("/audit/keeping").text
    for word in (*words, "person:12", "纪委⟨U+202E⟩调查"):
        assert word in shown.replace("&#39;", "'")
    said = browser.get("/api/audit/keeping").json()
    assert said["holds"][0]["state"] == "asked"
