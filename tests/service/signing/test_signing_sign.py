"""A signature counts when the officer's own valid key signed exactly this batch, and not otherwise."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.approvals.decide import send_back
from service.audit.actor import SYSTEM
from service.audit.moves import IllegalMove
from service.batches.acts import AlreadyActed
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.jobs import Job
from service.foundation.settings import settings
from service.officers.may import NotAllowed
from service.officers.models import Officer, SigningKey
from service.officers.signing_keys import register_key, revoke_key
from service.signing.challenge import ANSWER_WITHIN, message, message_of, message_v1
from service.signing.manifest import VALID_FOR, of_batch
from service.signing.models import Manifest, Signature
from service.signing.refusal import SignatureRefused
from service.signing.sign import challenge, sign
from service.signing.software import SoftwareKeysRefused, sign_with_software_key
from tests.factories.batches import PAY_DAY, county_batch, prepared
from tests.factories.officers import OfficerFactory, Staff, signing_key, staff
from tests.migrations.conftest import unguarded


@dataclass(frozen=True)
class Answer:
    """A signature and the nonce it answers."""

    signature: bytes
    nonce: bytes


class Token:
    """A signer with a USB key of their own."""

    def __init__(self, session: Session, officer: Officer) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.officer = officer
        self.key = signing_key(officer, self.private.public_key().public_bytes_raw())
        self.session = session

    def asked(self, batch: Batch) -> Answer:
        """Ask for a challenge over the batch and answer it."""
        made = challenge(self.session, batch, by=self.officer)
        return Answer(
            self.private.sign(message_of(_manifest(self.session, batch), made)), made.nonce
        )


def _manifest(session: Session, batch: Batch) -> Manifest:
    manifest = of_batch(session, batch)
    assert manifest is not None
    return manifest


@pytest.fixture
def ready(made: Session, data_dir: object) -> tuple[Batch, Staff, Token]:
    """A prepared batch, its people, and its signer's key."""
    people = staff()
    return prepared(made, county_batch(made), people), people, Token(made, people.signer)


Ready = tuple[Batch, Staff, Token]


def _give(session: Session, batch: Batch, by: Officer, key: UUID, answer: Answer) -> Signature:
    return sign(session, batch, by=by, key_id=key, signature=answer.signature, nonce=answer.nonce)


def _refused(session: Session, batch: Batch, by: Officer, key: UUID, answer: Answer) -> str:
    with pytest.raises(SignatureRefused) as refusal, session.begin_nested():
        _give(session, batch, by, key, answer)
    assert batch.state == "prepared"
    assert session.scalars(select(Signature)).all() == []
    return str(refusal.value)


def test_the_signers_own_key_over_the_batch_is_accepted_and_asks_for_sending(
    made: Session, ready: Ready
) -> None:
    batch, people, token = ready
    accepted = _give(made, batch, people.signer, token.key.id, token.asked(batch))
    assert batch.state == "signed"
    assert accepted.officer_id == people.signer.id
    assert "dispatch.begin" in made.scalars(select(Job.kind)).all()


