"""A key is handed in by one and confirmed by another; taken from its officer it signs nothing, at once."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.audit.models import AuditEntry
from service.batches.models import Batch
from service.cli import app as anxin
from service.dispatch import queries as files
from service.foundation.database import transaction
from service.officers import queries
from service.officers.models import Officer, SigningKey
from service.officers.signing_keys import confirm_key
from service.signing.refusal import SignatureRefused
from service.signing.verify import require_signed
from service.web.form_tokens import FIELD, token
from tests.factories.batches import county_batch, signed
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.foundation.committed import Committed
from tests.service.web.browsing import Browser, SignInAs

LOST = "设备遗失，已向公安机关报失"
GUARD = "security_administrator"


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


def revoked(browser: Browser, key: SigningKey, why: str) -> int:
    """Send the form that takes a key from its officer; return the status."""
    sent = {"key": str(key.id), "why": why, FIELD: token(browser.cookies["anxin"], "/keys/revoke")}
    return int(browser.post("/keys/revoke", data=sent).status_code)


def test_an_administrator_takes_a_key_away_and_what_it_signed_is_not_sent(
    made: Session, people: Staff, sign_in_as: SignInAs
) -> None:
    batch: Batch = county_batch(made, 2)
    signed(made, batch, people)
    sent = [files.sealed(made, one) for one in files.of_batch(made, batch)]
    require_signed(made, batch, sent)
    key = queries.valid_key(made, people.signer)
    assert key is not None
    guard = sign_in_as(GUARD)
    assert people.signer.name in guard.get("/keys").text
    assert revoked(guard, key, "丢了") == 422
    answer = guard.submit("/keys/revoke", {"key": str(key.id), "why": ""}, shown_at="/keys")
    assert (answer.status_code, "10 至 500" in answer.text) == (422, True)
    assert guard.post(
        f"/keys/{key.id}/revoke", data={FIELD: token(guard.cookies["anxin"], f"/keys/{key.id}/revoke")}
    ).status_code == 422  # fmt: skip
    assert queries.valid_key(made, people.signer) == key
    by_program = guard.post("/api/keys/revoke", json={"key": str(key.id), "reason": "丢了"})
    assert by_program.json()["code"] == "key_reason_missing"
    assert sign_in_as("maker").post(f"/api/keys/{key.id}/revoke", json={}).status_code == 404
    assert revoked(guard, key, LOST) == 303
    assert queries.valid_key(made, people.signer) is None
    with pytest.raises(SignatureRefused, match="revoked"):
        require_signed(made, batch, sent)
    entry = made.scalars(select(AuditEntry).where(AuditEntry.act == "signing_key.revoked")).one()
    assert LOST.encode() in entry.canonical
    assert revoked(guard, key, LOST) == 303
    assert len(made.scalars(select(AuditEntry).filter_by(act="signing_key.revoked")).all()) == 1


@pytest.mark.parametrize("duty", ["signer", "maker", "auditor", "system_administrator"])
def test_nobody_else_takes_a_key_away(
    made: Session, people: Staff, sign_in_as: SignInAs, duty: str
) -> None:
    batch = county_batch(made, 2)
    signed(made, batch, people)
    key = queries.valid_key(made, people.signer)
    assert key is not None
    browser = sign_in_as(duty)
    assert revoked(browser, key, LOST) == 403
    assert key.revoked_at is None


def test_one_shell_hands_a_key_in_and_another_person_lets_it_sign(committed: Committed) -> None:
    with committed.transaction():
        signer = OfficerFactory.create(username="qian.fa", duties=["signer"])
        guard = OfficerFactory.create(duties=[GUARD])
    run = CliRunner()
    public = [Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex() for _ in range(2)]
    assert "待安全管理员" in run.invoke(anxin, ["officers", "key", "qian.fa", public[0]]).output
    with transaction() as session:
        assert queries.valid_key(session, session.get_one(Officer, signer.id)) is None
        (key,) = queries.keys_of(session, signer)
        confirm_key(session, key, by=session.get_one(Officer, guard.id))
    run.invoke(anxin, ["officers", "key", "qian.fa", public[1]])
    with transaction() as session:
        now = queries.valid_key(session, session.get_one(Officer, signer.id))
        assert now is not None
        assert now.public_key.hex() == public[0], "the second waits, the first goes on signing"
    listed = run.invoke(anxin, ["officers", "keys", "qian.fa"]).output
    assert [one.split("\t")[2] for one in listed.splitlines()] == ["waits", "signs"]
    command = ["officers", "revoke-key", str(now.id), "--reason"]
    assert run.invoke(anxin, [*command, "short"]).exit_code != 0
    assert run.invoke(anxin, [*command, LOST]).exit_code == 0
    with transaction() as session:
        assert queries.valid_key(session, session.get_one(Officer, signer.id)) is None
