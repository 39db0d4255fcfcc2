"""Proofs are made for every leaf and every pair of sizes, hold, and hold for nothing else."""

import hashlib
import random

import pytest

from service.audit.log.proofs import (
    ProofWrong,
    check_consistency,
    check_inclusion,
    consistency_proof,
    from_complete,
    from_leaves,
    inclusion_proof,
    root_of,
)
from service.audit.log.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash

MOST = 66
LEAVES = [leaf_hash(str(number).encode()) for number in range(MOST)]
SOURCE = from_leaves(LEAVES)
ROOTS = [root_of(size, SOURCE) for size in range(MOST + 1)]

# The reference tree of the Certificate Transparency implementations: 8 leaves, known roots.
KNOWN = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
KNOWN_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_the_root_of_the_reference_tree_is_the_published_one() -> None:
    leaves = [leaf_hash(bytes.fromhex(one)) for one in KNOWN]
    assert root_of(8, from_leaves(leaves)).hex() == KNOWN_ROOT
    proof = inclusion_proof(0, 8, from_leaves(leaves))
    assert [one.hex()[:8] for one in proof] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    check_inclusion(leaves[0], 0, 8, proof, bytes.fromhex(KNOWN_ROOT))


def test_roots_are_those_of_the_frontier() -> None:
    frontier = Frontier()
    assert ROOTS[0] == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, start=1):
        frontier.append(leaf)
        assert frontier.root() == ROOTS[size]


def test_kept_inner_hashes_are_as_good_as_leaves() -> None:
    levels = [LEAVES]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
    asked = []

    def complete(level: int, index: int) -> bytes:
        asked.append((level, index))
        return levels[level][index]

    source = from_complete(complete)
    for size in range(1, MOST + 1):
        assert root_of(size, source) == ROOTS[size]
    asked.clear()
    assert inclusion_proof(3, MOST, source) == inclusion_proof(3, MOST, SOURCE)
    assert len(asked) < 10, "a proof reads only what it is made of"


def test_every_inclusion_proof_holds_and_no_changed_one_does() -> None:
    rng = random.Random(20261128)
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, SOURCE)
            check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
            for changed in _changes(proof, rng):
                with pytest.raises(ProofWrong):
                    check_inclusion(LEAVES[index], index, size, changed, ROOTS[size])
            for other in {rng.randrange(size), index ^ 1, size} - {index}:
                with pytest.raises(ProofWrong):
                    check_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
            with pytest.raises(ProofWrong):
                check_inclusion(hashlib.sha256(b"").digest(), index, size, proof, ROOTS[size])


def test_every_consistency_proof_holds_and_no_changed_one_does() -> None:
    rng = random.Random(20261129)
    for new in range(MOST + 1):
        for old in range(new + 1):
            proof = consistency_proof(old, new, SOURCE)
            check_consistency(old, new, ROOTS[old], ROOTS[new], proof)
            for changed in _changes(proof, rng):
                with pytest.raises(ProofWrong):
                    check_consistency(old, new, ROOTS[old], ROOTS[new], changed)
            with pytest.raises(ProofWrong):
                check_consistency(old, new, bytes(32), ROOTS[new], proof)
            if old:
                with pytest.raises(ProofWrong):
                    check_consistency(old, new, ROOTS[old], bytes(32), proof)


def test_a_smaller_tree_continues_nothing() -> None:
    with pytest.raises(ProofWrong, match="fewer"):
        check_consistency(5, 4, ROOTS[5], ROOTS[4], [])
    for impossible in ((5, 4), (-1, 4)):
        with pytest.raises(ValueError, match="does not continue"):
            consistency_proof(*impossible, SOURCE)
    for index in (-1, 4):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(index, 4, SOURCE)
        with pytest.raises(ProofWrong):
            check_inclusion(LEAVES[0], index, 4, [], ROOTS[4])


def _changes(proof: list[bytes], rng: random.Random) -> list[list[bytes]]:
    """Return proofs that are nearly this one: a bit flipped, one hash more, less, short, in another place."""
    found = [[*proof, bytes(32)], [bytes(32), *proof]]
    if proof:
        at = rng.randrange(len(proof))
        flipped = bytearray(proof[at])
        flipped[rng.randrange(32)] ^= 1 << rng.randrange(8)
        found += [
            [*proof[:at], bytes(flipped), *proof[at + 1 :]],
            [*proof[:at], *proof[at + 1 :]],
            [*proof[:at], proof[at][:31], *proof[at + 1 :]],
        ]
        if len(proof) > 1:
            found.append([*proof[1:], proof[0]])
    return found
