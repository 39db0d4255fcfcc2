"""A bank asked over HTTPS that accepted a file and later has none: an alarm once, and nothing is sent again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bank_adapters.direct.dialect import Told
from bank_adapters.transport import HttpsTransport
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.foundation import clock
from service.foundation.jobs import Job
from service.ledger.models import BankChannel
from service.reconciliation import denied
from service.reconciliation.ask import ask_result
from tests.factories import residents
from tests.factories.batches import channel, county_batch, signed
from tests.service.web.browsing import SignInAs

DOOR: dict[str, Any] = {
    "kind": "https", "profile": "icbc-direct", "url": "https://bank.internal:8443/ebank",
    "certificate_sha256": "ab" * 32, "username": "4000", "host": "", "port": 0, "host_key": "",
    "absence_seconds": 1800,
}  # fmt: skip


@pytest.fixture
def file(session: Session) -> BankFile:
    """A file that a bank spoken to over HTTPS has just accepted."""
    residents.use(session)
    bank = channel("rural", **DOOR)
    batch = county_batch(session)
    signed(session, batch)
    (found,) = (one for one in queries.of_batch(session, batch) if one.channel_id == bank.id)
    move(session, found, "sending", by=SYSTEM)
    move(session, found, "delivered", by=SYSTEM)
    mark_sent(session, found)
    return found


def _is_denied(file: BankFile) -> bool:
    return file.denied_at is not None


def test_not_found_after_it_was_accepted_is_an_alarm_until_the_bank_knows_it_again(
    session: Session, file: BankFile, sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [Told.NOT_FOUND]
    monkeypatch.setattr(HttpsTransport, "ask", lambda _: (said[0], b"no answer of any bank"))
    ask_result(session, str(file.id))
    assert not _is_denied(file), "not visible yet is not denied"
    file.sent_at = clock.now() - timedelta(minutes=31)
    for _ in range(3):
        ask_result(session, str(file.id))
    assert _is_denied(file)
    acts = select(AuditEntry.act).where(AuditEntry.object_id == str(file.id))
    assert list(session.scalars(acts)).count("bank_file.denied") == 1

    # It moves nothing and sends nothing.
    assert file.state == "delivered"
    states = select(Payment.state).where(Payment.bank_file_id == file.id).distinct()
    assert session.scalars(states).all() == ["sent"]
    sending = select(func.count()).select_from(Job).where(Job.kind == "dispatch.hand_over")
    assert session.scalar(sending.where(Job.arguments["file_id"].astext == str(file.id))) == 0
    browser = sign_in_as("reconciler")
    assert "银行曾受理、现称查无的文件" in browser.get("/").text
    shown = browser.get(f"/dispatch/{file.id}").text
    assert "请致电银行核实" in shown
    assert "银行曾受理，现称无此文件" in shown
    denied.measure(session)
    assert denied.DENIED.get() == 1

    said[0] = Told.KNOWN
    ask_result(session, str(file.id))
    assert not _is_denied(file)
    assert list(session.scalars(acts)).count("bank_file.known_again") == 1
    assert "现称查无" not in browser.get("/").text


def test_of_an_unknown_file_the_same_words_are_no_news(
    session: Session, file: BankFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpsTransport, "ask", lambda _: (Told.NOT_FOUND, b""))
    (other,) = (
        one
        for one in session.scalars(select(BankFile).where(BankFile.batch_id == file.batch_id))
        if one.id != file.id
    )
    move(session, other, "sending", by=SYSTEM)
    move(session, other, "unknown", by=SYSTEM)
    mark_sent(session, other)
    other.sent_at = clock.now() - timedelta(hours=2)
    denied.note_told(session, session.get_one(BankChannel, file.channel_id), other, Told.NOT_FOUND)
    assert not _is_denied(other)
