"""A signature counts when the officer's own valid key signed exactly this batch, and not otherwise."""

import hashlib
import secrets
from datetime import date
from uuid import UUID

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.decide import send_back
from service.audit.actor import SYSTEM
from service.audit.moves import IllegalMove
from service.batches.acts import AlreadyActed
from service.batches.models import Batch
from service.foundation.jobs import Job
from service.foundation.settings import settings
from service.officers.may import NotAllowed
from service.officers.models import Officer, SigningKey
from service.officers.signing_keys import register_key, revoke_key
from service.signing import manifest as manifests
from service.signing.manifest import SealedFile, of_batch
from service.signing.models import Manifest, Signature
from service.signing.sign import SignatureRefused, message, sign
from service.signing.software import SoftwareKeysRefused, sign_with_software_key
from tests.factories.batches import PAY_DAY, county_batch, prepared
from tests.factories.officers import OfficerFactory, Staff, signing_key, staff


class Token:
    """A signer with a USB key of their own."""

    def __init__(self, session: Session, officer: Officer) -> None:
        self.private = Ed25519PrivateKey.generate()
        self.officer = officer
        self.key = signing_key(officer, self.private.public_key().public_bytes_raw())
        self.session = session

    def over(self, batch: Batch) -> bytes:
        manifest = of_batch(self.session, batch)
        assert manifest is not None
        return self.private.sign(message(manifest, self.officer.id))


@pytest.fixture
def ready(made: Session, data_dir: object) -> tuple[Batch, Staff, Token]:
    """A prepared batch, its people, and its signer's key."""
    people = staff()
    return prepared(made, county_batch(made), people), people, Token(made, people.signer)


Ready = tuple[Batch, Staff, Token]


def _refused(session: Session, batch: Batch, by: Officer, key: UUID, signature: bytes) -> str:
    with pytest.raises(SignatureRefused) as refusal:
        sign(session, batch, by=by, key_id=key, signature=signature)
    assert batch.state == "prepared"
    assert session.scalars(select(Signature)).all() == []
    return str(refusal.value)


def test_the_signers_own_key_over_the_batch_is_accepted_and_asks_for_sending(
    made: Session, ready: Ready
) -> None:
    batch, people, token = ready
    accepted = sign(made, batch, by=people.signer, key_id=token.key.id, signature=token.over(batch))
    assert batch.state == "signed"
    assert accepted.officer_id == people.signer.id
    assert "dispatch.begin" in made.scalars(select(Job.kind)).all()


