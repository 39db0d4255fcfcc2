"""A passkey's answer counts when our page asked this question and the device knew its holder."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from service.signing.signers.allowed import signer_of
from service.signing.signers.interface import Material
from service.signing.signers.refusals import NotTheSigner
from service.signing.signers.trust import Trust
from tests.service.signing.signers.authenticator import (
    ORIGIN,
    PRESENT,
    VERIFIED,
    Answer,
    Authenticator,
)

AT = datetime(2026, 10, 20, tzinfo=UTC)
MESSAGE = bytes(range(32))


def check(answer: Answer, material: Material, profile: str = "production") -> None:
    signer = signer_of(material.algorithm, Trust(profile, ORIGIN))
    signer.verify(material, MESSAGE, answer.signature, answer.evidence, AT)


@pytest.mark.parametrize("profile", ["demo", "production"])
@pytest.mark.parametrize("count", [0, 7])
def test_an_answer_to_this_question_counts(count: int, profile: str) -> None:
    key = Authenticator()
    check(key.sign(MESSAGE, count=count), key.material, profile)
    check(key.sign(MESSAGE, crossOrigin=False), key.material, profile)


WRONG: dict[str, tuple[str, Callable[[Authenticator], Answer]]] = {
    "another question": ("passkey_challenge", lambda key: key.sign(bytes(32))),
    "the making of a key": ("passkey_type", lambda key: key.sign(MESSAGE, kind="webauthn.create")),
    "a payment's kind": ("passkey_type", lambda key: key.sign(MESSAGE, kind="payment.get")),
    "another origin": ("passkey_origin", lambda key: key.sign(MESSAGE, origin="https://evil.example")),
    "another port": ("passkey_origin", lambda key: key.sign(MESSAGE, origin="http://localhost:1")),
    "https for http": ("passkey_origin", lambda key: key.sign(MESSAGE, origin="https://localhost:8750")),
    "a frame": ("passkey_framed", lambda key: key.sign(MESSAGE, crossOrigin=True)),
    "a frame in words": ("passkey_framed", lambda key: key.sign(MESSAGE, crossOrigin="false")),
    "a frame's top": ("passkey_framed", lambda key: key.sign(MESSAGE, topOrigin="https://evil.example")),
    "another site": ("passkey_site", lambda key: key.sign(MESSAGE, site="evil.example")),
    "no verified holder": ("passkey_unverified", lambda key: key.sign(MESSAGE, flags=PRESENT)),
    "nobody there": ("signature_refused", lambda key: key.sign(MESSAGE, flags=VERIFIED)),
    "another device": ("signature_refused", lambda _: Authenticator().sign(MESSAGE)),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(WRONG))
def test_what_is_wrong_is_refused_with_its_code(what: str) -> None:
    key = Authenticator()
    code, answered = WRONG[what]
    with pytest.raises(NotTheSigner) as refusal:
        check(answered(key), key.material)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "client_data", [b"", b"{", b"[]", b"{}", b"null", b'{"challenge": 1}', b"\xff"]
)
def test_what_cannot_be_read_is_refused(client_data: bytes) -> None:
    key = Authenticator()
    answer = key.sign(MESSAGE)
    answer.client_data_json = client_data
    with pytest.raises(NotTheSigner) as refusal:
        check(answer, key.material)
    assert refusal.value.code == "passkey_malformed"


def test_every_byte_counts() -> None:
    key = Authenticator()
    good = key.sign(MESSAGE)
    for name in ("client_data_json", "authenticator_data", "signature"):
        content = getattr(good, name)
        for place in range(len(content)):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            answer = Answer(**{**vars(good), name: changed})
            with pytest.raises(NotTheSigner):
                check(answer, key.material)
        for cut in (content[:-1], content + b"\x00", b""):
            with pytest.raises(NotTheSigner):
                check(Answer(**{**vars(good), name: cut}), key.material)


def test_a_key_that_is_no_passkey_is_refused() -> None:
    key = Authenticator()
    for material in (
        Material("WebAuthn-ES256", key.point),
        Material("WebAuthn-ES256", key.point[1:], credential_id=b"x"),
        Material("WebAuthn-ES256", b"\x04" + bytes(64), credential_id=b"x"),
    ):
        with pytest.raises(NotTheSigner) as refusal:
            check(key.sign(MESSAGE), material)
        assert refusal.value.code == "signature_key_kind"
