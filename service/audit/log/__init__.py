"""The log: one Merkle tree of all entries, its signed heads, and what keeps the signer honest.

``tree`` and ``proofs`` compute (RFC 6962), ``note`` and ``note_keys`` read, write, sign and check
signed notes, ``checkpoints`` says what a tree head's note says. These know no database.
``sequence`` gives committed entries their place and signs.
"""
