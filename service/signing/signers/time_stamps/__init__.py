"""Time-stamps (RFC 3161): somebody else's word on when a batch's signatures were complete.

Checked by the system's OpenSSL, as ``openssl ts -verify`` does: it takes certificates in any order,
which some authorities send and strict readers of DER refuse.
"""
