"""A bundle's time-stamp is checked anywhere: over these signatures, by a trusted authority, after them."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
import time_machine
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation import clock
from service.foundation.certificates import der
from service.foundation.engines import time_stamps
from service.foundation.settings import settings
from service.foundation.time_stamps.check import request_for
from service.signing.bundle.check import check
from service.signing.bundle.codes import KEY, NOT_COMPARED, TIMESTAMP, UNREADABLE
from service.signing.bundle.time_stamp import REQUEST, RESPONSE, STAMPED, Stamping
from service.signing.bundle.trust import TrustedKey, read_stamping
from service.signing.signers.time_stamps.stamp import require_stamped, stamp
from tests.service.signing.bundles import Written, signed_batch, written


@pytest.fixture
def stamped(made: Session, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A batch of two signatures, stamped by the embedded authority."""
    monkeypatch.setenv("ANXIN_TIME_STAMP_URL", "embedded")
    settings.cache_clear()
    batch = signed_batch(made, monkeypatch, signers=2)
    stamp(made, str(batch.id))
    require_stamped(made, batch)
    return batch


@pytest.fixture
def bundle(made: Session, stamped: Batch, tmp_path: Path) -> Written:
    return written(made, stamped, tmp_path)


@pytest.fixture
def known(bundle: Written) -> Stamping:
    return read_stamping(bundle.home.parent.parent / "keys.json")


def _codes(bundle: Written, known: Stamping | None = None) -> set[int]:
    report, _ = check(bundle.home, bundle.trust, stamping=known or Stamping())
    return {one.code for one in report.wrong}


def _answer(data_dir: Path, bundle: Written) -> bytes:
    return time_stamps.answer(data_dir, (bundle.home / REQUEST).read_bytes())


def test_a_stamped_bundle_verifies_anywhere(bundle: Written, known: Stamping) -> None:
    assert known.roots
    assert known.since is not None
    assert _codes(bundle, known) == set()
    assert _codes(bundle, Stamping(known.roots, always=True)) == set()
    assert _codes(bundle) == {NOT_COMPARED}, "nobody said whose stamps are trusted"


def test_the_token_says_what_was_stamped(bundle: Written) -> None:
    """Read by another reader than the one that checks."""
    token = tsp.TimeStampResp.load((bundle.home / RESPONSE).read_bytes())["time_stamp_token"]
    said = token["content"]["encap_content_info"]["content"].parsed
    stamped = (bundle.home / STAMPED).read_bytes()
    assert said["message_imprint"]["hashed_message"].native == sha256(stamped).digest()
    assert stamped.startswith(b"anxin/complete-signatures/v1\x00")


def test_row_51_tokens_of_others_are_found(
    bundle: Written, known: Stamping, data_dir: Path, tmp_path: Path
) -> None:
    request = (bundle.home / REQUEST).read_bytes()
    stamped = (bundle.home / STAMPED).read_bytes()
    digest = sha256(stamped).digest()
    another = request_for(sha256(b"another batch").digest())
    hostile: dict[str, Callable[[], dict[str, bytes]]] = {
        "another batch's": lambda: {
            REQUEST: another,
            RESPONSE: time_stamps.answer(data_dir, another),
        },
        "another batch's, whole": lambda: {
            REQUEST: another,
            RESPONSE: time_stamps.answer(data_dir, another),
            STAMPED: b"another batch",
        },
        "an answer to another question": lambda: {
            RESPONSE: time_stamps.answer(data_dir, request_for(digest))
        },
        "a foreign authority's": lambda: {
            RESPONSE: time_stamps.answer(tmp_path / "foreign", request)
        },
        "a rejection": lambda: {RESPONSE: time_stamps.rejection()},
        "nothing": lambda: {RESPONSE: b""},
        "garbage": lambda: {RESPONSE: b"<html>"},
        "cut": lambda: {RESPONSE: (bundle.home / RESPONSE).read_bytes()[:-1]},
        "other bytes": lambda: {STAMPED: stamped + b"\x00"},
        "another request": lambda: {REQUEST: request[:-1] + b"\x00"},
        "two signers": lambda: {RESPONSE: _signed_twice(bundle)},
    }
    whole = {name: (bundle.home / name).read_bytes() for name in (REQUEST, RESPONSE, STAMPED)}
    for what, made in hostile.items():
        for name, content in {**whole, **made()}.items():
            bundle.change(name, content, forged=False)
        bundle.list_again()
        assert _codes(bundle, known) == {TIMESTAMP}, what
    for name, content in whole.items():
        bundle.change(name, content, forged=True)
    assert _codes(bundle, known) == set()


