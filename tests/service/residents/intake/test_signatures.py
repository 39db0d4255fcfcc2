"""Signatures are those of RFC 9421, verified over exactly what was signed."""

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from service.residents.intake.push.signatures import (
    Message,
    SignatureMalformed,
    is_signed_by,
    read_claim,
    signature_base,
)

# RFC 9421, B.1.4 and B.2.6: the standard's own key, message and signature.
PEM = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""
SIGNATURE = (
    "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
)
INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
MESSAGE = Message(
    method="POST",
    path="/foo",
    authority="example.com",
    headers={
        "host": ["example.com"],
        "date": ["Tue, 20 Apr 2021 02:07:55 GMT"],
        "content-type": ["application/json"],
        "content-length": ["18"],
        "signature-input": [INPUT],
        "signature": [f"sig-b26=:{SIGNATURE}:"],
    },
)


def key() -> bytes:
    loaded = load_pem_public_key(PEM)
    assert isinstance(loaded, Ed25519PublicKey)
    return loaded.public_bytes_raw()


def test_the_standards_own_example_verifies() -> None:
    claim = read_claim(MESSAGE)
    assert claim.parameters == {"created": 1618884473, "keyid": "test-key-ed25519"}
    assert signature_base(MESSAGE, claim).decode().splitlines() == [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        f'"@signature-params": {INPUT.partition("=")[2]}',
    ]
    assert is_signed_by(MESSAGE, claim, key())


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "PUT"},
        {"path": "/foo/"},
        {"path": "/Foo"},
        {"authority": "example.org"},
        {"headers": {**MESSAGE.headers, "date": ["Tue, 20 Apr 2021 02:07:56 GMT"]}},
        {"headers": {**MESSAGE.headers, "content-length": ["18", "18"]}},
        {"headers": {name: one for name, one in MESSAGE.headers.items() if name != "date"}},
        {"headers": {**MESSAGE.headers, "date": ["2021年4月20日"]}},
    ],
)
def test_a_changed_message_does_not_verify(changed: dict[str, object]) -> None:
    message = replace(MESSAGE, **changed)  # type: ignore[arg-type]
    assert not is_signed_by(message, read_claim(message), key())


def test_every_changed_bit_of_the_signature_is_noticed() -> None:
    claim = read_claim(MESSAGE)
    for position in range(64 * 8):
        raw = bytearray(base64.b64decode(SIGNATURE))
        raw[position // 8] ^= 1 << (position % 8)
        assert not is_signed_by(MESSAGE, replace(claim, signature=bytes(raw)), key())


def test_another_key_does_not_verify() -> None:
    claim = read_claim(MESSAGE)
    assert not is_signed_by(MESSAGE, claim, bytes(32))
    assert not is_signed_by(MESSAGE, claim, b"short")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("signature-input", []),
        ("signature", []),
        ("signature-input", [INPUT, INPUT]),
        ("signature-input", [f"{INPUT}, {INPUT}"]),
        ("signature-input", [INPUT.replace("sig-b26", "other")]),
        ("signature-input", [INPUT.replace('"date" ', '"date" "date" ')]),
        ("signature-input", [INPUT.replace('"date"', '"date";sf')]),
        ("signature-input", [INPUT.replace('"date"', "date")]),
        ("signature-input", [INPUT.replace('"date" ', '"date"  ')]),
        ("signature-input", [INPUT + ";created=1"]),
        ("signature-input", [INPUT + ";x=1.5"]),
        ("signature-input", [INPUT + "\n"]),
        ("signature-input", ["sig-b26=" + "(" * 10_000]),
        ("signature-input", ["sig-b26=()"]),
        ("signature", [f"sig-b26={SIGNATURE}"]),
        ("signature", ["sig-b26=:A:"]),
        ("signature", ["sig-b26=::"]),
    ],
)
def test_what_is_not_one_plain_signature_is_malformed(name: str, values: list[str]) -> None:
    headers = {**MESSAGE.headers, name: values}
    with pytest.raises(SignatureMalformed):
        read_claim(replace(MESSAGE, headers=headers))


@pytest.mark.parametrize("component", ["@query", "@target-uri", "@status", "absent"])
def test_components_that_are_not_understood_never_verify(component: str) -> None:
    said = INPUT.replace('"date"', f'"{component}"')
    message = replace(MESSAGE, headers={**MESSAGE.headers, "signature-input": [said]})
    assert not is_signed_by(message, read_claim(message), key())
