"""Signing by a program: the key stays with the officer, and only the signature comes here."""

from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from tests.factories.batches import county_batch, prepared
from tests.factories.officers import signing_key, staff
from tests.service.web.browsing import SignInAs


def test_a_signature_made_elsewhere_is_accepted(made: Session, sign_in_as: SignInAs) -> None:
    people, batch = staff(), county_batch(made, 2)
    prepared(made, batch, people)
    private = Ed25519PrivateKey.generate()
    key = signing_key(people.signer, private.public_key().public_bytes_raw())
    browser, home = sign_in_as(officer=people.signer), f"/api/batches/{batch.batch_no}"
    manifest = browser.get(f"{home}/manifest").json()
    assert manifest["content"]["batch_no"] == batch.batch_no
    seen = browser.get(home).json()["seen"]
    asked = browser.post(f"{home}/challenge").json()
    assert asked["digest"] == manifest["digest"]
    body = {
        "seen": seen,
        "key_id": str(key.id),
        "nonce": asked["nonce"],
        "signature": b64encode(private.sign(bytes.fromhex(asked["message"]))).decode(),
    }
    wrong = {**body, "signature": b64encode(b"\x00" * 64).decode()}
    refused = browser.post(f"{home}/sign", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "signature_refused")
    signed = browser.post(f"{home}/sign", json=body)
    assert (signed.status_code, signed.json()["state"]) == (200, "signed")


def test_before_it_is_prepared_there_is_nothing_to_sign(
    made: Session, sign_in_as: SignInAs
) -> None:
    batch = county_batch(made, 1)
    answer = sign_in_as("signer").get(f"/api/batches/{batch.batch_no}/manifest")
    assert answer.status_code == 404
    asked = sign_in_as("signer").post(f"/api/batches/{batch.batch_no}/challenge")
    assert (asked.status_code, asked.json()["code"]) == (409, "illegal_move")
