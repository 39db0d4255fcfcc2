"""The sealer: seals under the newest field key, opens under whichever a value says.

A sealed value is version (one byte) ‖ nonce (12) ‖ ciphertext and tag. The additional data is the
place for version 1, as it always was, and place and version from version 2 on. Changing the
version byte never opens a value under another key: no two versions of a ring are the same key.
"""

import hmac
import os
import time
from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.foundation.encryption.key_files import field_keys, key, key_file
from service.foundation.encryption.problems import KeyFileUnusable, SealBroken
from service.foundation.encryption.ring import KeyRing
from service.foundation.problems import Problem

_LOOK_AGAIN_SECONDS = 1.0
"""A running process seals under a rotated key at most this much later."""


class Sealer:
    """Seals and opens fields with a ring of field keys, and indexes them with another key.

    ``field_keys`` may be a single key, which then is version 1. With ``reread`` a long-running
    process takes over a key file that was rotated meanwhile.
    """

    def __init__(
        self,
        field_keys: KeyRing | bytes,
        index_key: bytes,
        *,
        reread: Callable[[], KeyRing] | None = None,
    ) -> None:
        self._index_key = index_key
        self._reread = reread
        self._take(field_keys if isinstance(field_keys, KeyRing) else KeyRing({1: field_keys}))

    @property
    def ring(self) -> KeyRing:
        """The field keys in use now."""
        if self._reread is not None and time.monotonic() > self._look_again:
            self._look()
        return self._ring

    def seal(self, plain: str, place: str) -> bytes:
        """Return version ‖ nonce ‖ ciphertext; ``place`` names ``table:column:row``."""
        version, nonce = self.ring.newest, os.urandom(12)
        cipher = self._ciphers[version]
        return (
            bytes((version,)) + nonce + cipher.encrypt(nonce, plain.encode(), _aad(place, version))
        )

    def open(self, sealed: bytes, place: str) -> str:
        """Return the plain text; raises :class:`SealBroken`, which names table and column."""
        sealed = bytes(sealed)
        version = self.version_of(sealed)
        cipher = self._ciphers.get(version)
        if cipher is None and self._reread is not None:
            self._look()
            cipher = self._ciphers.get(version)
        try:
            if cipher is None or len(sealed) < 29:
                raise InvalidTag
            return cipher.decrypt(sealed[1:13], sealed[13:], _aad(place, version)).decode()
        except InvalidTag:
            raise SealBroken(place.rpartition(":")[0]) from None

    @staticmethod
    def version_of(sealed: bytes) -> int:
        """Return the version of the key that a value was sealed under; 0 for an empty value."""
        return sealed[0] if sealed else 0

    def index(self, plain: str, purpose: str) -> bytes:
        """Return a 32-byte blind index: equal for equal text and purpose, meaningless otherwise."""
        return hmac.digest(self._index_key, f"{purpose}\x00{plain}".encode(), "sha256")

    def derived_key(self, purpose: str, version: int | None = None) -> tuple[int, bytes]:
        """Return (version, 32 bytes) derived from a field key by HKDF; see :func:`derived_key`."""
        ring = self.ring
        if version is not None and version not in ring.keys and self._reread is not None:
            self._look()
            ring = self._ring
        chosen = ring.newest if version is None else version
        if chosen not in ring.keys:
            raise SealBroken(f"{purpose} (field key version {chosen})")
        info = f"anxin\x00{purpose}\x00{chosen}".encode()
        return chosen, HKDF(SHA256(), 32, salt=None, info=info).derive(ring.keys[chosen])

    def _look(self) -> None:
        """Take over a rotated key file; one that is damaged, or tells another story, changes nothing.

        Whatever is wrong with it stops the next start. What is known here is still right.
        """
        self._look_again = time.monotonic() + _LOOK_AGAIN_SECONDS
        if self._reread is None:
            return
        try:
            found = self._reread()
            if found.continues(self._ring):
                self._take(found)
        except (Problem, ValueError):
            return

    def _take(self, ring: KeyRing) -> None:
        if any(hmac.compare_digest(one, self._index_key) for one in ring.keys.values()):
            raise ValueError("the field key and the index key must differ")
        self._ciphers = {version: AESGCM(one) for version, one in ring.keys.items()}
        self._ring = ring
        self._look_again = time.monotonic() + _LOOK_AGAIN_SECONDS


def derived_key(purpose: str, version: int | None = None) -> tuple[int, bytes]:
    """Return (version, 32 bytes): a key for one purpose, derived from a field key (RFC 5869).

    Without ``version`` the newest field key is taken; keep the version that comes back beside what
    the key encrypts, and give it when opening. Raises :class:`SealBroken` when the key file no
    longer holds that version.
    """
    return sealer().derived_key(purpose, version)


@lru_cache(maxsize=1)
def sealer() -> Sealer:
    """Return the sealer of this process; raises as ``key`` does, and when both keys are the same."""
    try:
        return Sealer(field_keys(), key("index"), reread=field_keys)
    except ValueError:
        raise KeyFileUnusable(
            key_file("index"),
            "it holds a key that is a field key too; the two must differ",
            "其中的密钥同时也是字段密钥；二者必须不同",
        ) from None


def _aad(place: str, version: int) -> bytes:
    return place.encode() if version == 1 else f"{place}\x00{version}".encode()
