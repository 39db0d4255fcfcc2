"""Signers: what an officer signs with, each behind one small interface.

A passkey (WebAuthn), a PKCS#11 token (ECDSA P-256), a USB key with SM2, and – in the demo county
only – a software key. The server verifies and never signs: no officer's private key is here.
Which of them count is one list a profile (:mod:`service.signing.signers.allowed`).
"""
