"""The canonical bytes of an entry: RFC 8785 JSON, in versions that never change once they were used.

The leaf of the tree is the hash of these bytes, so whoever changes what a version looks like makes
every old entry look tampered with. A change of form is therefore a new version beside the old ones;
``tests/service/audit/vectors/entries.json`` holds entries of every version with their exact bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

NEWEST = 2
FIELDS: dict[int, frozenset[str]] = {
    1: frozenset(
        {"version", "id", "at", "actor", "act", "object", "before", "after", "reason", "details"}
    ),
    2: frozenset(
        {"version", "id", "at", "actor", "act", "object", "before", "after", "before_digest",
         "after_digest", "reason", "details", "request", "sealed"}
    ),
}  # fmt: skip
"""What an entry of each version says, neither more nor less."""
CANONICAL_BYTES_MAX = 65_535
"""An entry must fit into one record of a tlog-tiles entry bundle, whose length is 16 bits. The bounds
below keep it there even where each character needs the six of a JSON escape."""
TEXT_CHARS_MAX = 4_000
WORD_CHARS_MAX = 300
DETAILS_BYTES_MAX = 16_000
_EXACT_BELOW = 2**53


class UnknownVersion(ValueError):
    """The bytes are no entry of a version that this program knows."""


def encode(entry: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of a whole entry; raises :class:`UnknownVersion` for another form."""
    if frozenset(entry) != FIELDS.get(entry.get("version", 0)):
        raise UnknownVersion("an entry has exactly the fields of its version")
    return canonical_bytes(dict(entry))


def decode(canonical: bytes) -> dict[str, Any]:
    """Return what an entry's bytes say, of any version that was ever written.

    Raises :class:`UnknownVersion` for bytes that are no entry, or not in their canonical form.
    """
    try:
        said = json.loads(canonical)
        # Two texts that a parser takes for the same entry would be two leaves for one story.
        same = isinstance(said, dict) and encode(said) == canonical
    except UnknownVersion:
        raise
    except (ValueError, TypeError, RecursionError):
        raise UnknownVersion("the bytes are no JSON of ours") from None
    if not same:
        raise UnknownVersion("the bytes are not in their canonical form")
    return said  # type: ignore[no-any-return]


def canonical_bytes(content: dict[str, Any]) -> bytes:
    """Return RFC 8785 canonical JSON; integers beyond 2**53 must be given as text."""
    return rfc8785.dumps(content)


def storable(value: Any) -> Any:
    """Return ``value`` as an entry can hold it: whatever somebody typed, it has a form and a bound.

    Half a surrogate pair is written as the escape it came as; a text beyond its bound is cut, with
    its length and SHA-256 in place of the rest; an integer that JSON readers round becomes text.
    Raises TypeError for numbers with a fraction: amounts are whole fen.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT_BELOW else str(value)
    if isinstance(value, Mapping):
        return {_text(name): storable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [storable(one) for one in value]
    raise TypeError(f"an entry holds text and whole numbers, not {type(value).__name__}")


def word(value: str) -> str:
    """Return a short text that a column can repeat: bounded, and NUL written as an escape."""
    return _text(value, WORD_CHARS_MAX).replace("\x00", "\\u0000")


def bounded(details: dict[str, Any]) -> dict[str, Any]:
    """Return details that fit into an entry; beyond the bound only their size and SHA-256 stay."""
    canonical = canonical_bytes(details)
    if len(canonical) <= DETAILS_BYTES_MAX:
        return details
    return {"omitted_bytes": len(canonical), "sha256": hashlib.sha256(canonical).hexdigest()}


def _text(value: str, chars_max: int = TEXT_CHARS_MAX) -> str:
    plain = value.encode("utf-8", "backslashreplace").decode("utf-8")
    if len(plain) <= chars_max:
        return plain
    digest = hashlib.sha256(plain.encode()).hexdigest()
    return f"{plain[:chars_max]}… ({len(plain)} characters, sha256 {digest})"
