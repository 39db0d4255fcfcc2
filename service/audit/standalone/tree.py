"""The Merkle tree of RFC 6962, and whether a leaf stands in it."""

import hashlib
from collections.abc import Iterable

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that leaves' hashes are appended to."""

    def __init__(self, size: int = 0, edge: Iterable[bytes] = ()) -> None:
        self.size, self.edge = size, list(edge)
        """``edge`` has the root of one complete subtree for every 1-bit of the size, largest first."""
        if len(self.edge) != size.bit_count():
            raise ValueError("an edge has one root for every 1-bit of the size")

    def extend(self, leaves: Iterable[bytes]) -> None:
        size, edge, sha256 = self.size, self.edge, hashlib.sha256
        for leaf in leaves:
            found, carried = leaf, size
            while carried & 1:
                found = sha256(b"\x01" + edge.pop() + found).digest()
                carried >>= 1
            edge.append(found)
            size += 1
        self.size = size

    def root(self) -> bytes:
        found = self.edge[-1] if self.edge else EMPTY_ROOT
        for left in reversed(self.edge[:-1]):
            found = node_hash(left, found)
        return found

    def copy(self) -> "Tree":
        return Tree(self.size, self.edge)


def includes(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Return whether a leaf's hash stands at ``index`` of the tree (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != 32 for one in path):
        return False
    at, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(one, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, one)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root
