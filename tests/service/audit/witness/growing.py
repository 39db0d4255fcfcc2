"""A log in memory that grows, and signs any tree it is asked to: an honest one, and a forked one."""

import hashlib
from pathlib import Path

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.note import Note
from service.audit.log.note_keys import Kind, SignerKey
from service.audit.log.proofs import consistency_proof, from_leaves, root_of
from service.audit.log.tree import leaf_hash
from service.audit.witness.home import Home
from service.audit.witness.request import write_submission

ORIGIN = "anxin.example/audit"
LOG_KEY = SignerKey(ORIGIN, Kind.ED25519, hashlib.sha256(b"log").digest())
OTHER_KEY = SignerKey(ORIGIN, Kind.ED25519, hashlib.sha256(b"other").digest())


class Growing:
    """Leaves are made up from ``story``: two stories are two logs of one origin."""

    def __init__(self, story: str = "one", *, differs_from: int = 0, size: int = 64) -> None:
        words = [f"{story if at >= differs_from else 'one'} {at}".encode() for at in range(size)]
        self.leaves = [leaf_hash(one) for one in words]

    def root(self, size: int) -> bytes:
        """Return the root of the first ``size`` leaves."""
        return root_of(size, from_leaves(self.leaves))

    def note(self, size: int, *keys: SignerKey, origin: str = ORIGIN) -> str:
        """Return the checkpoint of ``size`` leaves, signed by these keys."""
        text = Checkpoint(origin, size, self.root(size)).text()
        return Note(text, tuple(key.sign(text) for key in keys or (LOG_KEY,))).write()

    def submission(self, old: int, new: int, *keys: SignerKey, origin: str = ORIGIN) -> bytes:
        """Return an honest submission of ``new`` leaves after ``old``."""
        proof = consistency_proof(min(old, new), new, from_leaves(self.leaves))
        return write_submission(old, proof, self.note(new, *keys, origin=origin))


def witness(path: Path) -> Home:
    """Return a fresh witness that knows the log."""
    home = Home.make(path, "audit-office.example/w1")
    home.add_log(ORIGIN, (LOG_KEY.verifier(),))
    return home
