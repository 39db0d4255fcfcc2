"""Bundles signed by passkeys, tokens and SM2 keys verify anywhere, and each way of being wrong has its class."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes

from service.batches.models import Batch
from service.dispatch import queries as files
from service.foundation import clock
from service.foundation.settings import settings
from service.officers.models import SigningKey
from service.officers.signing_keys import confirm_key
from service.signing.bundle.check import check
from service.signing.bundle.codes import KEY, NOT_COMPARED, SIGNATURE
from service.signing.bundle.trust import read_anchors
from service.signing.challenge import message_of
from service.signing.manifest import of_batch
from service.signing.sign import challenge, sign
from service.signing.signers.certificates.refusals import CertificateRevoked, RevocationUnknown
from service.signing.signers.certificates.register import take_certificate
from service.signing.signers.passkeys.register import ask_new, take_new
from service.signing.signers.trust import Trust as Anchors
from service.signing.signers.trust import trust
from service.signing.verify import require_signed
from tests.factories.batches import county_batch, prepared
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.service.signing.bundles import Written, written
from tests.service.signing.signers.authenticator import PRESENT, Authenticator
from tests.service.signing.signers.authority import Authority


@pytest.fixture(scope="module", params=["prime256v1", "SM2"])
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Authority:
    made = Authority(tmp_path_factory.mktemp("ca") / "one", request.param)
    made.issue("another")
    return made


def _confirmed(session: Session, key: SigningKey) -> SigningKey:
    return confirm_key(session, key, by=OfficerFactory.create(duties=["security_administrator"]))


def _prepared(session: Session) -> tuple[Batch, Staff]:
    people = staff()
    return prepared(session, county_batch(session), people), people


@pytest.fixture
def by_certificate(
    made: Session, data_dir: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> tuple[Batch, Path]:
    """A batch signed by a token's certificate, and the file of its issuer's revocation list."""
    lists = data_dir / "list.crl"
    lists.write_bytes(authority.revocations()["crl_1"])
    monkeypatch.setenv("ANXIN_CERTIFICATE_ROOTS_FILE", str(authority.folder / "root.pem"))
    monkeypatch.setenv("ANXIN_REVOCATION_LISTS", str(lists))
    settings.cache_clear()
    batch, people = _prepared(made)
    name = people.signer.username
    authority.issue(name)
    content = (authority.folder / f"{name}.pem").read_bytes()
    key = _confirmed(made, take_certificate(made, people.signer, content))
    asked, manifest = challenge(made, batch, by=people.signer), of_batch(made, batch)
    assert manifest is not None
    answer = authority.sign(name, message_of(manifest, asked))
    sign(made, batch, by=people.signer, key_id=key.id, signature=answer, nonce=asked.nonce)
    return batch, lists


@pytest.fixture
def by_passkey(made: Session, data_dir: Path) -> Batch:
    batch, people = _prepared(made)
    device = Authenticator()
    asked = base64url_to_bytes(ask_new(made, people.signer)["challenge"])
    client_data, attestation = device.make(asked)
    key = _confirmed(
        made,
        take_new(made, people.signer, client_data_json=client_data, attestation_object=attestation),
    )
    question, manifest = challenge(made, batch, by=people.signer), of_batch(made, batch)
    assert manifest is not None
    answer = device.sign(message_of(manifest, question))
    sign(
        made, batch, by=people.signer, key_id=key.id, signature=answer.signature,
        nonce=question.nonce, evidence=answer.evidence,
    )  # fmt: skip
    return batch


def _codes(bundle: Written, anchors: Anchors | None = None) -> set[int]:
    known = anchors or read_anchors(bundle.home.parent.parent / "keys.json")
    return {one.code for one in check(bundle.home, bundle.trust, known)[0].wrong}


def _alone(bundle: Written) -> set[int]:
    return {one.code for one in check(bundle.home)[0].wrong}


def _with_evidence(given: dict[str, str], one: dict[str, Any]) -> None:
    one["evidence"] = given


def _changed(bundle: Written, change: Callable[[dict[str, Any]], object]) -> set[int]:
    """Return what is found when a forger changes the signature's entry; the bundle is put back."""
    whole = (bundle.home / "signatures.json").read_bytes()
    signatures = json.loads(whole)
    change(signatures["signatures"][0])
    bundle.change("signatures.json", rfc8785.dumps(signatures), forged=True)
    found = _codes(bundle)
    bundle.change("signatures.json", whole, forged=True)
    return found


