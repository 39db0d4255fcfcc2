"""Audit: every act leaves an entry in the same transaction, and the entries form one Merkle tree.

An entry says who did what to which thing, from which state to which, and why. It never holds
personal data: those are sealed beside it, and can be erased without harm to the trail. A sequencer
gives committed entries their place in an RFC 6962 tree and signs its head (a checkpoint);
`anxin audit verify` recomputes everything from the first entry.

Nothing here is ever changed or deleted: the database refuses it.
"""
