"""Ask for a time-stamp in DER, and check what came back."""

import ctypes
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from service.foundation.libcrypto import decoded, libcrypto
from service.foundation.problems import Problem

_SIGNATURE = 1
"""TS_VFY_SIGNATURE; the request adds version, digest and nonce by itself."""
_TIME = re.compile(r"([0-9]{14})(?:\.[0-9]+)?Z")


class TimeStampRefused(Problem):
    """The authority's answer does not hold."""

    code = "time_stamp_refused"
    status = 502
    title = "The time-stamp was refused"

    def __init__(self) -> None:
        super().__init__(
            "The time-stamp was refused: it is not an answer to our request by an authority that is trusted here. "
            "What waits for it goes on waiting; tell the administrator.",
            "时间戳被拒绝：不是受信任机构对本次请求的应答。所涉事项继续等待，请告知系统管理员。",
        )


class ClocksApart(Problem):
    """The authority's time is not ours."""

    code = "time_stamp_clock"
    status = 502
    title = "The time-stamp's time is not ours"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"The time-stamp was refused: its time is {seconds} seconds from this server's. "
            "What waits for it goes on waiting; have both clocks looked at.",
            f"时间戳被拒绝：其时间与本机相差 {seconds} 秒。所涉事项继续等待，请检查双方时钟。",
        )


def request_for(digest: bytes, nonce: bytes = b"") -> bytes:
    """Return a request in DER for a SHA-256 digest, with a nonce of 64 bits, asking for the certificates."""
    chosen = nonce or bytes([1 + secrets.randbelow(127)]) + secrets.token_bytes(7)
    imprint = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    content = b"\x02\x01\x01" + imprint + b"\x02\x08" + chosen + b"\x01\x01\xff"
    return bytes([0x30, len(content)]) + content


def is_about(request: bytes, digest: bytes) -> bool:
    """Return whether a request that :func:`request_for` made asks about this digest."""
    nonce = request[-11:-3]
    return request == request_for(digest, nonce)


def checked(request: bytes, response: bytes, roots: Sequence[bytes] | None) -> datetime:
    """Return the time in a response that answers the request, under one of the roots (DER).

    With None for the roots only digest and nonce are compared, and nothing says who answered.

    Raises :class:`TimeStampRefused` for another digest or nonce, for a certificate that leads to no
    root, is not made for time-stamps or was not valid then; NoLibcrypto.
    """
    library = libcrypto()
    with _held("d2i_TS_REQ", request) as asked, _held("d2i_TS_RESP", response) as answered:
        if not asked or not answered:
            raise TimeStampRefused
        at = _time_in(answered)
        context = library.TS_REQ_to_TS_VERIFY_CTX(asked, None)
        if not context:
            raise TimeStampRefused
        try:
            if roots is not None:
                # The context owns the store from here on.
                library.TS_VERIFY_CTX_set_store(context, _store(roots, at))
                library.TS_VERIFY_CTX_add_flags(context, _SIGNATURE)
            holds = library.TS_RESP_verify_response(context, answered) == 1
        finally:
            library.TS_VERIFY_CTX_free(context)
            library.ERR_clear_error()
    if not holds:
        raise TimeStampRefused
    return at


def require_same_time(stamped_at: datetime, now: datetime, *, seconds_max: int) -> None:
    """Raise :class:`ClocksApart` when the authority's clock and ours differ by more."""
    apart = abs(int((stamped_at - now).total_seconds()))
    if apart > seconds_max:
        raise ClocksApart(apart)


def _time_in(response: int) -> datetime:
    library = libcrypto()
    said = library.TS_RESP_get_tst_info(response)
    time = library.TS_TST_INFO_get_time(said) if said else None
    if not time:
        raise TimeStampRefused
    text = ctypes.string_at(
        library.ASN1_STRING_get0_data(time), library.ASN1_STRING_length(time)
    ).decode("ascii", "replace")
    found = _TIME.fullmatch(text)
    if found is None:
        raise TimeStampRefused
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise TimeStampRefused from None


def _store(roots: Sequence[bytes], at: datetime) -> int:
    library = libcrypto()
    store: int = library.X509_STORE_new()
    for root in roots:
        with _held("d2i_X509", root) as certificate:
            if certificate:
                library.X509_STORE_add_cert(store, certificate)
    library.X509_VERIFY_PARAM_set_time(library.X509_STORE_get0_param(store), int(at.timestamp()))
    return store


_FREE = {"d2i_TS_REQ": "TS_REQ_free", "d2i_TS_RESP": "TS_RESP_free", "d2i_X509": "X509_free"}


@contextmanager
def _held(function: str, content: bytes) -> Iterator[int]:
    pointer = decoded(function, content)
    try:
        yield pointer
    finally:
        if pointer:
            getattr(libcrypto(), _FREE[function])(pointer)
