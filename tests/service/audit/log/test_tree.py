"""The audit tree agrees with RFC 6962 computed the slow way."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from service.audit.log.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash


def slow_root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(slow_root(leaves[:split]), slow_root(leaves[split:]))


@given(st.integers(0, 300))
def test_the_frontier_gives_the_root_of_rfc_6962(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    frontier = Frontier()
    frontier.extend(leaves)
    assert frontier.root() == slow_root(leaves)
    assert Frontier.load(size, frontier.dump()).root() == frontier.root()


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT
