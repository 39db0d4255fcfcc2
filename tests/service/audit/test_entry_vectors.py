"""Row 79: the bytes of an entry never change once they were written, of no version."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.audit.canonical import (
    CANONICAL_BYTES_MAX,
    FIELDS,
    NEWEST,
    UnknownVersion,
    decode,
    encode,
    storable,
    word,
)
from service.audit.payloads import commitment

KEPT = json.loads((Path(__file__).parent / "vectors" / "entries.json").read_text("utf-8"))
VECTORS = KEPT["vectors"]
TYPED = st.text(st.characters(codec=None), max_size=40)
SAID = st.recursive(
    TYPED | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TYPED, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("kept", VECTORS, ids=[one["name"] for one in VECTORS])
def test_an_entry_has_the_bytes_and_the_leaf_it_always_had(kept: dict[str, Any]) -> None:
    canonical = kept["canonical"].encode()
    assert encode(kept["entry"]) == canonical
    assert decode(canonical) == kept["entry"]
    assert hashlib.sha256(b"\x00" + canonical).hexdigest() == kept["leaf_sha256"]


def test_every_version_that_was_ever_written_has_vectors() -> None:
    assert {one["entry"]["version"] for one in VECTORS} == set(FIELDS) == set(range(1, NEWEST + 1))


def test_a_commitment_is_what_it_always_was() -> None:
    assert KEPT["payloads"]
    for kept in KEPT["payloads"]:
        said = commitment(bytes.fromhex(kept["salt"]), kept["canonical"].encode())
        assert said == kept["commitment"]


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 3},
        {"version": 1},
        {"version": "2"},
        {"extra": ""},
        {"sealed": None, "version": 0},
    ],
)
def test_another_form_is_refused(changed: dict[str, Any]) -> None:
    newest = next(one["entry"] for one in VECTORS if one["entry"]["version"] == NEWEST)
    with pytest.raises(UnknownVersion):
        encode(newest | changed)


@pytest.mark.parametrize(
    "canonical",
    [
        b"",
        b"[]",
        b"7",
        b"\xff",
        b"[" * 5_000,
        VECTORS[0]["canonical"].encode() + b"\n",
        VECTORS[0]["canonical"].replace(":", ": ", 1).encode(),
        VECTORS[0]["canonical"].replace("{", '{"act":"batch.sent",', 1).encode(),
    ],
)
def test_bytes_that_are_no_canonical_entry_are_refused(canonical: bytes) -> None:
    with pytest.raises(UnknownVersion):
        decode(canonical)


@given(reason=TYPED, details=st.dictionaries(TYPED, SAID, max_size=4), name=TYPED)
def test_whatever_is_said_comes_back_as_one_entry(
    reason: str, details: dict[str, Any], name: str
) -> None:
    newest = next(one["entry"] for one in VECTORS if one["entry"]["version"] == NEWEST)
    entry = newest | {
        "reason": storable(reason),
        "details": storable(details),
        "object": {"type": "things", "id": word(name)},
    }
    canonical = encode(entry)
    assert decode(canonical) == entry
    assert not any(byte < 0x20 for byte in canonical)
    assert "\x00" not in entry["object"]["id"]


def test_an_entry_of_nothing_but_escapes_still_fits_a_log_record() -> None:
    newest = next(one["entry"] for one in VECTORS if one["entry"]["version"] == NEWEST)
    long = "\x01" * 100_000
    entry = newest | {
        name: word(long) for name in ("act", "before", "after", "before_digest", "after_digest")
    }
    entry |= {
        "reason": storable(long),
        "object": {"type": word(long), "id": word(long)},
        "actor": dict.fromkeys(("kind", "id", "organisation", "session"), word(long)),
    }
    assert len(encode(entry)) + 16_000 < CANONICAL_BYTES_MAX
    assert "sha256" in entry["reason"]


def test_a_number_with_a_fraction_is_no_amount() -> None:
    with pytest.raises(TypeError):
        storable({"amount": 1.5})
