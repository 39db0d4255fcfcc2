"""The Merkle tree of RFC 6962, appended to one leaf at a time."""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962 section 2.1: prefix 0x00)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees at the right edge, largest first.

    For ``size`` leaves there is one root for every 1-bit of ``size``.
    """

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if len(roots) != size.bit_count():
            raise ValueError("a frontier has one root for every 1-bit of its size")
        self.size = size
        self._roots = list(roots)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self._roots.append(leaf)
        carried = self.size
        while carried & 1:
            right, left = self._roots.pop(), self._roots.pop()
            self._roots.append(node_hash(left, right))
            carried >>= 1
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root

    def dump(self) -> bytes:
        return b"".join(self._roots)

    @classmethod
    def load(cls, size: int, content: bytes) -> "Frontier":
        return cls(size, [content[at : at + 32] for at in range(0, len(content), 32)])
