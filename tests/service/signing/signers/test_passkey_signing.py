"""A passkey from its making to a batch's signature, and what an attacker would try in between."""

from base64 import b64encode
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes

from service.batches.models import Batch
from service.dispatch import queries as files
from service.foundation import clock
from service.officers.may import NotAllowed
from service.officers.models import SigningKey
from service.officers.queries import valid_key
from service.officers.signing_keys import (
    KeyKnown,
    KeyNotWaiting,
    SecondPersonNeeded,
    confirm_key,
)
from service.signing.challenge import message_of
from service.signing.manifest import of_batch
from service.signing.models import Signature
from service.signing.refusal import SignatureRefused
from service.signing.sign import challenge, sign
from service.signing.signers.evidence import kept
from service.signing.signers.passkeys.register import ask_new, take_new
from service.signing.software import StrongerKeyHeld, sign_with_software_key
from service.signing.verify import require_signed
from tests.factories.batches import county_batch, prepared
from tests.factories.officers import OfficerFactory, Staff, staff
from tests.service.signing.signers.authenticator import (
    NEW,
    PRESENT,
    VERIFIED,
    Answer,
    Authenticator,
)
from tests.service.web.browsing import SignInAs, token_in


@pytest.fixture
def people(made: Session) -> Staff:
    return staff()


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


@pytest.fixture
def key(made: Session, people: Staff, device: Authenticator) -> SigningKey:
    """The signer's passkey, confirmed by an administrator."""
    handed_in = _made(made, people, device)
    return confirm_key(made, handed_in, by=OfficerFactory.create(duties=["security_administrator"]))


@pytest.fixture
def batch(made: Session, people: Staff, data_dir: object) -> Batch:
    return prepared(made, county_batch(made), people)


def _made(session: Session, people: Staff, device: Authenticator, **wrong: Any) -> SigningKey:
    asked = base64url_to_bytes(ask_new(session, people.signer)["challenge"])
    client_data, attestation = device.make(wrong.pop("challenge", asked), **wrong)
    return take_new(
        session, people.signer, client_data_json=client_data, attestation_object=attestation
    )


def _answer(
    session: Session, batch: Batch, people: Staff, device: Authenticator, **how: Any
) -> tuple[Answer, bytes]:
    asked = challenge(session, batch, by=people.signer)
    manifest = of_batch(session, batch)
    assert manifest is not None
    return device.sign(message_of(manifest, asked), **how), asked.nonce


def _sign(
    session: Session, batch: Batch, people: Staff, key: SigningKey, answer: Answer, nonce: bytes
) -> Signature:
    return sign(
        session, batch, by=people.signer, key_id=key.id, signature=answer.signature,
        nonce=nonce, evidence=answer.evidence,
    )  # fmt: skip


def test_a_passkey_signs_and_holds_at_the_sending(
    made: Session, people: Staff, device: Authenticator, key: SigningKey, batch: Batch
) -> None:
    answer, nonce = _answer(made, batch, people, device)
    signature = _sign(made, batch, people, key, answer, nonce)
    assert batch.state == "signed"
    assert signature.algorithm == "WebAuthn-ES256"
    assert kept(made, signature) == answer.evidence
    require_signed(made, batch, [files.sealed(made, one) for one in files.of_batch(made, batch)])


def test_the_same_answer_counts_once_even_when_the_passkey_does_not_count(
    made: Session, people: Staff, device: Authenticator, key: SigningKey, batch: Batch
) -> None:
    answer, nonce = _answer(made, batch, people, device, count=0)
    _sign(made, batch, people, key, answer, nonce)
    batch.state = "prepared"
    with made.no_autoflush, pytest.raises(SignatureRefused, match="used before"):
        _sign(made, batch, people, key, answer, nonce)


def test_a_counter_that_does_not_rise_betrays_a_copy(
    made: Session, people: Staff, device: Authenticator, key: SigningKey, batch: Batch
) -> None:
    key.sign_count = 7
    made.flush()
    for count in (0, 6, 7):
        answer, nonce = _answer(made, batch, people, device, count=count)
        with pytest.raises(SignatureRefused) as refusal, made.begin_nested():
            _sign(made, batch, people, key, answer, nonce)
        assert refusal.value.code == "passkey_counter"
    answer, nonce = _answer(made, batch, people, device, count=8)
    _sign(made, batch, people, key, answer, nonce)
    assert key.sign_count == 8


def test_a_key_nobody_confirmed_signs_nothing(
    made: Session, people: Staff, device: Authenticator, batch: Batch
) -> None:
    waiting = _made(made, people, device)
    assert valid_key(made, people.signer) is None
    answer, nonce = _answer(made, batch, people, device)
    with pytest.raises(SignatureRefused, match="no second person"):
        _sign(made, batch, people, waiting, answer, nonce)


def test_a_key_is_confirmed_once_and_by_another(
    made: Session, people: Staff, device: Authenticator
) -> None:
    administrator = OfficerFactory.create(duties=["security_administrator"])
    waiting = _made(made, people, device)
    with pytest.raises(NotAllowed):
        confirm_key(made, waiting, by=people.signer)
    people.signer.duties = ["security_administrator"]
    with pytest.raises(SecondPersonNeeded):
        confirm_key(made, waiting, by=people.signer)
    people.signer.duties = ["signer"]
    confirm_key(made, waiting, by=administrator)
    with pytest.raises(KeyNotWaiting):
        confirm_key(made, waiting, by=administrator)
    with pytest.raises(KeyKnown):
        _made(made, people, device)
    second = _made(made, people, Authenticator(credential_id=b"another"))
    second.confirmed_by, second.confirmed_at = people.signer.id, clock.now()
    with pytest.raises(IntegrityError, match="two_people"):
        made.flush()