def test_a_key_that_was_registered_by_the_administrator_signs(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    public = token.private.public_key().public_bytes_raw()
    registered = register_key(made, people.signer, public, by=SYSTEM)
    sign(made, batch, by=people.signer, key_id=registered.id, signature=token.over(batch))
    assert batch.state == "signed"


def test_another_officers_key_is_refused(made: Session, ready: Ready) -> None:
    batch, people, _ = ready
    other = Token(made, OfficerFactory.create(duties=["signer"]))
    said = _refused(made, batch, people.signer, other.key.id, other.over(batch))
    assert "belongs to another officer" in said


def test_another_officers_signature_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    other = Token(made, OfficerFactory.create(duties=["signer"]))
    _refused(made, batch, people.signer, token.key.id, other.over(batch))


def test_a_signature_made_for_another_officer_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    manifest = of_batch(made, batch)
    assert manifest is not None
    for_other = token.private.sign(message(manifest, people.reviewer.id))
    _refused(made, batch, people.signer, token.key.id, for_other)


def test_a_signature_over_other_bytes_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    manifest = of_batch(made, batch)
    assert manifest is not None
    good = token.over(batch)
    for bad in (
        b"",
        good[:-1],
        good + b"\x00",
        bytes(64),
        bytes([good[0] ^ 1]) + good[1:],
        good[:-1] + bytes([good[-1] ^ 1]),
        token.private.sign(manifest.digest),
        token.private.sign(manifest.canonical),
        token.private.sign(message(manifest, people.signer.id)[25:]),
        secrets.token_bytes(64),
    ):
        _refused(made, batch, people.signer, token.key.id, bad)


def test_a_signature_of_another_batch_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    other = prepared(made, county_batch(made, month="2026-11"), staff())
    _refused(made, batch, people.signer, token.key.id, token.over(other))
    sign(made, other, by=people.signer, key_id=token.key.id, signature=token.over(other))
    assert (batch.state, other.state) == ("prepared", "signed")


def test_a_signature_replayed_on_the_next_round_is_refused(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    first = token.over(batch)
    send_back(made, batch, by=people.signer, reason="再核", on=PAY_DAY)
    prepared(made, batch, Staff(people.maker, people.reviewer, people.signer, people.reconciler))
    _refused(made, batch, people.signer, token.key.id, first)
    sign(made, batch, by=people.signer, key_id=token.key.id, signature=token.over(batch))


def test_a_signature_cannot_be_used_twice(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    good = token.over(batch)
    sign(made, batch, by=people.signer, key_id=token.key.id, signature=good)
    with pytest.raises(IllegalMove):
        sign(made, batch, by=people.signer, key_id=token.key.id, signature=good)
    assert len(made.scalars(select(Signature)).all()) == 1


def test_a_revoked_key_signs_nothing(made: Session, ready: Ready) -> None:
    batch, people, token = ready
    good = token.over(batch)
    revoke_key(made, token.key, by=SYSTEM, reason="lost")
    assert "revoked" in _refused(made, batch, people.signer, token.key.id, good)


@pytest.mark.parametrize("algorithm", ["none", "sm2", "rsa", "ed25519 ", "", "ED25519"])
def test_an_algorithm_that_is_not_on_the_list_is_refused(
    made: Session, ready: Ready, algorithm: str
) -> None:
    batch, people, token = ready
    token.key.algorithm = algorithm
    made.flush()
    _refused(made, batch, people.signer, token.key.id, token.over(batch))


@pytest.mark.parametrize("public_key", [b"", bytes(32), b"\xff" * 32, bytes(31)])
def test_a_key_that_is_none_is_refused(made: Session, ready: Ready, public_key: bytes) -> None:
    batch, people, token = ready
    token.key.public_key = public_key
    made.flush()
    _refused(made, batch, people.signer, token.key.id, token.over(batch))


@pytest.mark.parametrize("who", ["maker", "reviewer"])
def test_whoever_made_or_approved_the_batch_does_not_sign_it(
    made: Session, ready: Ready, who: str
) -> None:
    batch, people, _ = ready
    officer: Officer = getattr(people, who)
    token = Token(made, officer)
    with pytest.raises(NotAllowed):
        sign(made, batch, by=officer, key_id=token.key.id, signature=token.over(batch))
    officer.duties = ["signer"]
    with pytest.raises(AlreadyActed):
        sign(made, batch, by=officer, key_id=token.key.id, signature=token.over(batch))


def test_only_a_prepared_batch_is_signed(made: Session, data_dir: object) -> None:
    people, batch = staff(), county_batch(made)
    token = Token(made, people.signer)
    with pytest.raises(IllegalMove):
        sign(made, batch, by=people.signer, key_id=token.key.id, signature=bytes(64))


def test_an_edit_between_reading_and_signing_makes_another_manifest(
    made: Session, ready: Ready
) -> None:
    batch, people, token = ready
    good = token.over(batch)
    kept = of_batch(made, batch)
    assert kept is not None
    changed = kept.canonical.replace(b'"amount_fen":40010', b'"amount_fen":40011')
    assert changed != kept.canonical
    other = Manifest(digest=hashlib.sha256(changed).digest())
    assert message(other, people.signer.id) != message(kept, people.signer.id)
    with pytest.raises(InvalidSignature):
        token.private.public_key().verify(good, message(other, people.signer.id))


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


def test_the_canonical_manifest_does_not_change(
    made: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Batch(
        id=UUID(int=1), batch_no="MZ15-2026-10-01", round=2, kind="regular", programme="MZ15",
        month="2026-10", frozen_count=2, frozen_fen=30_001, lines_root=bytes(range(32)),
        rule_digest="a" * 64, snapshot_digest="b" * 64,
    )  # fmt: skip
    monkeypatch.setattr(manifests, "holds_of", lambda *_: {"no_account": 1})
    monkeypatch.setattr(manifests, "acts_of", lambda *_: [])
    file = SealedFile(
        channel="ccb", file_name="f.txt", file_reference="MZ15-2026-10-01-R2-1",
        debtor_account="33050163000000000018", execution_date=date(2026, 10, 16).isoformat(),
        count=2, amount_fen=30_001, sha256="c" * 64, sm3="d" * 64,
    )  # fmt: skip
    canonical = rfc8785.dumps(manifests.content_of(made, batch, [file]))
    assert canonical.decode() == (
        '{"acts":[],"amount_fen":30001,"batch_id":"00000000-0000-0000-0000-000000000001",'
        '"batch_no":"MZ15-2026-10-01","controls_off":[],"count":2,"files":[{"amount_fen":30001,"channel":"ccb",'
        '"count":2,"debtor_account":"33050163000000000018","execution_date":"2026-10-16",'
        '"file_name":"f.txt","file_reference":"MZ15-2026-10-01-R2-1",'
        f'"sha256":"{"c" * 64}","sm3":"{"d" * 64}"}}],"format":"anxin/batch-manifest/v1",'
        '"held_by_control":{"no_account":1},"kind":"regular",'
        '"lines_root":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",'
        f'"month":"2026-10","programme":"MZ15","round":2,"rule_digest":"{"a" * 64}",'
        f'"snapshot_digest":"{"b" * 64}"}}'
    )
