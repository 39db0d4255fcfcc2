"""Where events may be sent: an https address whose every IP address is one that nobody inside answers at.

Whoever may name an address must not be able to make this server knock at its own neighbours (server-side
request forgery). So the name is resolved once, each address it has is looked at, and the connection goes
to the very address that was looked at. Never: loopback, link-local, multicast, unspecified addresses.
Private ones only within networks that the operator named. The demo may send to its own machine.
"""

import ipaddress
import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from service.foundation.settings import settings
from service.webhooks.problems import WebhookAddressRefused

URL_CHARS_MAX = 500
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Target:
    """An address in its parts; ``path`` includes the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Return an address in its parts; raises WebhookAddressRefused for one that is written wrongly."""
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, plain = "", None, False
    if not plain or not host or len(url) > URL_CHARS_MAX or "@" in parts.netloc or parts.fragment:
        raise WebhookAddressRefused(
            "Write one address, like https://pay.example.gov.cn/events, without user name or “#”.",
            "请填写完整地址，例如 https://pay.example.gov.cn/events，不得包含用户名或“#”。",
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_demo()):
        raise WebhookAddressRefused("Events are sent over https only.", "事件只通过 https 发送。")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def addresses(to: Target) -> list[str]:
    """Resolve a host and return its addresses; raises WebhookAddressRefused if one is not allowed.

    Raises OSError when the name is not known.
    """
    found = socket.getaddrinfo(to.host, to.port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(one[4][0]) for one in found))
    for number in numbers:
        if not is_allowed(ipaddress.ip_address(number.partition("%")[0]), to.scheme):
            raise WebhookAddressRefused(
                "This name leads to an address inside a network to which no events are sent.",
                "该域名指向不允许发送事件的内部网络地址。",
            )
    return numbers


def is_allowed(number: _Address, scheme: str = "https") -> bool:
    """Return whether an IP address may be sent to."""
    meant = _meant(number)
    if meant.is_loopback:
        return _is_demo()
    if meant.is_link_local or meant.is_multicast or meant.is_unspecified or scheme != "https":
        return False
    own = any(meant in network for network in _own(settings().webhook_networks))
    return own or (meant.is_global and not meant.is_reserved)


def _meant(number: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address only wraps, or the address itself."""
    if isinstance(number, ipaddress.IPv6Address):
        wrapped = number.ipv4_mapped or number.sixtofour
        if wrapped is None and number in _NAT64:
            wrapped = ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
        if wrapped is not None:
            return wrapped
    return number


@lru_cache(maxsize=4)
def _own(named: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in named.split())


def _is_demo() -> bool:
    return settings().profile == "demo"
