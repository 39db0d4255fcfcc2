"""A port to listen on that nobody's outgoing connection takes meanwhile.

A port the system picks (``bind`` to 0) lies among those it hands to outgoing connections, so between
looking and listening any connection on the machine may take it. Ours are drawn from below that range.
"""

import random
import socket
from pathlib import Path

_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_LOWEST = 20_000
_ENOUGH = 1_000
_TRIES = 50


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens now; whoever starts there may still lose it."""
    for port in random.SystemRandom().sample(_drawn_from(), _TRIES):
        if is_free(port):
            return port
    return _picked_by_the_system()


def is_free(port: int) -> bool:
    """Return whether nobody listens on a port of 127.0.0.1 now."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _drawn_from() -> range:
    try:
        first = int(_EPHEMERAL.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        first = 32_768
    below = range(_LOWEST, first)
    return below if len(below) >= _ENOUGH else range(_LOWEST, 65_536)


def _picked_by_the_system() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
