"""Administrators look at banks' channels, read what was agreed masked, and change nothing."""

import base64
import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.administration.banks.terms import fingerprint
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.foundation import clock
from service.foundation.jobs.models import Heartbeat
from service.ledger.models import BankChannel
from service.reconciliation.banks_now import beat_of
from tests.factories import residents
from tests.factories.banks import BankFileFactory
from tests.factories.batches import channel
from tests.service.web.browsing import SignInAs

ADMINISTRATOR = "system_administrator"


@pytest.fixture
def bank(session: Session) -> BankChannel:
    """A bank to which one file went, for a day long ago."""
    residents.use(session)
    made = channel("ccb")
    file = BankFileFactory.create(
        channel_id=made.id,
        sent_at=clock.now(),
        execution_date=clock.today() - timedelta(days=30),
        amount_fen=723_195_000,
        file_name="MZ15-R1.txt",
    )
    move(session, file, "sending", by=SYSTEM)
    move(session, file, "delivered", by=SYSTEM)
    return made


def test_the_list_and_the_page_say_that_it_is_late_and_what_was_agreed(
    bank: BankChannel, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(ADMINISTRATOR)
    listed = browser.get("/banks").text
    assert 'href="/banks/ccb"' in listed
    assert "需关注" in listed
    shown = browser.get("/banks/ccb").text
    for said in ("1 份回盘逾期。", "尾号 0018", "MZ15-R1.txt", "anxin banks register", "登记"):
        assert said in shown, said


def test_neither_account_nor_secret_nor_money_is_shown(
    bank: BankChannel, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as(ADMINISTRATOR)
    for address in ("/banks", "/banks/ccb", "/api/banks", "/api/banks/ccb"):
        said = browser.get(address).text
        assert bank.debtor_account not in said, address
        assert "7,231,950" not in said, address
        assert "723195000" not in said, address
        assert "none" not in re.sub(r"<[^>]+>", "", said) or address != "/banks/ccb"


def test_no_page_of_a_bank_has_a_form(bank: BankChannel, sign_in_as: SignInAs) -> None:
    for duty in (ADMINISTRATOR, "security_administrator", "auditor"):
        browser = sign_in_as(duty)
        for address in ("/banks", "/banks/ccb", "/health", "/organisations"):
            main = browser.get(address).text.split("<main", 1)[1].split("</main>", 1)[0]
            assert "<form" not in main, (duty, address)


def test_programs_are_told_the_same(bank: BankChannel, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("security_administrator")
    (one,) = browser.get("/api/banks").json()
    assert one == browser.get("/api/banks/ccb").json()
    assert (one["state"], one["late_answers"] > 0, one["account_ending"]) == ("look", True, "0018")
    assert browser.get("/api/banks/nobody").status_code == 404
    assert browser.get("/banks/nobody").status_code == 404


def test_a_server_that_lets_nobody_look_is_silent(
    bank: BankChannel, session: Session, sign_in_as: SignInAs
) -> None:
    session.add(Heartbeat(task=beat_of("ccb"), at=clock.now() - timedelta(hours=1)))
    session.flush()
    one = sign_in_as(ADMINISTRATOR).get("/api/banks/ccb").json()
    assert one["state"] == "wrong"
    assert "银行服务器已有一段时间无法访问" in one["said"]


def test_nobody_of_the_money_chain_needs_these_pages(
    bank: BankChannel, sign_in_as: SignInAs
) -> None:
    for duty in ("maker", "reviewer", "signer", "reconciler", "steward", "policy"):
        browser = sign_in_as(duty)
        for address in ("/banks", "/health", "/organisations"):
            assert browser.get(address).status_code == 403, (duty, address)


def test_a_host_key_is_told_as_ssh_keygen_prints_it() -> None:
    body = b"\x00\x00\x00\x0bssh-ed25519" + bytes(36)
    key = base64.b64encode(body).decode()
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")
    assert fingerprint(f"ssh-ed25519 {key} bank") == f"ssh-ed25519 SHA256:{digest}"
    assert fingerprint("") == ""
    assert fingerprint("ssh-ed25519 AAAA!") == ""
