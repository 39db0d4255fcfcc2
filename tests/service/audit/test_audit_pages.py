"""The trail on a page and through the API: for auditors alone, searchable, and honest about a break."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit import pages
from service.audit.actor import Actor
from service.audit.log.sequence import sequence
from service.audit.models import AuditEntry, AuditLeaf
from service.audit.record import record
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
def test_the_chain_and_the_newest_entries_are_shown(sign_in_as: SignInAs) -> None:
    shown = sign_in_as("auditor").get("/audit").text
    assert "校验通过" in shown
    assert "另有 1 条待下次签署" in shown
    assert shown.index("notice.posted") < shown.index("batch.returned")
    assert "编一" in shown


@pytest.mark.usefixtures("entries")
def test_entries_are_found_by_act_kind_and_id(sign_in_as: SignInAs) -> None:
    browser = sign_in_as("auditor")
    by_act = browser.get("/audit?act=batch.").text
    assert "batch.frozen" in by_act
    assert "notice.posted" not in by_act
    by_id = browser.get("/audit?kind=batches&thing=b-1").text
    assert "batch.frozen" in by_id
    assert "batch.built" not in by_id
    assert "没有符合条件的记录" in browser.get("/audit?act=batch_").text, "a prefix is no pattern"


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


@pytest.mark.usefixtures("entries")
def test_programs_page_through_the_same_entries(sign_in_as: SignInAs, session: Session) -> None:
    said = sign_in_as("auditor").get("/api/audit/entries?act=batch").json()
    assert (said["total"], said["page"], said["pages"]) == (3, 1, 1)
    newest = said["entries"][0]
    assert newest["said"]["act"] == "batch.returned"
    assert newest["said"]["object"] == {"type": "batches", "id": "b-2"}
    # Other tests commit entries of their own around these, so the places are looked up.
    places = session.scalars(
        select(AuditLeaf.index)
        .join(AuditEntry, AuditEntry.id == AuditLeaf.entry_id)
        .where(AuditEntry.object_id.in_(("b-0", "b-1", "b-2")))
    ).all()
    assert len(places) == 3
    assert {one["index"] for one in said["entries"]} == set(places)


@pytest.mark.parametrize("duty", ["maker", "reconciler", "system_administrator", "steward"])
def test_for_everybody_else_the_trail_is_not_there(sign_in_as: SignInAs, duty: str) -> None:
    browser = sign_in_as(duty)
    assert browser.get("/audit").status_code == 404
    assert browser.get("/api/audit/entries").status_code == 404


def test_nobody_reads_it_without_signing_in(browser: object) -> None:
    assert browser.get("/audit").status_code == 303  # type: ignore[attr-defined]
    assert browser.get("/api/audit/entries").status_code == 401  # type: ignore[attr-defined]