def _signed_twice(bundle: Written) -> bytes:
    response = tsp.TimeStampResp.load((bundle.home / RESPONSE).read_bytes())
    signed = response["time_stamp_token"]["content"]
    signed["signer_infos"] = cms.SignerInfos([*signed["signer_infos"], *signed["signer_infos"]])
    return bytes(response.dump(force=True))


def test_every_changed_byte_of_the_answer_is_found(bundle: Written, known: Stamping) -> None:
    whole = (bundle.home / RESPONSE).read_bytes()
    token = whole.index(bytes.fromhex("06092a864886f70d010702"))
    for place in range(token, len(whole), 7):
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        bundle.change(RESPONSE, changed, forged=True)
        report, _ = check(bundle.home, bundle.trust, stamping=known)
        # Bits that OpenSSL does not read (an algorithm's absent parameters) change nothing it says.
        assert {one.code for one in report.wrong} <= {TIMESTAMP}
        if place > len(whole) - 60:
            assert report.wrong, f"signature's byte {place}"


def test_a_stamp_is_missed_where_one_must_be(bundle: Written, known: Stamping) -> None:
    for name in (REQUEST, RESPONSE, STAMPED):
        (bundle.home / name).unlink()
    assert _codes(bundle, known) == {UNREADABLE}, "the list of files names it"
    bundle.list_again()
    assert known.since is not None
    later, earlier = clock.now() + timedelta(days=1), clock.now() - timedelta(days=1)
    assert _codes(bundle, Stamping(known.roots, since=earlier)) == {TIMESTAMP}
    assert _codes(bundle, Stamping(known.roots, since=later)) == set()
    assert _codes(bundle, Stamping(always=True)) == {TIMESTAMP}
    assert _codes(bundle) == set(), "an installation that stamps nothing"


def test_a_second_stamp_is_refused(bundle: Written, known: Stamping) -> None:
    shutil.copy(bundle.home / RESPONSE, bundle.home / "time-stamp-2.tsr")
    bundle.list_again()
    assert _codes(bundle, known) == {TIMESTAMP}
    (bundle.home / "time-stamp-2.tsr").unlink()
    (bundle.home / REQUEST).unlink()
    bundle.list_again()
    assert _codes(bundle, known) == {TIMESTAMP}, "half a stamp"


def test_signatures_added_or_taken_away_are_not_those_stamped(
    bundle: Written, known: Stamping
) -> None:
    signatures = json.loads((bundle.home / "signatures.json").read_bytes())
    signatures["signatures"].pop()
    bundle.change("signatures.json", rfc8785.dumps(signatures), forged=True)
    assert TIMESTAMP in _codes(bundle, known)


def test_a_stamp_older_than_the_signatures_is_refused(
    bundle: Written, known: Stamping, data_dir: Path
) -> None:
    for apart, codes in ((timedelta(minutes=-4), set()), (timedelta(hours=-1), {TIMESTAMP})):
        with time_machine.travel(clock.now() + apart, tick=False):
            bundle.change(RESPONSE, _answer(data_dir, bundle), forged=True)
        assert _codes(bundle, known) == codes


def test_an_authority_counts_while_its_certificate_holds(
    bundle: Written, known: Stamping, data_dir: Path
) -> None:
    with time_machine.travel("2051-01-01T00:00:00+00:00", tick=False):
        bundle.change(RESPONSE, _answer(data_dir, bundle), forged=True)
    assert _codes(bundle, known) == {TIMESTAMP}


def test_a_certificate_that_is_not_for_stamps_does_not_stamp(
    bundle: Written, known: Stamping, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time_stamps, "_FOR_STAMPS", ExtendedKeyUsageOID.EMAIL_PROTECTION)
    other = data_dir / "other"
    bundle.change(RESPONSE, _answer(other, bundle), forged=True)
    root = time_stamps.root(other).read_bytes()
    trusted = Stamping((der(x509.load_pem_x509_certificate(root)),))
    assert _codes(bundle, trusted) == {TIMESTAMP}


def test_a_key_revoked_before_the_stamp_proves_nothing(bundle: Written, known: Stamping) -> None:
    """It says that it signed before; only the stamp, which came after, could have proved it."""
    early = {
        name: TrustedKey(one.algorithm, one.registered_at, clock.now() - timedelta(microseconds=1))
        for name, one in bundle.trust.items()
    }
    request = (bundle.home / REQUEST).read_bytes()
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=False):
        late = time_stamps.answer(settings().data_dir, request)
    bundle.change(RESPONSE, late, forged=True)
    assert _codes(Written(bundle.home, early), known) == {KEY}
    assert _codes(bundle, known) == set()
