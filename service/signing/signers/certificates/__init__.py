"""Certificates: who says that a key is this officer's, and whether that still held at the signing.

Own path validation, because `cryptography` checks no SM2 certificate; it does less than RFC 5280
allows, and refuses what it does not know: no name constraints, no policies, few certificates.
"""
