"""A bundle verifies anywhere, and every change of it is found under the code of its class."""

import json
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.signing.bundle.check import check
from service.signing.bundle.codes import (
    BANK_FILE,
    KEY,
    LINES,
    MANIFEST,
    NOT_COMPARED,
    POLICY,
    SIGNATURE,
    UNREADABLE,
)
from service.signing.bundle.trust import TrustedKey
from service.signing.bundle.write import BundleExists, packed, write_bundle
from service.signing.standalone.recount import told
from tests.service.signing.bundles import Written, signed_batch, written

UNBOUND = {
    "name",
    "organisation",
    "signed_at",
    "subject",
    "credential_id",
    "certificate",
    "chain",
    "evidence",
}
"""What a last signature cannot bind: the forger's own list of files lets it pass, and only that."""


@pytest.fixture
def bundle(
    made: Session, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Written:
    return written(made, signed_batch(made, monkeypatch, signers=2), tmp_path)


def test_a_bundle_verifies_and_says_what_it_recomputed(bundle: Written) -> None:
    report, signatures = check(bundle.home, bundle.trust)
    assert report.wrong == []
    manifest = json.loads((bundle.home / "manifest-1.json").read_bytes())
    assert (report.count, report.amount_fen) == (manifest["count"], manifest["amount_fen"])
    assert report.lines_root == manifest["lines_root"]
    assert {(sha256, sm3) for _, sha256, sm3 in report.files} == {
        (one["sha256"], one["sm3"]) for one in manifest["files"]
    }
    assert len(report.files) == 2
    assert [one["position"] for one in signatures] == [1, 2]
    said = "\n".join(told(report))
    assert "total       400.10 yuan" in said
    readme = (bundle.home / "README.txt").read_text(encoding="utf-8")
    assert "肆佰元壹角整" in readme


def test_the_second_signature_covers_the_first(bundle: Written) -> None:
    first, second = (json.loads((bundle.home / f"manifest-{n}.json").read_bytes()) for n in (1, 2))
    assert first["prior_signatures"] == []
    assert [one["position"] for one in second["prior_signatures"]] == [1]
    assert {**first, "prior_signatures": 0} == {**second, "prior_signatures": 0}


def test_a_zip_is_as_good_as_a_folder(bundle: Written) -> None:
    zipped = packed(bundle.home)
    assert not bundle.home.exists()
    assert check(zipped, bundle.trust)[0].wrong == []


def test_a_bundle_is_for_its_owner_only(bundle: Written) -> None:
    for one in (bundle.home, *bundle.home.rglob("*")):
        assert one.stat().st_mode & 0o077 == 0, one.name


def test_every_change_of_a_byte_is_found(bundle: Written) -> None:
    whole = {one: one.read_bytes() for one in sorted(bundle.home.rglob("*")) if one.is_file()}

    @settings(max_examples=400)
    @given(st.sampled_from(sorted(whole)), st.integers(0, 10**6), st.integers(1, 255))
    def changed(path: Path, at: int, by: int) -> None:
        content = bytearray(whole[path])
        content[at % len(content)] ^= by
        path.write_bytes(content)
        assert bundle.codes(), f"{path.name} at {at % len(content)}"
        path.write_bytes(whole[path])

    changed()
    assert bundle.codes() == set()


def test_a_forger_who_writes_the_list_of_files_anew_is_found(bundle: Written) -> None:
    """Without the list of digests, manifest, lines, files and signatures still hold each other."""
    names = [
        one.relative_to(bundle.home).as_posix()
        for one in sorted(bundle.home.rglob("*"))
        if one.is_file() and one.name not in {"bundle.json", "README.txt"}
    ]
    whole = {name: (bundle.home / name).read_bytes() for name in names}

    @settings(max_examples=400)
    @given(st.sampled_from(names), st.integers(0, 10**6), st.integers(1, 255))
    def forged(name: str, at: int, by: int) -> None:
        content = bytearray(whole[name])
        content[at % len(content)] ^= by
        if name == "signatures.json" and _only_unbound(whole[name], bytes(content)):
            return
        bundle.change(name, bytes(content), forged=True)
        assert bundle.codes(), f"{name} at {at % len(content)}"
        bundle.change(name, whole[name], forged=True)

    forged()
    assert bundle.codes() == set()


def _only_unbound(before: bytes, after: bytes) -> bool:
    """Return whether the last signature differs in nothing but what cannot be bound."""
    try:
        old, new = json.loads(before)["signatures"], json.loads(after)["signatures"]
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
            free = UNBOUND if number == len(old) else UNBOUND - {"signed_at"}
            if {k: v for k, v in one.items() if k not in free} != {
                k: v for k, v in other.items() if k not in free
            }:
                return False
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("manifest-1.json", MANIFEST),
        ("manifest-2.json", SIGNATURE),
        ("screening.json", MANIFEST),
        ("notice.json", MANIFEST),
        ("lines.jsonl", LINES),
        ("signatures.json", SIGNATURE),
        ("README.txt", UNREADABLE),
        ("bundle.json", UNREADABLE),
    ],
)
def test_a_file_that_is_taken_out_is_missed(bundle: Written, name: str, code: int) -> None:
    (bundle.home / name).unlink()
    assert code in bundle.codes()
    if name != "bundle.json":
        assert UNREADABLE in bundle.codes()


