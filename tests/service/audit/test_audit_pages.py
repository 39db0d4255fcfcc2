"""The trail on its page: for auditors alone, and honest about a break."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit import pages
from service.audit.actor import SYSTEM, Actor
from service.audit.anchors.take import take
from service.audit.keeping.models import AuditHold
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.nightly.models import AuditVerification
from service.audit.nightly.run import verify_whole
from service.audit.record import record
from service.foundation import clock
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
    assert "校验通过" in shown
    assert "另有 1 条待下次签署" in shown
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
    shown = sign_in_as("auditor").get("/audit").text
    assert "留痕校验不通过" in shown
    assert "被改动" in shown


@pytest.mark.usefixtures("entries")
def test_a_long_trail_is_verified_when_asked_for(
    sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "VERIFIED_AT_ONCE_MAX", 0)
    browser = sign_in_as("auditor")
    assert "本次未校验" in browser.get("/audit").text
    assert "校验通过" in browser.get("/audit?verified=true").text


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
