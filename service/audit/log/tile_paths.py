"""Where tlog-tiles keeps what: hash tiles, entry bundles and the checkpoint, as paths under one folder."""

WIDTH = 256
ENTRIES = "entries"
CHECKPOINT = "checkpoint"


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Return ``tile/<L>/<N>[.p/<W>]``; ``level`` is a number or ``entries``."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.append(f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(reversed(parts))}{partial}"


def tiles_of(size: int) -> list[tuple[int, int]]:
    """Return (level, how many hashes it has) of every level of a tree that has one."""
    found, level = [], 0
    while size:
        found.append((level, size))
        size //= WIDTH
        level += 1
    return found


def width_of(index: int, hashes: int) -> int:
    """Return how many of a level's ``hashes`` are in its tile ``index``."""
    return min(WIDTH, hashes - index * WIDTH)


def bundle(entries: list[bytes]) -> bytes:
    """Return an entry bundle: each entry after its length in two bytes. Raises ValueError above 65,535."""
    for one in entries:
        if len(one) > 0xFFFF:
            raise ValueError(f"an entry of {len(one)} bytes has no place in a bundle")
    return b"".join(len(one).to_bytes(2, "big") + one for one in entries)


def unbundle(content: bytes) -> list[bytes]:
    """Return the entries of a bundle; raises ValueError when it ends within one."""
    found, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if len(content) < at + 2 or len(entry) < length:
            raise ValueError("it ends within an entry")
        found.append(entry)
        at += 2 + length
    return found
