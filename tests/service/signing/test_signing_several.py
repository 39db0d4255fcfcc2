"""Several signatures: each over its own manifest and challenge, each by another person, all or none."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.acts import AlreadyActed, act
from service.batches.models import Batch
from service.batches.queries import holds_of
from service.dispatch import queries as files
from service.foundation import clock
from service.foundation.jobs import Job
from service.officers.models import Officer
from service.signing.challenge import message_of, message_v1
from service.signing.earlier_manifests import content_of_v1
from service.signing.manifest import VALID_FOR, all_of, content, of_batch
from service.signing.models import Manifest, Signature, SigningChallenge
from service.signing.refusal import SignatureRefused
from service.signing.sign import challenge, sign
from service.signing.software import make_key, sign_with_software_key
from service.signing.verify import NotSigned, require_signed
from service.signing.waiting import to_sign
from tests.factories.batches import county_batch, prepared
from tests.factories.officers import OfficerFactory, Staff, signing_key, staff
from tests.foundation.committed import Committed
from tests.migrations.conftest import unguarded
from tests.service.signing.bundles import signed_batch


def _gate(session: Session, batch: Batch) -> None:
    found = files.of_batch(session, batch)
    require_signed(session, batch, [files.sealed(session, one) for one in found])


@pytest.fixture
def two(made: Session, data_dir: object, monkeypatch: pytest.MonkeyPatch) -> tuple[Batch, Staff]:
    """A prepared batch that asks for two signers."""
    monkeypatch.setattr("service.signing.manifest.signatures_required", lambda *_: 2)
    people = staff()
    return prepared(made, county_batch(made), people), people


Two = tuple[Batch, Staff]


def test_only_the_last_signature_releases_the_batch(made: Session, two: Two) -> None:
    batch, people = two
    other: Officer = OfficerFactory.create(duties=["signer"])
    sign_with_software_key(made, batch, by=people.signer)
    assert batch.state == "prepared"
    assert not made.scalars(select(Job).where(Job.kind == "dispatch.begin")).all()
    assert "batch.signature_given" in made.scalars(select(AuditEntry.act)).all()
    with pytest.raises(NotSigned, match="1 of 2"):
        _gate(made, batch)
    assert to_sign(made, people.signer) == [], "who signed waits no more"
    sign_with_software_key(made, batch, by=other)
    assert batch.state == "signed"
    assert made.scalars(select(Job).where(Job.kind == "dispatch.begin")).all()
    first, second = (content(one) for one in all_of(made, batch))
    assert [one["officer"] for one in second["prior_signatures"]] == [str(people.signer.id)]
    assert first["prior_signatures"] == []
    _gate(made, batch)


def test_nobody_signs_twice(made: Session, two: Two) -> None:
    batch, people = two
    sign_with_software_key(made, batch, by=people.signer)
    with pytest.raises(AlreadyActed), made.begin_nested():
        sign_with_software_key(made, batch, by=people.signer)
    assert len(made.scalars(select(Signature)).all()) == 1
    assert batch.state == "prepared"


def test_what_was_asked_before_the_first_signature_does_not_answer_the_second(
    made: Session, two: Two
) -> None:
    """The second signer's answer must cover the first signature."""
    batch, people = two
    other: Officer = OfficerFactory.create(duties=["signer"])
    private = Ed25519PrivateKey.generate()
    key = signing_key(other, private.public_key().public_bytes_raw())
    early, manifest = challenge(made, batch, by=other), of_batch(made, batch)
    assert manifest is not None
    answer = private.sign(message_of(manifest, early))
    sign_with_software_key(made, batch, by=people.signer)
    with pytest.raises(SignatureRefused, match="another batch, round or signature"):
        sign(made, batch, by=other, key_id=key.id, signature=answer, nonce=early.nonce)


AFTERWARDS = {
    "the first signature": "UPDATE signatures SET signature = sha512('x') WHERE manifest_id = "
    "(SELECT id FROM manifests WHERE position = 1)",
    "when the first signed": "UPDATE signatures SET signed_at = signed_at + interval '1 second' "
    "WHERE manifest_id = (SELECT id FROM manifests WHERE position = 1)",
    "the second signature": "DELETE FROM signatures WHERE manifest_id = "
    "(SELECT id FROM manifests WHERE position = 2)",
    "the second manifest": "DELETE FROM signatures WHERE manifest_id = (SELECT id FROM manifests "
    "WHERE position = 2); DELETE FROM manifests WHERE position = 2",
    "how many are asked for": "UPDATE manifests SET canonical = "
    "convert_to(replace(convert_from(canonical, 'UTF8'), 'required\":2', 'required\":1'), 'UTF8'); "
    "UPDATE manifests SET digest = sha256(canonical)",
    "the nonces": "UPDATE signing_challenges SET nonce = sha256(nonce); "
    "UPDATE signatures SET nonce = sha256(nonce)",
    "no nonces": "UPDATE signatures SET nonce = NULL",
    "the role": "UPDATE signing_challenges SET role = 'maker'",
    "until when": "UPDATE signing_challenges SET expires_at = expires_at + interval '1 day'",
    "that it was used": "UPDATE signing_challenges SET used_at = NULL",
    "what screening found": "UPDATE manifests SET screening = '{}'",
    "what was posted": "UPDATE manifests SET notice = NULL",
    "the second signer": "UPDATE officers SET duties = '{reviewer}' WHERE id = (SELECT officer_id "
    "FROM signatures ORDER BY id DESC LIMIT 1)",
    "that the signers are two": "UPDATE signatures SET officer_id = (SELECT officer_id FROM "
    "signatures ORDER BY id LIMIT 1); UPDATE signing_challenges SET officer_id = "
    "(SELECT officer_id FROM signatures ORDER BY id LIMIT 1)",
}