def test_a_key_that_was_registered_by_the_administrator_signs(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    public = token.private.public_key().public_bytes_raw()
    registered = register_key(made, people.signer, public, by=SYSTEM)
    _give(made, batch, people.signer, registered.id, token.asked(batch))
    assert batch.state == "signed"


def test_another_officers_key_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    other = Token(made, OfficerFactory.create(duties=["signer"]))
    said = _refused(made, batch, people.signer, other.key.id, token.asked(batch))
    assert "belongs to another officer" in said


def test_another_officers_signature_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    other = Token(made, OfficerFactory.create(duties=["signer"]))
    said = _refused(made, batch, people.signer, token.key.id, other.asked(batch))
    assert "no question put to you" in said


def test_a_signature_made_for_another_officer_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    asked = challenge(made, batch, by=people.signer)
    for_other = message(
        _manifest(made, batch).digest,
        batch_id=batch.id,
        round_no=batch.round,
        officer_id=people.reviewer.id,
        role=asked.role,
        nonce=asked.nonce,
        expires_at=asked.expires_at,
    )
    answer = Answer(token.private.sign(for_other), asked.nonce)
    _refused(made, batch, people.signer, token.key.id, answer)


def test_a_signature_over_other_bytes_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    manifest = _manifest(made, batch)
    asked = challenge(made, batch, by=people.signer)
    good = token.private.sign(message_of(manifest, asked))
    for bad in (
        b"",
        good[:-1],
        good + b"\x00",
        bytes(64),
        bytes([good[0] ^ 1]) + good[1:],
        good[:-1] + bytes([good[-1] ^ 1]),
        token.private.sign(manifest.digest),
        token.private.sign(manifest.canonical),
        token.private.sign(message_v1(manifest.digest, people.signer.id)),
        secrets.token_bytes(64),
    ):
        _refused(made, batch, people.signer, token.key.id, Answer(bad, asked.nonce))
    _give(made, batch, people.signer, token.key.id, Answer(good, asked.nonce))


def test_a_signature_of_another_batch_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    other = prepared(made, county_batch(made, month="2026-11"), staff())
    said = _refused(made, batch, people.signer, token.key.id, token.asked(other))
    assert "another batch, round or signature" in said
    _give(made, other, people.signer, token.key.id, token.asked(other))
    assert (batch.state, other.state) == ("prepared", "signed")


def test_a_signature_replayed_on_the_next_round_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    first = token.asked(batch)
    send_back(made, batch, by=people.signer, reason="再核", on=PAY_DAY)
    prepared(made, batch, Staff(people.maker, people.reviewer, people.signer, people.reconciler))
    said = _refused(made, batch, people.signer, token.key.id, first)
    assert "another batch, round or signature" in said
    _give(made, batch, people.signer, token.key.id, token.asked(batch))


def test_a_signature_cannot_be_used_twice(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    good = token.asked(batch)
    _give(made, batch, people.signer, token.key.id, good)
    with pytest.raises(IllegalMove):
        _give(made, batch, people.signer, token.key.id, good)
    assert len(made.scalars(select(Signature)).all()) == 1


def test_a_nonce_is_used_once_even_where_the_batch_waits_for_more(
    made: Session, ready: Ready
) -> None:
    batch, people, token = ready
    good = token.asked(batch)
    with unguarded(made):
        made.execute(text("UPDATE signing_challenges SET used_at = issued_at"))
    said = _refused(made, batch, people.signer, token.key.id, good)
    assert "used before" in said


def test_an_answer_that_comes_late_is_refused(
    made: Session, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, people, token = ready
    good, now = token.asked(batch), clock.now()
    for late, why in ((ANSWER_WITHIN, "too late"), (VALID_FOR, "approval has expired")):
        then = now + late + timedelta(seconds=1)
        monkeypatch.setattr(clock, "now", lambda then=then: then)
        assert why in _refused(made, batch, people.signer, token.key.id, good)


def test_a_revoked_key_signs_nothing(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    good = token.asked(batch)
    revoke_key(made, token.key, by=SYSTEM, reason="lost")
    assert "revoked" in _refused(made, batch, people.signer, token.key.id, good)


@pytest.mark.parametrize("algorithm", ["none", "sm2", "rsa", "ed25519 ", "", "ED25519"])
def test_an_algorithm_that_is_not_on_the_list_is_refused(
    made: Session, ready: Ready, algorithm: str
) -> None:
    batch, people, token = ready
    with unguarded(made):
        token.key.algorithm = algorithm
        made.flush()
    _refused(made, batch, people.signer, token.key.id, token.asked(batch))


@pytest.mark.parametrize("public_key", [b"", bytes(32), b"\xff" * 32, bytes(31)])
def test_a_key_that_is_none_is_refused(made: Session, ready: Ready, public_key: bytes) -> None:
    batch, people, token = ready
    with unguarded(made):
        token.key.public_key = public_key
        made.flush()
    _refused(made, batch, people.signer, token.key.id, token.asked(batch))


@pytest.mark.parametrize("who", ["maker", "reviewer"])
def test_whoever_made_or_approved_the_batch_does_not_sign_it(
    made: Session, ready: Ready, who: str
) -> None:
    batch, people, _ = ready
    officer: Officer = getattr(people, who)
    token = Token(made, officer)
    with pytest.raises(NotAllowed):
        token.asked(batch)
    with pytest.raises(NotAllowed):
        _give(made, batch, officer, token.key.id, Answer(bytes(64), bytes(32)))
    officer.duties = ["signer"]
    with pytest.raises(AlreadyActed):
        _give(made, batch, officer, token.key.id, token.asked(batch))


def test_only_a_prepared_batch_is_signed(made: Session, data_dir: object) -> None:
    people, batch = staff(), county_batch(made)
    token = Token(made, people.signer)
    with pytest.raises(IllegalMove):
        _give(made, batch, people.signer, token.key.id, Answer(bytes(64), bytes(32)))


def test_an_edit_between_reading_and_signing_makes_another_message(
    made: Session, ready: Ready
) -> None:
    batch, people, token = ready
    kept, asked = _manifest(made, batch), challenge(made, batch, by=people.signer)
    changed = kept.canonical.replace(b'"amount_fen":40010', b'"amount_fen":40011')
    assert changed != kept.canonical
    other = Manifest(batch_id=batch.id, round=batch.round, digest=hashlib.sha256(changed).digest())
    assert message_of(other, asked) != message_of(kept, asked)
    with pytest.raises(InvalidSignature):
        token.private.public_key().verify(
            token.private.sign(message_of(kept, asked)), message_of(other, asked)
        )


def test_the_production_profile_refuses_software_keys(
    made: Session, ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, people, _ = ready
    monkeypatch.setenv("ANXIN_PROFILE", "production")
    settings.cache_clear()
    with pytest.raises(SoftwareKeysRefused) as refusal:
        sign_with_software_key(made, batch, by=people.signer)
    assert refusal.value.status == 403
    assert batch.state == "prepared"
    keys = made.scalars(select(SigningKey).where(SigningKey.officer_id == people.signer.id)).all()
    assert len(keys) == 1, "only the token's own"


def test_a_software_key_is_readable_by_its_owner_only(made: Session, ready: Ready) -> None:
    batch, people, _ = ready
    sign_with_software_key(made, batch, by=people.signer)
    path = settings().keys_dir / "signing" / f"{people.signer.id}.key"
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
