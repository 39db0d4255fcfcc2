"""Key files: where they lie, what they hold, and how the demo profile makes and extends them."""

import os
import re
import secrets
from pathlib import Path
from uuid import uuid4

from service.foundation.encryption.problems import KeyFileUnusable, KeyMissing
from service.foundation.encryption.ring import VERSION_MAX, KeyRing
from service.foundation.settings import Settings, settings

_KEY = re.compile(r"[0-9a-fA-F]{64}")


def key(name: str, chosen: Settings | None = None) -> bytes:
    """Return a 32-byte key by name, making it on first use in the demo profile.

    Raises :class:`KeyMissing` when a configured file is not there (or none is, in production) and
    :class:`KeyFileUnusable` when it does not hold what a key file holds.
    """
    if name == "field":
        ring = field_keys(chosen)
        return ring.keys[ring.newest]
    path = key_file(name, chosen)
    text = _text(path).strip()
    if not _KEY.fullmatch(text):
        raise KeyFileUnusable(path, "it does not hold 64 hex digits", "内容不是 64 位十六进制数")
    return bytes.fromhex(text)


def field_keys(chosen: Settings | None = None) -> KeyRing:
    """Return the ring of field keys; raises as :func:`key` does."""
    path = key_file("field", chosen)
    return KeyRing.read(_text(path), path)


def key_file(name: str, chosen: Settings | None = None) -> Path:
    """Return where a key lies, making it if this profile may; raises :class:`KeyMissing`."""
    config = chosen or settings()
    configured: Path | None = getattr(config, f"{name}_key_file", None)
    path = configured or config.keys_dir / f"{name}.key"
    if not path.exists():
        if configured or config.profile == "production":
            raise KeyMissing(name, configured)
        _make_key(path)
    return path


def add_version(path: Path, ring: KeyRing) -> KeyRing:
    """Extend a ring by a fresh key and put the file in its place in one step; the old keys stay.

    Raises :class:`KeyFileUnusable` when no version is left.
    """
    if ring.newest == VERSION_MAX:
        raise KeyFileUnusable(
            path, f"version {VERSION_MAX} is the last one", f"版本 {VERSION_MAX} 已是最后一个"
        )
    longer = KeyRing({**ring.keys, ring.newest + 1: secrets.token_bytes(32)})
    fresh = _written(path, longer.text())
    fresh.replace(path)
    _sync(path.parent)
    return longer


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise KeyFileUnusable(
            path, f"it cannot be read ({type(error).__name__})", "无法读取"
        ) from None
    except UnicodeDecodeError:
        raise KeyFileUnusable(path, "it is not text", "不是文本文件") from None


def _make_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = _written(path, secrets.token_hex(32))
    try:
        # Linking, not renaming: of two processes that make the key at once, the first one's stays.
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync(path.parent)


def _written(path: Path, text: str) -> Path:
    """Write beside ``path`` under a name nobody else uses, safe on disk before it is put in place."""
    fresh = path.with_name(f"{path.name}.{uuid4().hex}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    return fresh


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
