"""Keys say their name, id and type; cosignatures sign what C2SP tlog-cosignature says they sign."""

import hashlib
import struct

import pytest

from service.audit.log.checkpoints import Checkpoint, read_checkpoint
from service.audit.log.note import Note, NoteMalformed, Signature, read_note
from service.audit.log.note_keys import (
    Kind,
    NoteNotSigned,
    SignerKey,
    VerifierKey,
    read_vkey,
    signed_message,
    subtree_message,
    verified,
)

SEED = bytes(range(32))
HEAD = Checkpoint("anxin.county/audit", 20_852_163, hashlib.sha256(b"root").digest())
TEXT = HEAD.text()
AT = 1_796_083_200


@pytest.mark.parametrize("kind", list(Kind))
def test_a_key_as_text_is_the_key(kind: Kind) -> None:
    key = SignerKey("witness.example/w1", kind, SEED).verifier()
    assert read_vkey(key.vkey()) == key
    named = b"witness.example/w1\n" + bytes([kind]) + key.public
    assert key.key_id == hashlib.sha256(named).digest()[:4]
    assert SEED.hex() not in repr(SignerKey("w", kind, SEED))


@pytest.mark.parametrize("kind", list(Kind))
def test_a_signature_fits_its_text_time_and_name_only(kind: Kind) -> None:
    signer = SignerKey("witness.example/w1", kind, SEED)
    key = signer.verifier()
    signature = signer.sign(TEXT, AT)
    assert verified(read_note(Note(TEXT, (signature,)).write()), [key]) == {
        key: 0 if kind is Kind.ED25519 else AT
    }
    for at in (0, 5, len(signature.value) - 1):
        changed = bytearray(signature.value)
        changed[at] ^= 1
        with pytest.raises(NoteNotSigned):
            key.check(TEXT, Signature(key.name, key.key_id, bytes(changed)))
    for text in (
        Checkpoint("other", HEAD.size, HEAD.root).text(),
        Checkpoint(HEAD.origin, HEAD.size + 1, HEAD.root).text(),
        Checkpoint(HEAD.origin, HEAD.size, bytes(32)).text(),
    ):
        with pytest.raises(NoteNotSigned):
            key.check(text, signature)
    renamed = VerifierKey("witness.example/w2", kind, key.public)
    with pytest.raises(NoteNotSigned):
        renamed.check(TEXT, signature)


def test_an_ed25519_cosignature_signs_two_lines_and_the_text() -> None:
    message = signed_message("w", Kind.ED25519_COSIGNATURE, TEXT, AT)
    assert message == f"cosignature/v1\ntime {AT}\n{TEXT}".encode()


def test_an_ml_dsa_cosignature_signs_the_structure_of_the_specification() -> None:
    expected = (
        b"subtree/v1\n\x00"
        b"\x01w"
        + struct.pack(">Q", AT)
        + b"\x12anxin.county/audit"
        + struct.pack(">QQ", 0, HEAD.size)
        + HEAD.root
    )
    assert signed_message("w", Kind.ML_DSA_44_COSIGNATURE, TEXT, AT) == expected
    assert subtree_message("w", 0, "log", 256, 512, HEAD.root)[-48:-32] == struct.pack(
        ">QQ", 256, 512
    )
    with pytest.raises(ValueError, match="without a time"):
        subtree_message("w", AT, "log", 256, 512, HEAD.root)
    with pytest.raises(ValueError, match="255"):
        subtree_message("w" * 256, AT, "log", 0, 512, HEAD.root)


def test_a_cosignature_under_something_else_than_a_checkpoint_is_refused() -> None:
    with pytest.raises(NoteMalformed):
        SignerKey("w", Kind.ED25519_COSIGNATURE, SEED).sign("only text\n", AT)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "verifier key"),
        ("name+00000000", "verifier key"),
        ("name+0000000+AAAA", "verifier key"),
        ("name+ABCDEF01+AAAA", "verifier key"),
        ("name+00000000+AAA", "base64"),
        ("name+00000000+", "unknown type"),
        ("name+00000000+AgAA", "unknown type"),
        ("name+00000000+AQAA", "2 bytes"),
        ("+00000000+AQAA", "key name"),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "c74f20a3"),
    ],
)
def test_what_is_no_key_is_refused(text: str, what: str) -> None:
    with pytest.raises(NoteMalformed, match=what):
        read_vkey(text)


def test_a_checkpoint_that_is_read_is_the_one_that_was_written() -> None:
    for checkpoint in (HEAD, Checkpoint("a", 0, bytes(32)), Checkpoint("a", 1, bytes(32), ("x",))):
        assert read_checkpoint(checkpoint.text()) == checkpoint


ROOT = TEXT.splitlines()[2]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        (f"log\n1\n{ROOT}", 3),
        ("log\n1\n", 2),
        (f"\n1\n{ROOT}\n", 1),
        (f"log\n1\n{ROOT}\n\nx\n", 4),
        (f"log\n01\n{ROOT}\n", 2),
        (f"log\n-1\n{ROOT}\n", 2),
        (f"log\n１\n{ROOT}\n", 2),
        (f"log\n9223372036854775808\n{ROOT}\n", 2),
        (f"log\n{'9' * 5000}\n{ROOT}\n", 2),
        ("log\n1\nAAAA\n", 3),
        ("log\n1\n???\n", 3),
        (f"{'x' * 256}\n1\n{ROOT}\n", 1),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NoteMalformed) as caught:
        read_checkpoint(text)
    assert caught.value.line == line
