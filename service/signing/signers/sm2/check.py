"""Check an SM2 signature through the system's OpenSSL."""

from ctypes import byref, c_void_p

from service.foundation.libcrypto import decoded, libcrypto
from service.officers.points import SM2, is_on
from service.signing.signers.signature_der import is_strict

DISTINGUISHING_ID = b"1234567812345678"
"""The identity that GB/T 35276 has everybody use; any other gives another digest."""
_KEY_BEFORE_POINT = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
"""SubjectPublicKeyInfo of an SM2 key up to its point."""


def is_signed(point: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the key at ``point`` signed the message; raises NoLibcrypto.

    False as well for a point that is off the curve (or on another) and for any DER but the strict one.
    """
    if not is_on(SM2, point) or not is_strict(signature, SM2.n):
        return False
    library = libcrypto()
    key = decoded("d2i_PUBKEY", _KEY_BEFORE_POINT + point)
    if not key:
        return False
    digest, context = library.EVP_MD_CTX_new(), library.EVP_PKEY_CTX_new(key, None)
    try:
        return bool(
            digest
            and context
            and library.EVP_PKEY_is_a(key, b"SM2") == 1
            and library.EVP_PKEY_CTX_set1_id(context, DISTINGUISHING_ID, len(DISTINGUISHING_ID))
            == 1
            and _begin(digest, context, key)
            and library.EVP_DigestVerify(digest, signature, len(signature), message, len(message))
            == 1
        )
    finally:
        library.ERR_clear_error()
        library.EVP_MD_CTX_free(digest)
        library.EVP_PKEY_CTX_free(context)
        library.EVP_PKEY_free(key)


def _begin(digest: int, context: int, key: int) -> bool:
    library = libcrypto()
    library.EVP_MD_CTX_set_pkey_ctx(digest, context)
    unused = c_void_p()
    begun = library.EVP_DigestVerifyInit(digest, byref(unused), library.EVP_sm3(), None, key)
    return bool(begun == 1)
