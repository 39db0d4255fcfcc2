"""A sealed value opens in its own place under its own key, and nowhere else."""

import os
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from service.foundation.encryption import KeyRing, SealBroken, Sealer, sealing

ONE, TWO, INDEX = b"\x01" * 32, b"\x02" * 32, b"\x09" * 32
PLACE = "person_identifiers:value:0a0b"
NUMBER = "33052319500101123X"
RING = KeyRing({1: ONE, 2: TWO})


def refused(sealer: Sealer, sealed: bytes, place: str = PLACE) -> str:
    """Return the sentence with which a value is refused."""
    with pytest.raises(SealBroken) as broken:
        sealer.open(sealed, place)
    said = broken.value.sentence + broken.value.sentence_zh
    assert NUMBER not in said
    assert place.rpartition(":")[0] in said
    return said


@given(plain=st.text(), place=st.text(max_size=80))
def test_whatever_is_sealed_opens_under_every_ring_that_holds_its_version(
    plain: str, place: str
) -> None:
    old, new = Sealer(ONE, INDEX), Sealer(RING, INDEX)
    assert new.open(old.seal(plain, place), place) == plain
    assert new.open(new.seal(plain, place), place) == plain
    assert (old.version_of(old.seal(plain, place)), new.version_of(new.seal(plain, place))) == (
        1,
        2,
    )


def test_a_value_of_the_first_release_still_opens() -> None:
    nonce = os.urandom(12)
    kept = b"\x01" + nonce + AESGCM(ONE).encrypt(nonce, NUMBER.encode(), PLACE.encode())
    assert Sealer(RING, INDEX).open(kept, PLACE) == NUMBER


def test_from_version_2_on_the_version_is_bound_beside_the_place() -> None:
    sealed = Sealer(RING, INDEX).seal(NUMBER, PLACE)
    said = f"{PLACE}\x002".encode()
    assert AESGCM(TWO).decrypt(sealed[1:13], sealed[13:], said) == NUMBER.encode()


def test_the_same_text_is_never_sealed_alike() -> None:
    sealer = Sealer(RING, INDEX)
    assert len({sealer.seal(NUMBER, PLACE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "elsewhere",
    [
        "person_identifiers:value:0a0c",
        "person_identifiers:card:0a0b",
        "accounts:value:0a0b",
        "person_identifiers:value:0a0b2",
        "",
    ],
    ids=["row", "column", "table", "longer", "nowhere"],
)
@pytest.mark.parametrize("version", [1, 2])
def test_a_value_that_was_moved_does_not_open(version: int, elsewhere: str) -> None:
    sealed = Sealer(KeyRing({version: ONE}), INDEX).seal(NUMBER, PLACE)
    refused(Sealer(KeyRing({version: ONE}), INDEX), sealed, elsewhere)


def test_a_value_whose_version_was_changed_does_not_open_even_if_both_were_one_key() -> None:
    """Two versions are never the same key; and if they were, the version is bound as well."""
    for ring in (RING, KeyRing({1: ONE, 2: ONE, 3: ONE})):
        using = Sealer(ring, INDEX)
        sealed = using.seal(NUMBER, PLACE)
        for version in {0, 1, 2, 3, 255} - {using.version_of(sealed)}:
            refused(using, bytes((version,)) + sealed[1:])


def test_a_wrong_key_opens_nothing() -> None:
    refused(Sealer(TWO, INDEX), Sealer(ONE, INDEX).seal(NUMBER, PLACE))


def test_a_version_that_the_ring_does_not_hold_opens_nothing() -> None:
    refused(Sealer(ONE, INDEX), Sealer(RING, INDEX).seal(NUMBER, PLACE))
    refused(Sealer(KeyRing({2: TWO}), INDEX), Sealer(ONE, INDEX).seal(NUMBER, PLACE))


@given(st.data())
def test_changed_or_cut_off_bytes_do_not_open(data: st.DataObject) -> None:
    using = Sealer(RING, INDEX)
    sealed = using.seal(NUMBER, PLACE)
    at = data.draw(st.integers(0, len(sealed) - 1))
    flipped = bytearray(sealed)
    flipped[at] ^= data.draw(st.integers(1, 255))
    refused(using, bytes(flipped))
    refused(using, sealed[:at])


def test_a_running_process_takes_over_a_rotated_file_and_never_a_damaged_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "_LOOK_AGAIN_SECONDS", 0.0)
    file = [KeyRing({1: ONE})]
    using = Sealer(file[0], INDEX, reread=lambda: file[0])
    old = using.seal(NUMBER, PLACE)
    for doubtful in (KeyRing({1: TWO}), KeyRing({1: ONE, 2: INDEX})):
        file[0] = doubtful
        time.sleep(0.001)
        assert using.version_of(using.seal(NUMBER, PLACE)) == 1
        assert using.open(old, PLACE) == NUMBER
    file[0] = RING
    time.sleep(0.001)
    new = using.seal(NUMBER, PLACE)
    assert using.version_of(new) == 2
    assert (using.open(old, PLACE), using.open(new, PLACE)) == (NUMBER, NUMBER)
    file[0] = KeyRing({1: ONE})
    time.sleep(0.001)
    assert using.version_of(using.seal(NUMBER, PLACE)) == 2, "a rotation was taken back"


def test_a_process_that_has_not_looked_yet_opens_what_another_sealed_already() -> None:
    using = Sealer(KeyRing({1: ONE}), INDEX, reread=lambda: RING)
    assert using.open(Sealer(RING, INDEX).seal(NUMBER, PLACE), PLACE) == NUMBER


def test_derived_keys_differ_by_purpose_version_and_field_key(tmp_path: Path) -> None:
    using = Sealer(RING, INDEX)
    version, newest = using.derived_key("snapshot")
    assert version == 2
    assert using.derived_key("snapshot", 2) == (2, newest)
    every = {
        newest,
        using.derived_key("snapshot", 1)[1],
        using.derived_key("other")[1],
        Sealer(KeyRing({2: ONE}), INDEX).derived_key("snapshot")[1],
        ONE, TWO, INDEX,
    }  # fmt: skip
    assert len(every) == 7
    with pytest.raises(SealBroken, match="version 3"):
        using.derived_key("snapshot", 3)
