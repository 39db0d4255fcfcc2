"""Time-stamps (RFC 3161): somebody else's word on when some bytes were there.

Checked by the system's OpenSSL, as ``openssl ts -verify`` does: it takes certificates in any order,
which some authorities send and strict readers of DER refuse.
"""
