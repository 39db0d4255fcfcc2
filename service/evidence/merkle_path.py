"""The way from some leaves of a Merkle tree (RFC 6962) to its root, found while the leaves go by.

Memory is the height of the tree times the leaves asked for, however long the list is.
"""

from dataclasses import dataclass, field

from service.audit.log.tree import EMPTY_ROOT, node_hash


@dataclass
class _Node:
    height: int
    digest: bytes
    wanted: list[int] = field(default_factory=list)


class Paths:
    """Takes leaf hashes one by one; keeps the path of those that are wanted."""

    def __init__(self) -> None:
        self.size = 0
        self.paths: dict[int, list[bytes]] = {}
        """{index of a wanted leaf: hashes beside its way, from the leaf up}; whole after `root`."""
        self._right: list[_Node] = []

    def add(self, leaf: bytes, *, wanted: bool = False) -> None:
        """Add one leaf hash."""
        node = _Node(0, leaf)
        if wanted:
            node.wanted = [self.size]
            self.paths[self.size] = []
        while self._right and self._right[-1].height == node.height:
            node = self._joined(self._right.pop(), node)
        self._right.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of everything added; nothing can be added after it."""
        while len(self._right) > 1:
            right = self._right.pop()
            self._right.append(self._joined(self._right.pop(), right))
        return self._right[0].digest if self._right else EMPTY_ROOT

    def _joined(self, left: _Node, right: _Node) -> _Node:
        for index in left.wanted:
            self.paths[index].append(right.digest)
        for index in right.wanted:
            self.paths[index].append(left.digest)
        both = [*left.wanted, *right.wanted]
        return _Node(left.height + 1, node_hash(left.digest, right.digest), both)
