"""Seal personal fields, and find them again without opening them.

Three shapes of a secret field: ``*_sealed`` (AES-256-GCM; the additional data binds table, column
and row, so a value moved to another row does not open), ``*_index`` (keyed HMAC for exact search)
and ``*_tail`` (the last four characters, for display). No other module seals anything.
"""

import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.foundation.problems import Problem
from service.foundation.settings import Settings, settings

_VERSION = b"\x01"


class SealBroken(Problem):
    """A sealed value does not open: wrong key, wrong row, or changed bytes."""

    code = "seal_broken"
    status = 500
    title = "A sealed value does not open"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"A sealed value of {place} does not open; it was changed, moved, or sealed under another key.",
            f"{place} 的加密内容无法打开：内容被改动、被移动，或密钥不符。",
        )


class KeyMissing(Problem):
    """A key file is not there and may not be made here."""

    code = "key_missing"
    status = 500
    title = "A key is missing"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The key “{name}” is missing; set ANXIN_{name.upper()}_KEY_FILE to a file of 64 hex digits.",
            f"缺少密钥“{name}”，请设置 ANXIN_{name.upper()}_KEY_FILE。",
        )


class Sealer:
    """Seals and opens fields with one pair of keys."""

    def __init__(self, field_key: bytes, index_key: bytes) -> None:
        if hmac.compare_digest(field_key, index_key):
            raise ValueError("the field key and the index key must differ")
        self._cipher = AESGCM(field_key)
        self._index_key = index_key

    def seal(self, plain: str, place: str) -> bytes:
        """Return version ‖ nonce ‖ ciphertext; ``place`` names table, column and row."""
        nonce = os.urandom(12)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Return the plain text; raises :class:`SealBroken`."""
        sealed = bytes(sealed)
        if sealed[:1] != _VERSION:
            raise SealBroken(place.rpartition(":")[0])
        try:
            return self._cipher.decrypt(sealed[1:13], sealed[13:], place.encode()).decode()
        except InvalidTag:
            raise SealBroken(place.rpartition(":")[0]) from None

    def index(self, plain: str, purpose: str) -> bytes:
        """Return a 32-byte blind index: equal for equal text and purpose, meaningless otherwise."""
        return hmac.digest(self._index_key, f"{purpose}\x00{plain}".encode(), "sha256")


def key(name: str, chosen: Settings | None = None) -> bytes:
    """Return a 32-byte key by name, making it on first use in the demo profile.

    Raises :class:`KeyMissing` in production when the file is not configured.
    """
    config = chosen or settings()
    configured: Path | None = getattr(config, f"{name}_key_file", None)
    path = configured or config.keys_dir / f"{name}.key"
    if not path.exists():
        if configured or config.profile == "production":
            raise KeyMissing(name)
        _make_key(path)
    return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_hex(32))
        handle.flush()
        os.fsync(handle.fileno())
    try:
        # Linking, not renaming: of two processes that make the key at once, the first one's stays.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


@lru_cache(maxsize=1)
def sealer() -> Sealer:
    """Return the sealer of this process."""
    return Sealer(key("field"), key("index"))