def test_swapped_files_are_found(bundle: Written) -> None:
    one, other = sorted((bundle.home / "files").iterdir())
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    bundle.list_again()
    assert bundle.codes() == {BANK_FILE}


def test_a_file_too_many_is_found(bundle: Written) -> None:
    (bundle.home / "files" / "more.txt").write_bytes(b"x")
    assert bundle.codes() == {UNREADABLE, BANK_FILE}
    bundle.list_again()
    assert bundle.codes() == {BANK_FILE}


@pytest.mark.parametrize("what", ["order", "one less", "one more", "an amount", "a salt"])
def test_other_lines_are_found(bundle: Written, what: str) -> None:
    lines = (bundle.home / "lines.jsonl").read_bytes().splitlines(keepends=True)
    first = json.loads(lines[0])
    made = {
        "order": lines[::-1],
        "one less": lines[:-1],
        "one more": [*lines, rfc8785.dumps({**json.loads(lines[-1]), "id": 2**40}) + b"\n"],
        "an amount": [rfc8785.dumps({**first, "amount_fen": 1}) + b"\n", *lines[1:]],
        "a salt": [rfc8785.dumps({**first, "salt": "0" * 64}) + b"\n", *lines[1:]],
    }
    bundle.change("lines.jsonl", b"".join(made[what]), forged=True)
    assert bundle.codes() == {LINES}


def test_without_trust_nothing_counts_as_compared(bundle: Written) -> None:
    report, _ = check(bundle.home, None)
    assert [one.code for one in report.wrong] == [NOT_COMPARED]


def test_a_forger_with_keys_of_his_own_is_found_by_trust_alone(bundle: Written) -> None:
    """Whoever signs everything anew with other keys is consistent; that is what trust is for."""
    assert Written(bundle.home, {}).codes() == {KEY}


def test_a_key_counts_from_its_registration_until_it_is_revoked(bundle: Written) -> None:
    _, signatures = check(bundle.home, None)
    for one in bundle.trust.values():
        for known in (
            TrustedKey(one.algorithm, one.registered_at.replace(year=2099), None),
            TrustedKey(one.algorithm, one.registered_at, one.registered_at),
            TrustedKey("other", one.registered_at, None),
        ):
            assert Written(bundle.home, dict.fromkeys(bundle.trust, known)).codes() == {KEY}
    later = {
        name: TrustedKey(one.algorithm, one.registered_at, one.registered_at.replace(year=2099))
        for name, one in bundle.trust.items()
    }
    assert Written(bundle.home, later).codes() == set(), "revoked after it signed"
    assert len(signatures) == 2


def test_one_signature_where_two_are_asked_for_is_found(bundle: Written) -> None:
    (bundle.home / "manifest-2.json").unlink()
    signatures = json.loads((bundle.home / "signatures.json").read_bytes())
    signatures["signatures"].pop()
    bundle.change("signatures.json", rfc8785.dumps(signatures), forged=True)
    assert bundle.codes() == {POLICY}


def test_one_person_who_signs_twice_is_found(
    made: Session, bundle: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    signatures = json.loads((bundle.home / "signatures.json").read_bytes())
    signatures["signatures"][1] = {**signatures["signatures"][0], "position": 2}
    bundle.change("signatures.json", rfc8785.dumps(signatures), forged=True)
    assert bundle.codes() == {SIGNATURE, POLICY}


@pytest.mark.parametrize("algorithm", ["none", "ed25519", "sm2", ""])
def test_an_algorithm_nobody_allowed_is_found(bundle: Written, algorithm: str) -> None:
    signatures = json.loads((bundle.home / "signatures.json").read_bytes())
    signatures["signatures"][0]["algorithm"] = algorithm
    bundle.change("signatures.json", rfc8785.dumps(signatures), forged=True)
    assert SIGNATURE in bundle.codes()


def test_another_key_does_not_fit_the_signature(bundle: Written) -> None:
    signatures = json.loads((bundle.home / "signatures.json").read_bytes())
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    signatures["signatures"][1]["public_key"] = other
    bundle.change("signatures.json", rfc8785.dumps(signatures), forged=True)
    assert bundle.codes() == {SIGNATURE, KEY}


def test_a_bundle_is_written_once(
    made: Session, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = signed_batch(made, monkeypatch)
    first = written(made, batch, tmp_path)
    with pytest.raises(BundleExists):
        write_bundle(made, batch, first.home.parent)
    assert first.codes() == set()