@pytest.mark.parametrize("what", sorted(AFTERWARDS))
def test_the_gate_sees_every_change_of_either_signature(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    with committed.transaction() as session:
        batch = signed_batch(session, monkeypatch, signers=2)
    with committed.transaction() as session:
        _gate(session, session.get_one(Batch, batch.id))
    committed.as_superuser(*AFTERWARDS[what].split(";"))
    with (
        pytest.raises(Exception, match=r"cannot be sent|refused"),
        committed.transaction() as session,
    ):
        _gate(session, session.get_one(Batch, batch.id))


def test_the_database_refuses_what_the_code_would_never_do(made: Session, two: Two) -> None:
    batch, people = two
    sign_with_software_key(made, batch, by=people.signer)
    other: Officer = OfficerFactory.create(duties=["signer"])
    unused = challenge(made, batch, by=other)
    nonce = unused.nonce.hex()
    copy = (
        "INSERT INTO signatures (id, manifest_id, officer_id, key_id, algorithm, signature, signed_at, nonce) "
        "SELECT gen_random_uuid(), {manifest}, officer_id, key_id, algorithm, signature, {at}, {nonce} "
        "FROM signatures"
    )
    second = "(SELECT id FROM manifests WHERE position = 2)"
    for statement in (
        "UPDATE signing_challenges SET used_at = NULL WHERE used_at IS NOT NULL",
        "UPDATE signing_challenges SET used_at = now() WHERE used_at IS NOT NULL",
        f"UPDATE signing_challenges SET expires_at = now() + interval '1 year' WHERE nonce = '\\x{nonce}'",
        f"UPDATE signing_challenges SET officer_id = gen_random_uuid() WHERE nonce = '\\x{nonce}'",
        "DELETE FROM signing_challenges",
        "TRUNCATE signing_challenges CASCADE",
        copy.format(manifest=second, at="signed_at", nonce="nonce"),
        copy.format(manifest=second, at="signed_at", nonce="NULL"),
        copy.format(manifest=second, at="signed_at", nonce=f"decode('{nonce}', 'hex')"),
        copy.format(manifest="manifest_id", at="signed_at", nonce="nonce"),
        "UPDATE signatures SET nonce = NULL",
        "UPDATE manifests SET position = 3 WHERE position = 2",
    ):
        with pytest.raises(DBAPIError), made.begin_nested():
            made.execute(text(statement))
    assert len(made.scalars(select(Signature)).all()) == 1


def test_a_person_of_the_chain_who_signs_is_found_at_the_gate(made: Session, two: Two) -> None:
    batch, people = two
    sign_with_software_key(made, batch, by=people.signer)
    people.maker.duties = ["signer"]
    with pytest.raises(AlreadyActed), made.begin_nested():
        sign_with_software_key(made, batch, by=people.maker)


def _as_version_1(session: Session, batch: Batch, signer: Officer) -> None:
    """Make the batch's manifest one of version 1 and sign it as that version did."""
    found = files.of_batch(session, batch)
    said: dict[str, Any] = {
        **content_of_v1(session, batch, [files.sealed(session, one) for one in found]),
        "held_by_control": holds_of(session, batch),
    }
    canonical = rfc8785.dumps(said)
    with unguarded(session):
        session.execute(text("DELETE FROM manifests"))
        manifest = Manifest(
            batch_id=batch.id, round=batch.round, position=1, canonical=canonical,
            digest=hashlib.sha256(canonical).digest(), made_at=clock.now(),
        )  # fmt: skip
        session.add(manifest)
        session.flush()
        session.expire_all()
        private = Ed25519PrivateKey.generate()
        key = signing_key(signer, private.public_key().public_bytes_raw())
        signature = private.sign(message_v1(manifest.digest, signer.id))
        act(session, batch, signer, "signed", at=clock.now())
        signed = Signature(
            manifest_id=manifest.id, officer_id=signer.id, key_id=key.id, algorithm="Ed25519",
            signature=signature, nonce=None, signed_at=clock.now(),
        )  # fmt: skip
        session.add(signed)
        session.flush()


def test_what_was_signed_in_version_1_is_still_sent(made: Session, data_dir: object) -> None:
    people = staff()
    batch = prepared(made, county_batch(made), people)
    _as_version_1(made, batch, people.signer)
    _gate(made, batch)
    with unguarded(made):
        made.execute(text("UPDATE signatures SET signature = sha512('x')"))
        made.expire_all()
    with pytest.raises(Exception, match="refused"):
        _gate(made, batch)


def test_a_new_manifest_is_never_signed_the_old_way(
    made: Session, data_dir: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking the challenge away does not bring the weaker message back."""
    batch = signed_batch(made, monkeypatch)
    with unguarded(made):
        made.execute(text("UPDATE signatures SET nonce = NULL"))
        made.expire_all()
    with pytest.raises(NotSigned, match="answers no challenge"):
        _gate(made, batch)


def test_an_approval_that_expired_begins_no_payment(
    made: Session, data_dir: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = signed_batch(made, monkeypatch)
    later = clock.now() + VALID_FOR + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotSigned, match="expired"):
        _gate(made, batch)
    found = files.of_batch(made, batch)
    sealed = [files.sealed(made, one) for one in found]
    require_signed(made, batch, sealed, begun=True)


def test_every_challenge_is_another(made: Session, two: Two) -> None:
    batch, people = two
    make_key(made, people.signer)
    for _ in range(20):
        challenge(made, batch, by=people.signer)
    nonces = made.scalars(select(SigningChallenge.nonce)).all()
    assert len(set(nonces)) == len(nonces) == 20