def test_a_new_key_takes_over_only_when_it_is_confirmed(
    made: Session, people: Staff, key: SigningKey
) -> None:
    later = _made(made, people, Authenticator(credential_id=b"another"))
    assert valid_key(made, people.signer) == key
    confirm_key(made, later, by=OfficerFactory.create(duties=["security_administrator"]))
    assert valid_key(made, people.signer) == later
    assert key.revoked_at is not None


def test_whoever_has_a_passkey_is_not_served_with_less(
    made: Session, people: Staff, key: SigningKey, batch: Batch
) -> None:
    with pytest.raises(StrongerKeyHeld):
        sign_with_software_key(made, batch, by=people.signer)
    assert valid_key(made, people.signer) == key


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("passkey_challenge", {"challenge": bytes(32)}),
        ("passkey_origin", {"origin": "https://evil.example"}),
        ("passkey_type", {"kind": "webauthn.get"}),
        ("passkey_framed", {"crossOrigin": True}),
        ("passkey_malformed", {"site": "evil.example"}),
        ("passkey_malformed", {"flags": PRESENT | NEW}),
        ("passkey_malformed", {"flags": VERIFIED | NEW}),
    ],
)
def test_a_passkey_made_elsewhere_is_refused(
    made: Session, people: Staff, device: Authenticator, code: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(SignatureRefused) as refusal:
        _made(made, people, device, **wrong)
    assert refusal.value.code == code


def test_a_question_is_answered_once_and_by_whom_it_was_put_to(
    made: Session, people: Staff, device: Authenticator
) -> None:
    asked = base64url_to_bytes(ask_new(made, people.signer)["challenge"])
    client_data, attestation = device.make(asked)
    answer: dict[str, Any] = {"client_data_json": client_data, "attestation_object": attestation}
    other = OfficerFactory.create(duties=["signer"])
    with pytest.raises(SignatureRefused):
        take_new(made, other, **answer)
    take_new(made, people.signer, **answer)
    with pytest.raises(SignatureRefused) as refusal:
        take_new(made, people.signer, **answer)
    assert refusal.value.code == "passkey_challenge"


@pytest.mark.parametrize("content", [b"", b"\xff", b"\xa0", b"\x80", b"\xa1\x68authData\x40"])
def test_what_is_no_attestation_is_refused(made: Session, people: Staff, content: bytes) -> None:
    asked = base64url_to_bytes(ask_new(made, people.signer)["challenge"])
    client_data, _ = Authenticator().make(asked)
    with pytest.raises(SignatureRefused):
        take_new(made, people.signer, client_data_json=client_data, attestation_object=content)


def test_the_whole_way_on_the_pages(
    made: Session, people: Staff, device: Authenticator, batch: Batch, sign_in_as: SignInAs
) -> None:
    signer, administrator = sign_in_as(officer=people.signer), sign_in_as("security_administrator")
    assert sign_in_as("maker").get("/keys").status_code == 403
    asked = signer.post("/api/keys/passkey-question").json()
    client_data, attestation = device.make(base64url_to_bytes(asked["challenge"]))
    form = {
        "client_data_json": b64encode(client_data).decode(),
        "attestation_object": b64encode(attestation).decode(),
        "form_token": token_in(signer.get("/keys").text, "/keys/passkey"),
    }
    assert signer.post("/keys/passkey", data=form).status_code == 303
    again = signer.post("/keys/passkey", data=form)
    by_program = signer.post(
        "/api/keys/passkey", json={one: form[one] for one in form if one != "form_token"}
    )
    assert by_program.json()["code"] == "passkey_challenge", "a question is answered once"
    assert again.status_code == 422
    assert "通行密钥应答的挑战值不符" in again.text
    key = made.scalars(select(SigningKey).where(SigningKey.algorithm == "WebAuthn-ES256")).one()
    assert "待第二人确认" in signer.get("/keys").text
    assert "签名密钥" in administrator.get("/").text
    confirm = f"/api/keys/{key.id}/confirm"
    assert signer.post(confirm, json={}).status_code == 403
    assert administrator.post(confirm, json={}).json()["confirmed_at"] is not None
    late = administrator.post(confirm, json={})
    assert (late.status_code, late.json()["code"]) == (409, "signing_key_not_waiting")
    assert str(key.id) in [one["id"] for one in signer.get("/api/keys").json()]
    sheet = signer.get(f"/batches/{batch.batch_no}/decide").text
    asked = signer.post(f"/api/batches/{batch.batch_no}/challenge").json()
    answer = device.sign(bytes.fromhex(asked["message"]))
    home = f"/batches/{batch.batch_no}"
    sent = {
        "seen": sheet.split('name="seen" value="')[1].split('"')[0],
        "form_token": token_in(sheet, f"{home}/sign-with-passkey"),
        "key_id": str(key.id),
        "nonce": asked["nonce"],
        "client_data_json": b64encode(answer.client_data_json).decode(),
        "authenticator_data": b64encode(answer.authenticator_data).decode(),
        "signature": b64encode(answer.signature).decode(),
    }
    wrong = signer.post(
        f"{home}/sign-with-passkey", data={**sent, "signature": b64encode(bytes(70)).decode()}
    )
    assert wrong.status_code == 422
    assert batch.state == "prepared"
    assert signer.post(f"{home}/sign-with-passkey", data=sent).status_code == 303
    assert batch.state == "signed"
    assert signer.submit(f"/keys/{key.id}/revoke", shown_at="/keys").status_code == 303
    assert key.revoked_at is not None
    assert sign_in_as("signer").post(f"/keys/{key.id}/revoke").status_code in {403, 404}
