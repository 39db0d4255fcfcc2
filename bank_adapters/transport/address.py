"""Where a bank's HTTPS server is: one host, named once, and never an address of this machine.

A name is looked up by us, every address of it is judged, and the connection goes to the address
that was judged: a name that changes in between leads nowhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bank_adapters.transport.outcome import BankUnreachable

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
PATH = re.compile(r"(/[A-Za-z0-9._~-]*)+")
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
# Clouds tell a machine's secrets at these; neither is link-local.
METADATA = frozenset(map(ipaddress.ip_address, ("100.100.100.200", "fd00:ec2::254")))
THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
# Networks of IPv6 that carry an IPv4 address in their last 32 bits.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


class AddressRefused(ValueError):
    """An address that no bank's requests may go to; both sentences say why."""

    def __init__(self, sentence_en: str, sentence_zh: str) -> None:
        self.sentence_en, self.sentence_zh = sentence_en, sentence_zh
        super().__init__(sentence_en)


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """What we show at the door of a bank that knows its customers by a certificate: PEM, both."""

    chain: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Door:
    """One bank's HTTPS address, how we know it is them, and how they know it is us.

    `certificates`: SHA-256 of the server's certificate in lower-case hex, two while it is renewed.
    `loopback` lets it be on this machine, for tests and the demonstration only.
    """

    host: str
    port: int
    path: str
    certificates: frozenset[str]
    username: str
    password: str = field(repr=False)
    loopback: bool = False
    client: ClientCertificate | None = None
    connect_seconds: float = 15.0
    answer_seconds: float = 60.0


def host_port_path(url: str) -> tuple[str, int, str]:
    """Return where an address leads. Raises AddressRefused."""
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise _malformed() from None
    host, path = parts.hostname or "", parts.path or "/"
    plain = f"https://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"
    # Nothing but these three: no user, no query, no fragment, no other spelling.
    if url != plain or not HOST.fullmatch(host) or not PATH.fullmatch(path):
        raise _malformed()
    return host, port, path


def fingerprints(written: str) -> frozenset[str]:
    """Return the certificates pinned, written as openssl or anybody writes them. Raises AddressRefused."""
    found = frozenset(one.replace(":", "").lower() for one in written.split())
    if not 1 <= len(found) <= 2 or not all(FINGERPRINT.fullmatch(one) for one in found):
        raise AddressRefused(
            "certificate_sha256 must be the SHA-256 of the server's certificate: 64 hex digits, or "
            "two of them with a space between",
            "certificate_sha256 须为服务器证书的 SHA-256：64 位十六进制数，换证期间可填两个，以空格分隔",
        )
    return found


async def resolve(door: Door) -> list[str]:
    """Return the addresses of the host, all of them allowed. Raises BankUnreachable."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(door.host, door.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BankUnreachable("unreachable", "connect") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not all(allowed(one, loopback=door.loopback) for one in addresses):
        raise BankUnreachable("address_refused", "connect")
    return addresses


def allowed(address: str, *, loopback: bool = False) -> bool:
    """Tell whether a bank may be there: networks of one's own are, this machine and clouds' secrets are not."""
    one = _ipv4_inside(ipaddress.ip_address(address.partition("%")[0]))
    if one.is_loopback:
        return loopback
    return not (
        one in METADATA
        or (one.version == 4 and one in THIS_NETWORK)
        or one.is_link_local
        or one.is_multicast
        or one.is_unspecified
        or one.is_reserved
    )


def _ipv4_inside(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    if isinstance(one, ipaddress.IPv4Address) or one.is_loopback or one.is_unspecified:
        return one
    if any(one in network for network in TRANSLATED):
        return ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
    return one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else one)


def _malformed() -> AddressRefused:
    return AddressRefused(
        "url must be https://host[:port]/path and nothing else",
        "url 须为 https://主机[:端口]/路径，不得含其他内容",
    )
