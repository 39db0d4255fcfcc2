"""What we sign and prove is accepted by a program of somebody else's, and what it makes by ours.

`tlog-scales` (Apache-2.0) implements C2SP's checkpoints, cosignatures, tiles and RFC 9162's proofs on
its own. It is used in tests only.
"""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import MLDSA44CosignatureSigner, PlainEd25519Signer, Vkey, VkeySet
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from tlog_scales.tlog import (
    ConsistencyProof,
    ConsistencyProofInvalid,
    InclusionProof,
    InclusionProofInvalid,
)
from tlog_scales.writer import TilesWriter

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.note import Note, read_note
from service.audit.log.note_keys import Kind, SignerKey, read_vkey, verified
from service.audit.log.proofs import (
    ProofWrong,
    check_consistency,
    check_inclusion,
    consistency_proof,
    from_leaves,
    inclusion_proof,
    root_of,
)
from service.audit.log.publish import publish
from service.audit.log.tiles import export_tiles
from service.audit.log.tree import leaf_hash
from service.audit.standalone.notes import Era, Trust, read_head, read_key
from service.audit.standalone.tree import Tree, includes
from service.audit.verify.crypto import CRYPTO
from service.audit.verify.own_trust import published_trust
from service.foundation.database import engine
from tests.foundation.committed import Committed
from tests.service.audit.trail import write

ORIGIN = "anxin.county/audit"
SIZES = (1, 2, 3, 5, 8, 13, 31, 64, 65)


def test_our_proofs_are_accepted_and_changed_ones_refused_by_both() -> None:
    leaves = [leaf_hash(bytes([one])) for one in range(max(SIZES))]
    roots = {size: root_of(size, from_leaves(leaves[:size])) for size in SIZES}
    for size in SIZES:
        for index in range(size):
            path = inclusion_proof(index, size, from_leaves(leaves[:size]))
            InclusionProof(index, size, path).check(leaves[index], roots[size])
            for at in range(len(path)):
                changed = [*path[:at], bytes(32), *path[at + 1 :]]
                with pytest.raises(InclusionProofInvalid):
                    InclusionProof(index, size, changed).check(leaves[index], roots[size])
                with pytest.raises(ProofWrong):
                    check_inclusion(leaves[index], index, size, changed, roots[size])
    for old, new in [(a, b) for a in SIZES for b in SIZES if a < b]:
        path = consistency_proof(old, new, from_leaves(leaves[:new]))
        ConsistencyProof(old, new, path).check(roots[old], roots[new])
        with pytest.raises(ConsistencyProofInvalid):
            ConsistencyProof(old, new, path).check(roots[new], roots[new])
        with pytest.raises(ProofWrong):
            check_consistency(old, new, roots[new], roots[new], path)


def test_our_checkpoint_with_four_kinds_of_signatures_is_accepted() -> None:
    text = Checkpoint(ORIGIN, 20, os.urandom(32)).text()
    signers = [
        SignerKey(ORIGIN, Kind.ED25519, os.urandom(32)),
        SignerKey(ORIGIN, Kind.ML_DSA_44_COSIGNATURE, os.urandom(32)),
        SignerKey("witness.example/w1", Kind.ED25519_COSIGNATURE, os.urandom(32)),
        SignerKey("witness.example/w2", Kind.ML_DSA_44_COSIGNATURE, os.urandom(32)),
    ]
    note = Note(text, tuple(one.sign(text, 1_795_824_000) for one in signers)).write()
    found = TheirCheckpoint.from_text(note)
    keys = VkeySet(*(Vkey.from_string(one.verifier().vkey()) for one in signers))
    assert {key.serialize() for key, _ in keys.verify(found.signatures, found)} == {
        one.verifier().vkey() for one in signers
    }
    other = TheirCheckpoint.from_text(note.replace("\n20\n", "\n21\n"))
    assert keys.verify(other.signatures, other) == set()


def test_their_log_is_accepted_by_us(tmp_path: Path) -> None:
    signers = [
        PlainEd25519Signer(ORIGIN, os.urandom(32)),
        MLDSA44CosignatureSigner(ORIGIN, os.urandom(32)),
    ]
    writer, entries = TilesWriter.create(tmp_path / "log", ORIGIN), []
    reader, heads = TilesReader(LocalBackend(tmp_path / "log")), []
    for count in (3, 254, 60):
        for _ in range(count):
            entries.append(os.urandom(20))
            writer.add_leaf(entries[-1])
        writer.commit(signers)
        heads.append(reader.get_checkpoint())
    trust = Trust([Era(tuple(read_key(one.vkey.serialize()) for one in signers))])
    for head in heads:
        note = read_note(head.serialize())
        assert len(verified(note, [read_vkey(one.vkey.serialize()) for one in signers])) == 2
        assert trust.cosigners(read_head(head.serialize()), CRYPTO) == set()
        tree = Tree()
        tree.extend(leaf_hash(one) for one in entries[: head.size])
        assert tree.root() == head.root_hash
    last = heads[-1]
    for index in (0, 2, 3, 255, 256, last.size - 1):
        path = reader.get_inclusion_proof(index, last.size).node_hashes
        check_inclusion(leaf_hash(entries[index]), index, last.size, path, last.root_hash)
        assert includes(leaf_hash(entries[index]), index, last.size, path, last.root_hash)
    for old, new in pairwise(heads):
        path = reader.get_consistency_proof(old.size, new.size).node_hashes
        check_consistency(old.size, new.size, old.root_hash, new.root_hash, path)


def test_our_published_log_is_read_from_its_tiles_by_them(
    committed: Committed, tmp_path: Path
) -> None:
    write(committed, 3, 260)
    publish()
    with committed.transaction() as session:
        size = export_tiles(session, tmp_path)
        keys = [key.vkey() for era in published_trust(session).log for key in era.keys]
    reader = TilesReader(LocalBackend(tmp_path))
    head = reader.get_checkpoint()
    assert (head.origin, head.size) == (ORIGIN, size)
    for key in keys:
        head.verify(Vkey.from_string(key))
    assert reader.calculate_root_hash() == head.root_hash
    reader.get_inclusion_proof(258, size).check(reader.mth(258, 259), head.root_hash)
    engine().dispose()
