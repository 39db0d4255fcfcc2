"""Inclusion and consistency proofs (RFC 6962 2.1.1 and 2.1.2), made from any source of hashes and checked.

A source is ``subtree(start, end)``: the root of the leaves [start, end). It is only ever asked for
what a proof or a root is made of, so a source that keeps inner hashes answers at once.
"""

from collections.abc import Callable, Sequence

from service.audit.log.tree import EMPTY_ROOT, node_hash
from service.foundation.problems import Problem

Subtree = Callable[[int, int], bytes]


class ProofWrong(Problem):
    """A proof does not prove what it says."""

    code = "proof_wrong"
    status = 422
    title = "That proof proves nothing"

    def __init__(self, what: str, what_zh: str) -> None:
        super().__init__(f"The proof does not hold: {what}.", f"证明不成立：{what_zh}。")


def from_leaves(leaves: Sequence[bytes]) -> Subtree:
    """Return the source that computes everything from leaf hashes: for small trees and tests."""

    def subtree(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        middle = start + split(end - start)
        return node_hash(subtree(start, middle), subtree(middle, end))

    return subtree


def from_complete(complete: Callable[[int, int], bytes]) -> Subtree:
    """Return the source over ``complete(level, index)``, the roots of complete subtrees.

    That one covers the leaves [index * 2**level, (index + 1) * 2**level).
    """

    def subtree(start: int, end: int) -> bytes:
        width = end - start
        if width.bit_count() == 1 and start % width == 0:
            return complete(width.bit_length() - 1, start // width)
        middle = start + split(width)
        return node_hash(subtree(start, middle), subtree(middle, end))

    return subtree


def split(width: int) -> int:
    """Return how many of ``width`` (at least 2) leaves are under the left child."""
    return 1 << ((width - 1).bit_length() - 1)


def root_of(size: int, subtree: Subtree) -> bytes:
    """Return the root of the first ``size`` leaves."""
    return subtree(0, size) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that lead from leaf ``index`` to the root of ``size`` leaves, lowest first.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that prove that the tree of ``new`` leaves continues that of ``old``.

    Empty when ``old`` is 0 or ``new``. Raises ValueError when ``old`` is larger than ``new``.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not continue one of {old}")
    if old in {0, new}:
        return []
    start, end, whole, path = 0, new, True, []
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start, whole = middle, False
    if not whole:
        path.append(subtree(start, end))
    return path[::-1]


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Return when ``leaf`` (a leaf hash) stands at ``index`` of the tree with this root.

    Raises :class:`ProofWrong`. Follows RFC 9162 2.1.3.2.
    """
    _require_hashes(proof)
    if not 0 <= index < size:
        raise ProofWrong(f"there is no place {index} among {size}", f"{size} 条中没有第 {index} 位")
    reached, _ = _walk(index, size - 1, leaf, proof)
    if reached != root:
        raise ProofWrong("it leads to another root", "推导出的根不符")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Return when the tree of ``new`` leaves continues that of ``old``; raises :class:`ProofWrong`.

    Follows RFC 9162 2.1.4.2; every tree continues the empty one.
    """
    _require_hashes(proof)
    if not 0 <= old <= new:
        raise ProofWrong(f"{new} leaves are fewer than {old}", f"{new} 条少于 {old} 条")
    if old in {0, new}:
        if proof:
            raise _wrong_length()
        if old_root != (new_root if old else EMPTY_ROOT):
            raise ProofWrong("the roots differ", "两个根不同")
        return
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not path:
        raise _wrong_length()
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    now, was = _walk(at, last, path[0], path[1:])
    if was != old_root or now != new_root:
        raise ProofWrong("it leads to another root", "推导出的根不符")


def _walk(at: int, last: int, start: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Climb from node ``at`` of a level whose rightmost is ``last``.

    Return the root reached with every hash, and the one reached with those on the left alone.
    """
    whole = left = start
    for one in proof:
        if last == 0:
            raise _wrong_length()
        if at & 1 or at == last:
            whole, left = node_hash(one, whole), node_hash(one, left)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            whole = node_hash(whole, one)
        at, last = at >> 1, last >> 1
    if last:
        raise _wrong_length()
    return whole, left


def _require_hashes(proof: Sequence[bytes]) -> None:
    if any(len(one) != 32 for one in proof):
        raise ProofWrong("a hash in it is not 32 bytes long", "其中有不是 32 字节的哈希")


def _wrong_length() -> ProofWrong:
    return ProofWrong("it has too many or too few hashes", "哈希的个数不对")