def test_row_47_a_bundle_signed_with_a_certificate(
    made: Session, by_certificate: tuple[Batch, Path], authority: Authority, tmp_path: Path
) -> None:
    bundle = written(made, by_certificate[0], tmp_path)
    assert _codes(bundle) == set()
    assert _alone(bundle) == {NOT_COMPARED}
    known = read_anchors(tmp_path / "keys.json")
    assert _codes(bundle, replace(known, profile="production")) == set()
    assert _codes(bundle, replace(known, roots=())) == {KEY}
    stranger = Authority(tmp_path / "stranger", authority.curve)
    assert _codes(bundle, replace(known, roots=(stranger.der("root"),))) == {KEY}
    revoked = authority.revocations("another")["crl_1"].hex()
    other = authority.der("another").hex()
    late = (clock.now() + timedelta(days=30)).isoformat()
    early = (clock.now() - timedelta(days=30)).isoformat()
    for code, change in (
        (set(), lambda one: one["evidence"].update(crl_2=revoked)),
        ({KEY}, lambda one: one.update(evidence={})),
        ({KEY}, lambda one: one.update(evidence={"crl_1": "00"})),
        ({KEY}, lambda one: one.update(certificate=other)),
        ({KEY}, lambda one: one.update(certificate="")),
        ({KEY}, lambda one: one.update(certificate="3000")),
        ({KEY}, lambda one: one.update(subject="another")),
        ({SIGNATURE}, lambda one: one.update(signature=one["signature"] + "00")),
        ({SIGNATURE}, lambda one: one.update(nonce="00" * 32)),
        ({SIGNATURE}, lambda one: one.update(signature="3006020101020101")),
    ):
        assert _changed(bundle, change) == code
    assert KEY in _changed(bundle, lambda one: one.update(signed_at=late))
    assert KEY in _changed(bundle, lambda one: one.update(signed_at=early))
    assert _codes(bundle) == set()


def test_row_47_a_certificate_revoked_between_signing_and_sending_holds(
    made: Session, by_certificate: tuple[Batch, Path], authority: Authority, tmp_path: Path
) -> None:
    """And a list that cannot be had holds too; when it can, the batch goes on."""
    batch, lists = by_certificate
    sealed = [files.sealed(made, one) for one in files.of_batch(made, batch)]
    require_signed(made, batch, sealed)
    whole = lists.read_bytes()
    lists.unlink()
    with pytest.raises(RevocationUnknown):
        require_signed(made, batch, sealed)
    require_signed(made, batch, sealed, begun=True)
    lists.write_bytes(b"<html>")
    with pytest.raises(RevocationUnknown):
        require_signed(made, batch, sealed)
    lists.write_bytes(whole)
    require_signed(made, batch, sealed)
    name = written(made, batch, tmp_path)
    (one,) = check(name.home)[1]
    lists.write_bytes(authority.revocations(one["subject"])["crl_1"])
    with pytest.raises(CertificateRevoked):
        require_signed(made, batch, sealed)


@pytest.mark.parametrize("authority", ["SM2"], indirect=True)
def test_row_46_a_key_of_another_curve_is_none(
    made: Session, by_certificate: tuple[Batch, Path], tmp_path: Path
) -> None:
    bundle = written(made, by_certificate[0], tmp_path)
    point = Authenticator().point.hex()
    for change in (
        lambda one: one.update(algorithm="ECDSA-P256"),
        lambda one: one.update(public_key=point),
        lambda one: one.update(public_key="04" + "ff" * 64),
    ):
        assert KEY in _changed(bundle, change)


def test_rows_44_and_45_a_bundle_signed_with_a_passkey(
    made: Session, by_passkey: Batch, tmp_path: Path
) -> None:
    bundle = written(made, by_passkey, tmp_path)
    assert _codes(bundle) == set()
    assert _alone(bundle) == {NOT_COMPARED}
    here = trust()
    for elsewhere in ("https://evil.example", "http://localhost:1", ""):
        assert _codes(bundle, replace(here, origin=elsewhere)) == {SIGNATURE}
    (one,) = check(bundle.home)[1]
    said = json.loads(bytes.fromhex(one["evidence"]["client_data_json"]))
    data = bytes.fromhex(one["evidence"]["authenticator_data"])
    evidence = one["evidence"]
    for changed in (
        {"client_data_json": json.dumps({**said, "challenge": "AAAA"}).encode()},
        {"client_data_json": json.dumps({**said, "type": "webauthn.create"}).encode()},
        {"client_data_json": json.dumps({**said, "origin": "https://evil.example"}).encode()},
        {"client_data_json": json.dumps({**said, "crossOrigin": True}).encode()},
        {"client_data_json": b"[]"},
        {"client_data_json": b""},
        {"authenticator_data": data[:32] + bytes([PRESENT]) + data[33:]},
        {"authenticator_data": bytes(32) + data[32:]},
        {"authenticator_data": data[:33] + b"\x00\x00\x00\x01"},
        {"authenticator_data": b""},
    ):
        given = {**evidence, **{name: content.hex() for name, content in changed.items()}}
        assert _changed(bundle, partial(_with_evidence, given)) == {SIGNATURE}, changed
    assert _changed(bundle, lambda entry: entry.update(credential_id="")) == {KEY}
    assert _codes(bundle) == set()
