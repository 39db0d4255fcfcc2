"""Signing: freeze what will be sent in one canonical manifest, and collect signatures over it.

The manifest binds the batch, its lines' Merkle root, count and total, the exact bytes of every
bank file (SHA-256 and SM3), the rule and snapshot digests and who acted before. A signature is
checked again at the moment of sending.
"""
