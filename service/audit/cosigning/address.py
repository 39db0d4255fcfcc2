"""Where a witness is: one host, named once, and never a secret of this machine.

A name is looked up by us, every address of it is judged, and the connection goes to the address
that was judged.
"""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]*)*")
# Clouds tell a machine's secrets at these; neither is link-local.
_METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))


class AddressRefused(ValueError):
    """An address that no witness is asked at; both sentences say why."""

    def __init__(self, sentence_en: str, sentence_zh: str) -> None:
        self.sentence_en, self.sentence_zh = sentence_en, sentence_zh
        super().__init__(sentence_en)


@dataclass(frozen=True)
class Door:
    """Where a witness is asked: host, port, path before ``/add-checkpoint``; ``loopback``: this machine will do."""

    host: str
    port: int
    path: str
    tls: bool = True
    loopback: bool = False


def door_of(url: str, *, loopback: bool) -> Door:
    """Return where an address leads; plain http only to this machine, and only where that is allowed.

    Raises :class:`AddressRefused`.
    """
    try:
        parts = urlsplit(url)
        tls, given = parts.scheme == "https", parts.port
    except ValueError:
        raise _malformed() from None
    host = parts.hostname or ""
    plain = f"{parts.scheme}://{host}{f':{given}' if given else ''}{parts.path}"
    # Nothing but these: no user, no query, no fragment, no other spelling.
    if url.lower() != plain.lower() or not _HOST.fullmatch(host) or not _PATH.fullmatch(parts.path):
        raise _malformed()
    if not tls and not (loopback and parts.scheme == "http" and host in {"127.0.0.1", "localhost"}):
        raise _malformed()
    return Door(host, given or (443 if tls else 80), parts.path.rstrip("/"), tls, loopback)


def addresses_of(door: Door) -> list[str]:
    """Return the addresses of the host, all of them allowed; raises OSError when one is not."""
    found = socket.getaddrinfo(door.host, door.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(allowed(one, loopback=door.loopback) for one in addresses):
        raise OSError("address refused")
    return addresses


def allowed(address: str, *, loopback: bool = False) -> bool:
    """Tell whether a witness may be there: one's own networks are, this machine and clouds' secrets are not."""
    one: ipaddress.IPv4Address | ipaddress.IPv6Address
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        one = one.ipv4_mapped or one.sixtofour or one
    if one.is_loopback:
        return loopback
    return not (
        one in _METADATA
        or (one.version == 4 and int(one) >> 24 == 0)
        or one.is_link_local
        or one.is_multicast
        or one.is_unspecified
        or one.is_reserved
    )


def _malformed() -> AddressRefused:
    return AddressRefused(
        "a witness's address must be https://host[:port]/path and nothing else",
        "见证服务地址须为 https://主机[:端口]/路径，不得含其他内容",
    )
