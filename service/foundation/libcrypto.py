"""The system's OpenSSL, for what `cryptography` does not offer: SM2, and RFC 3161 time-stamps.

Only checking is done here. Every function's types are declared: a pointer cut to 32 bits would be a
crash at best.
"""

import ctypes
import ctypes.util
from ctypes import c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p
from functools import lru_cache

from service.foundation.problems import Problem

_OLDEST = 0x30000000
_NAMES = ("libcrypto.so.3", "libcrypto.so.4", "libcrypto.3.dylib", "libcrypto-3-x64.dll")
_OUT = ctypes.POINTER(c_void_p)
_BYTES_AT = ctypes.POINTER(c_char_p)
_FUNCTIONS: dict[str, tuple[object, tuple[object, ...]]] = {
    "OpenSSL_version_num": (c_ulong, ()),
    "ERR_clear_error": (None, ()),
    "EVP_sm3": (c_void_p, ()),
    "d2i_PUBKEY": (c_void_p, (c_void_p, _BYTES_AT, c_long)),
    "EVP_PKEY_free": (None, (c_void_p,)),
    "EVP_PKEY_is_a": (c_int, (c_void_p, c_char_p)),
    "EVP_MD_CTX_new": (c_void_p, ()),
    "EVP_MD_CTX_free": (None, (c_void_p,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_new": (c_void_p, (c_void_p, c_void_p)),
    "EVP_PKEY_CTX_free": (None, (c_void_p,)),
    "EVP_PKEY_CTX_set1_id": (c_int, (c_void_p, c_char_p, c_int)),
    "EVP_DigestVerifyInit": (c_int, (c_void_p, _OUT, c_void_p, c_void_p, c_void_p)),
    "EVP_DigestVerify": (c_int, (c_void_p, c_char_p, c_size_t, c_char_p, c_size_t)),
    "X509_STORE_new": (c_void_p, ()),
    "X509_STORE_free": (None, (c_void_p,)),
    "X509_STORE_add_cert": (c_int, (c_void_p, c_void_p)),
    "X509_STORE_get0_param": (c_void_p, (c_void_p,)),
    "X509_VERIFY_PARAM_set_time": (None, (c_void_p, c_long)),
    "d2i_X509": (c_void_p, (c_void_p, _BYTES_AT, c_long)),
    "X509_free": (None, (c_void_p,)),
    "d2i_TS_REQ": (c_void_p, (c_void_p, _BYTES_AT, c_long)),
    "TS_REQ_free": (None, (c_void_p,)),
    "d2i_TS_RESP": (c_void_p, (c_void_p, _BYTES_AT, c_long)),
    "TS_RESP_free": (None, (c_void_p,)),
    "TS_RESP_get_tst_info": (c_void_p, (c_void_p,)),
    "TS_TST_INFO_get_time": (c_void_p, (c_void_p,)),
    "ASN1_STRING_get0_data": (c_void_p, (c_void_p,)),
    "ASN1_STRING_length": (c_int, (c_void_p,)),
    "TS_REQ_to_TS_VERIFY_CTX": (c_void_p, (c_void_p, c_void_p)),
    "TS_VERIFY_CTX_free": (None, (c_void_p,)),
    "TS_VERIFY_CTX_add_flags": (c_int, (c_void_p, c_int)),
    "TS_VERIFY_CTX_set_store": (c_void_p, (c_void_p, c_void_p)),
    "TS_RESP_verify_response": (c_int, (c_void_p, c_void_p)),
    "ERR_get_error": (c_ulong, ()),
    "ERR_error_string_n": (None, (c_ulong, c_void_p, c_size_t)),
}


class NoLibcrypto(Problem):
    """This machine has no OpenSSL 3 to check with."""

    code = "libcrypto_missing"
    status = 501
    title = "OpenSSL is missing on the server"

    def __init__(self) -> None:
        super().__init__(
            "This server has no OpenSSL library of version 3 or newer, so SM2 keys and time-stamps cannot be checked; "
            "install it (Debian: libssl3) and start the service again.",
            "服务器缺少 OpenSSL 3 或更高版本，无法验证 SM2 签名与时间戳；请安装（Debian：libssl3）后重新启动。",
        )


@lru_cache(maxsize=1)
def libcrypto() -> ctypes.CDLL:
    """Return the library, loaded once; raises :class:`NoLibcrypto`."""
    found = ctypes.util.find_library("crypto")
    for name in (*([found] if found else []), *_NAMES):
        try:
            library = ctypes.CDLL(name)
            for function, (result, arguments) in _FUNCTIONS.items():
                one = getattr(library, function)
                one.restype, one.argtypes = result, arguments
        except (OSError, AttributeError):
            continue
        if library.OpenSSL_version_num() >= _OLDEST:
            return library
    raise NoLibcrypto


def is_there() -> bool:
    """Return whether what needs it can be offered on this machine."""
    try:
        libcrypto()
    except NoLibcrypto:
        return False
    return True


def decoded(function: str, content: bytes) -> int:
    """Return a pointer to what a ``d2i`` function reads of all of the bytes, or 0; the caller frees it."""
    library = libcrypto()
    buffer = c_char_p(content)
    start = ctypes.cast(buffer, c_void_p).value or 0
    pointer: int = getattr(library, function)(None, ctypes.byref(buffer), len(content)) or 0
    read = (ctypes.cast(buffer, c_void_p).value or 0) - start
    library.ERR_clear_error()
    return pointer if pointer and read == len(content) else 0
