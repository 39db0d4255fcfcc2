"""What a bank file says of each of its lines, as leaves of a tree whose root is signed with the file.

A leaf binds what the bank reads: our reference, the amount, and digests of the card and of the name,
salted for each line. So any subset of a file's lines can be shown to be what was signed, and a line
that is left out of a file written anew can be told from one that was added or changed.
"""

import hashlib

from service.audit.log.tree import Frontier, leaf_hash
from service.batches.leaf import salt_of

DOMAIN = b"anxin/written-line/v1\x00"
"""Begins every leaf, so that no leaf of another tree is taken for one of these."""


def leaf_of(
    salt: str, reference: str, amount_fen: int, account_no: str, account_name: str
) -> bytes:
    """Return the canonical JSON (RFC 8785) of a written line; card and name only as digests."""
    card, name = (
        hashlib.sha256(f"{salt}:{kind}:{said}".encode()).hexdigest()
        for kind, said in (("card", account_no), ("name", account_name))
    )
    return (
        f'{{"amount_fen":{amount_fen},"card":"{card}","name":"{name}",'
        f'"reference":"{reference}","salt":"{salt}"}}'
    ).encode()


class WrittenLines:
    """Counts the lines of a file as they are written, in their order."""

    def __init__(self, batch_salt: bytes) -> None:
        self._batch_salt, self._tree = batch_salt, Frontier()
        self.count = self.amount_fen = 0

    def add(
        self, number: int, reference: str, amount_fen: int, account_no: str, account_name: str
    ) -> bytes:
        """Take one line; ``number`` is the payment's id. Return its leaf."""
        salt = salt_of(self._batch_salt, number)
        leaf = leaf_of(salt, reference, amount_fen, account_no, account_name)
        self._tree.append(leaf_hash(DOMAIN + leaf))
        self.count += 1
        self.amount_fen += amount_fen
        return leaf

    def root(self) -> bytes:
        """Return the root of the lines so far."""
        return self._tree.root()
