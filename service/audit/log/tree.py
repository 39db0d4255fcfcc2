"""The Merkle tree of RFC 6962, appended to one leaf at a time."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Self

Kept = Callable[[int, int, bytes], None]
"""Is told (height, index, root) of a subtree of ``2**height`` leaves that has just become complete."""

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Return the hash of a leaf (RFC 6962 section 2.1: prefix 0x00)."""
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def sm3_leaf_hash(content: bytes) -> bytes:
    """Return the SM3 hash of a leaf, prefixed as RFC 6962 does."""
    return hashlib.new("sm3", b"\x00" + content).digest()


def sm3_node_hash(left: bytes, right: bytes) -> bytes:
    """Return the SM3 hash of an inner node, prefixed as RFC 6962 does."""
    return hashlib.new("sm3", b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees at the right edge, largest first.

    For ``size`` leaves there is one root for every 1-bit of ``size``.
    """

    node = staticmethod(node_hash)
    empty = EMPTY_ROOT
    tile_height = 8

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if len(roots) != size.bit_count():
            raise ValueError("a frontier has one root for every 1-bit of its size")
        self.size = size
        self._roots = list(roots)

    def append(self, leaf: bytes, kept: Kept | None = None) -> None:
        """Add one leaf hash; ``kept`` is told of full tiles: heights that are multiples of 8."""
        roots = self._roots
        roots.append(leaf)
        carried, height = self.size, 0
        while carried & 1:
            right = roots.pop()
            roots[-1] = self.node(roots[-1], right)
            carried >>= 1
            height += 1
            if kept is not None and height % self.tile_height == 0:
                kept(height, carried, roots[-1])
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._roots:
            return self.empty
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = self.node(left, root)
        return root

    def dump(self) -> bytes:
        return b"".join(self._roots)

    @classmethod
    def load(cls, size: int, content: bytes) -> Self:
        return cls(size, [content[at : at + 32] for at in range(0, len(content), 32)])


class Sm3Frontier(Frontier):
    """The same tree with SM3 (GB/T 32905) for SHA-256."""

    node = staticmethod(sm3_node_hash)
    empty = hashlib.new("sm3", b"").digest()
