"""Passkeys: the officer's own device signs, after it knows the finger, the face or the PIN (WebAuthn).

A passkey proves consent to a challenge, not what the screen showed. The challenge is the digest
that binds the batch, the officer and one nonce; who doubts the page recomputes it elsewhere.
"""
