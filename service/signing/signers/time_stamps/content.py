"""What of a batch is stamped."""

from collections.abc import Iterable

_DOMAIN = b"anxin/complete-signatures/v1\x00"


def stamped_content(signatures: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the bytes that are stamped: (manifest's SHA-256, signature) of the complete set, in order."""
    parts = [digest + len(one).to_bytes(4, "big") + one for digest, one in signatures]
    return _DOMAIN + b"".join(parts)
