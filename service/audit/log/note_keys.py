"""Keys that sign notes, as ``name+id+base64`` says them (vkey), and the three ways in which they sign.

A log signs its checkpoints with plain Ed25519 (0x01); whoever vouches for a checkpoint at a time
signs with Ed25519 (0x04) or ML-DSA-44 (0x06) as C2SP tlog-cosignature says.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from service.audit.log.checkpoints import ORIGIN_BYTES_MAX, read_checkpoint
from service.audit.log.note import Note, NoteMalformed, Signature, decode_base64, require_name
from service.foundation.problems import Problem

_KEY_ID = re.compile(r"[0-9a-f]{8}")
_TIME_MAX = 2**63 - 1


class Kind(IntEnum):
    """The signature type byte of a key."""

    ED25519 = 0x01
    ED25519_COSIGNATURE = 0x04
    ML_DSA_44_COSIGNATURE = 0x06


_PUBLIC_BYTES = {
    Kind.ED25519: 32,
    Kind.ED25519_COSIGNATURE: 32,
    Kind.ML_DSA_44_COSIGNATURE: 1312,
}
_SIGNATURE_BYTES = {
    Kind.ED25519: 64,
    Kind.ED25519_COSIGNATURE: 8 + 64,
    Kind.ML_DSA_44_COSIGNATURE: 8 + 2420,
}


class NoteNotSigned(Problem):
    """No key that is trusted signed the note, or one that is trusted did not sign this text."""

    code = "note_not_signed"
    status = 422
    title = "No trusted key signed that"

    def __init__(self, name: str = "") -> None:
        if name:
            super().__init__(
                f"The signature of {name} does not fit this text.",
                f"{name} 的签名与文本不符。",
                name=name,
            )
        else:
            super().__init__("No trusted key signed this text.", "没有受信任的密钥签署该文本。")


@dataclass(frozen=True)
class VerifierKey:
    """A public key under its name; ``public`` is 32 bytes (Ed25519) or 1,312 (ML-DSA-44)."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        require_name(self.name)
        if len(self.public) != _PUBLIC_BYTES[self.kind]:
            raise NoteMalformed(
                0,
                f"has a key of {len(self.public)} bytes instead of {_PUBLIC_BYTES[self.kind]}",
                f"的密钥为 {len(self.public)} 字节，应为 {_PUBLIC_BYTES[self.kind]}",
            )

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:4]

    def vkey(self) -> str:
        """Return the key as text: ``name+hexid+base64(type, key)``."""
        material = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"

    def made(self, signature: Signature) -> bool:
        """Return whether a line says it is this key's: name and id alike."""
        return signature.name == self.name and signature.key_id == self.key_id

    def check(self, text: str, signature: Signature) -> int:
        """Return when a signature says it was made (POSIX seconds; 0: it says nothing).

        Raises :class:`NoteNotSigned` when it does not fit the text, and NoteMalformed when a
        cosignature stands under a text that is no checkpoint.
        """
        if not self.made(signature) or len(signature.value) != _SIGNATURE_BYTES[self.kind]:
            raise NoteNotSigned(self.name)
        at, value = _parted(self.kind, signature.value)
        message = signed_message(self.name, self.kind, text, at)
        try:
            if self.kind is Kind.ML_DSA_44_COSIGNATURE:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(value, message)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(value, message)
        except (InvalidSignature, ValueError):
            raise NoteNotSigned(self.name) from None
        return at


@dataclass(frozen=True)
class SignerKey:
    """A private key under its name: 32 bytes of seed, which must never be shown."""

    name: str
    kind: Kind
    seed: bytes

    def __repr__(self) -> str:
        return f"SignerKey({self.name!r}, {self.kind!r})"

    def verifier(self) -> VerifierKey:
        """Return the public key."""
        if self.kind is Kind.ML_DSA_44_COSIGNATURE:
            public = MLDSA44PrivateKey.from_seed_bytes(self.seed).public_key().public_bytes_raw()
        else:
            public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return VerifierKey(self.name, self.kind, public)

    def sign(self, text: str, at: int = 0) -> Signature:
        """Return a signature of a note's text; ``at`` (POSIX seconds) is said by cosignatures only."""
        message = signed_message(self.name, self.kind, text, at)
        value = self._sign(message)
        if self.kind is not Kind.ED25519:
            value = at.to_bytes(8, "big") + value
        return Signature(self.name, self.verifier().key_id, value)

    def _sign(self, message: bytes) -> bytes:
        if self.kind is Kind.ML_DSA_44_COSIGNATURE:
            return MLDSA44PrivateKey.from_seed_bytes(self.seed).sign(message)
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def read_vkey(text: str) -> VerifierKey:
    """Return the key that a vkey text says; raises NoteMalformed, also when its id is another key's."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise NoteMalformed(
            0,
            "is no verifier key: “name+8 hex digits+base64” is expected",
            "不是验证密钥：应为“名称+8 位十六进制+base64”",
        )
    material = decode_base64(parts[2], 0)
    if not material or material[0] not in list(Kind):
        raise NoteMalformed(0, "has a key of an unknown type", "的密钥类型未知")
    key = VerifierKey(parts[0], Kind(material[0]), material[1:])
    if key.key_id.hex() != parts[1]:
        raise NoteMalformed(
            0,
            f"says key id {parts[1]}, but the key's is {key.key_id.hex()}",
            f"所写密钥号为 {parts[1]}，实际为 {key.key_id.hex()}",
        )
    return key


def verified(note: Note, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int]:
    """Return the trusted keys that signed a note, each with the time it says (0: none).

    Lines of other keys are passed over. Raises :class:`NoteNotSigned` when no trusted key signed,
    or when a line that claims to be a trusted key's does not fit the text.
    """
    trusted = tuple(keys)
    found: dict[VerifierKey, int] = {}
    for signature in note.signatures:
        for key in trusted:
            if key.made(signature):
                found[key] = max(found.get(key, 0), key.check(note.text, signature))
    if not found:
        raise NoteNotSigned
    return found


def signed_message(name: str, kind: Kind, text: str, at: int) -> bytes:
    """Return the bytes that a key of this kind signs for a note's text.

    Raises NoteMalformed when a cosignature is asked for a text that is no checkpoint.
    """
    if kind is Kind.ED25519:
        return text.encode()
    checkpoint = read_checkpoint(text)
    if kind is Kind.ED25519_COSIGNATURE:
        return f"cosignature/v1\ntime {at}\n{text}".encode()
    return subtree_message(name, at, checkpoint.origin, 0, checkpoint.size, checkpoint.root)


def subtree_message(name: str, at: int, origin: str, start: int, end: int, root: bytes) -> bytes:
    """Return the ``cosigned_message`` of tlog-cosignature: ``root`` is that of leaves [start, end)."""
    if start and at:
        raise ValueError("a subtree that does not start at 0 is signed without a time")
    texts = [one.encode() for one in (name, origin)]
    if not all(1 <= len(one) <= ORIGIN_BYTES_MAX for one in texts) or len(root) != 32:
        raise ValueError("names are 1 to 255 bytes long, roots 32")
    cosigner, log = (bytes([len(one)]) + one for one in texts)
    numbers = [one.to_bytes(8, "big") for one in (at, start, end)]
    return b"subtree/v1\n\0" + cosigner + numbers[0] + log + numbers[1] + numbers[2] + root


def _parted(kind: Kind, value: bytes) -> tuple[int, bytes]:
    if kind is Kind.ED25519:
        return 0, value
    at = int.from_bytes(value[:8], "big")
    if at > _TIME_MAX:
        raise NoteNotSigned
    return at, value[8:]
