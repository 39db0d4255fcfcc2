"""A thousand tamperings of a thousand logs are all found with the outside copy at hand; clean logs raise no alarm.

The logs are made in memory and verified as exported files, by the verifier that outsiders have. The
worst attacker has the log's own keys and signs what he wrote; only the copy outside tells.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service.audit.log.checkpoints import Checkpoint
from service.audit.log.note import Note
from service.audit.log.note_keys import Kind, SignerKey
from service.audit.log.tree import Frontier, leaf_hash
from service.audit.standalone import bundle as names
from service.audit.standalone.bundle import Report, verify_bundle
from service.audit.standalone.notes import Era, Key, Trust
from service.audit.verify.crypto import CRYPTO
from tests.service.audit.verify.exported import Files, written

ORIGIN = "anxin.county/audit"
SIGNERS = (
    SignerKey(ORIGIN, Kind.ED25519, b"\x11" * 32),
    SignerKey(ORIGIN, Kind.ML_DSA_44_COSIGNATURE, b"\x12" * 32),
)
KEYS = tuple(Key(one.name, int(one.kind), one.verifier().public) for one in SIGNERS)
TIMES = 1_000


@dataclass
class Log:
    """A log as an attacker holds it: entries, their digests, checkpoints by size."""

    entries: list[bytes]
    digests: list[bytes] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)

    def files(self) -> Files:
        lines = [{"size": size, "note": note} for size, note in sorted(self.notes.items())]
        return {
            names.BUNDLE: json.dumps({"format": names.FORMAT}).encode(),
            names.ENTRIES: b"".join(one + b"\n" for one in self.entries),
            names.LEAVES: b"".join(self.digests),
            names.CHECKPOINTS: b"".join(
                json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in lines
            ),
            names.ANCHORS: b"",
        }


def _sign(entries: list[bytes], sizes: list[int]) -> dict[int, str]:
    """Return the checkpoints that the log's own keys make of entries, by size."""
    frontier, notes = Frontier(), {}
    for entry in entries:
        frontier.append(leaf_hash(entry))
        if frontier.size in sizes:
            text = Checkpoint(ORIGIN, frontier.size, frontier.root()).text()
            notes[frontier.size] = Note(text, tuple(one.sign(text, 9) for one in SIGNERS)).write()
    return notes


def _log(rng: random.Random) -> Log:
    size, sizes = 0, []
    for _ in range(rng.randint(2, 4)):
        size += rng.randint(1, 6)
        sizes.append(size)
    entries = [
        json.dumps({"act": "thing.done", "n": at, "x": rng.randrange(10**6)}).encode()
        for at in range(size)
    ]
    return Log(entries, [leaf_hash(one) for one in entries], _sign(entries, sizes))


def _other(entry: bytes) -> bytes:
    return entry.replace(b"thing.done", b"thing.gone")


def _edit(log: Log, rng: random.Random) -> int:
    at = rng.randrange(len(log.entries))
    log.entries[at] = _other(log.entries[at])
    return at


def _edit_with_digest(log: Log, rng: random.Random) -> int:
    at = _edit(log, rng)
    log.digests[at] = leaf_hash(log.entries[at])
    return at


def _delete(log: Log, rng: random.Random) -> int:
    at = rng.randrange(len(log.entries))
    del log.entries[at]
    if rng.random() < 0.5:
        del log.digests[at]
    return at


def _insert(log: Log, rng: random.Random) -> int:
    at = rng.randrange(len(log.entries) + 1)
    log.entries.insert(at, b'{"act":"thing.invented"}')
    log.digests.insert(at, leaf_hash(log.entries[at]))
    return at


def _reorder(log: Log, rng: random.Random) -> int:
    one, other = sorted(rng.sample(range(len(log.entries)), 2))
    for held in (log.entries, log.digests):
        held[one], held[other] = held[other], held[one]
    return one


def _truncate(log: Log, rng: random.Random) -> int:
    at = rng.randrange(len(log.entries))
    del log.entries[at:]
    del log.digests[at:]
    return at


def _roll_back(log: Log, rng: random.Random) -> int:
    to = rng.choice([0, *sorted(log.notes)[:-1]])
    del log.entries[to:]
    del log.digests[to:]
    log.notes = {size: note for size, note in log.notes.items() if size <= to}
    return to


def _fork(log: Log, rng: random.Random) -> int:
    """Write another history from some entry on, longer or shorter, and sign it with the log's keys."""
    at = rng.randrange(len(log.entries))
    log.entries[at] = _other(log.entries[at])
    if rng.random() < 0.5:
        log.entries += [b'{"act":"thing.more"}'] * rng.randint(1, 5)
    log.digests = [leaf_hash(one) for one in log.entries]
    log.notes = _sign(log.entries, [*log.notes, len(log.entries)])
    return at


TAMPERINGS = (
    _edit, _edit_with_digest, _delete, _insert, _reorder, _truncate, _roll_back, _fork,
)  # fmt: skip


def _verified(log: Log, outside: str, path: Path) -> Report:
    trust = Trust(log=[Era(KEYS)], heads=[outside])
    return verify_bundle(written(log.files(), path), trust, CRYPTO)


def test_a_thousand_tamperings_are_found_and_a_thousand_clean_logs_pass(tmp_path: Path) -> None:
    rng, path = random.Random(20261128), tmp_path / "log.zip"
    found: Counter[str] = Counter()
    for turn in range(TIMES):
        log = _log(rng)
        outside = log.notes[max(log.notes)]
        clean = _verified(log, outside, path)
        assert clean.wrong is None, f"false alarm in turn {turn}: {clean.wrong}"
        assert (clean.entries, clean.checkpoints) == (len(log.entries), len(log.notes))
        tamper = TAMPERINGS[turn % len(TAMPERINGS)]
        touched = tamper(log, rng)
        wrong = _verified(log, outside, path).wrong
        assert wrong is not None, f"{tamper.__name__} at {touched} was not found in turn {turn}"
        assert wrong.index is not None
        # A gap closed up in the last round looks as if the log had been cut: its end is named.
        latest = max(touched, len(log.entries)) if tamper is _delete else touched
        assert wrong.index <= latest, f"{tamper.__name__} at {touched} was placed after it"
        if tamper is _edit:
            assert wrong.index == touched
        found[tamper.__name__] += 1
    assert sum(found.values()) == TIMES
    assert min(found.values()) == TIMES // len(TAMPERINGS)


@pytest.mark.parametrize("tamper", [_roll_back, _fork])
def test_without_the_outside_copy_these_two_are_not_found(tmp_path: Path, tamper: object) -> None:
    """That they are not is why copies outside are part of the control; if this fails, say so there."""
    assert callable(tamper)
    rng, path = random.Random(7), tmp_path / "log.zip"
    log = _log(rng)
    tamper(log, rng)
    trust = Trust(log=[Era(KEYS)], heads=[])
    assert verify_bundle(written(log.files(), path), trust, CRYPTO).wrong is None
