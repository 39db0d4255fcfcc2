"""An authority's stamp counts when it answers our request, under our root, at our time."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.foundation.time_stamps.check import (
    ClocksApart,
    TimeStampRefused,
    checked,
    is_about,
    request_for,
    require_same_time,
)
from tests.service.signing.signers.authority import Authority, openssl

DIGEST = hashlib.sha256(b"signatures").digest()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("tsa") / "one")
    made.issue("stamps", use="stamps")
    return made


def test_row_51(authority: Authority, tmp_path: Path) -> None:
    root, other = authority.der("root"), Authority(tmp_path / "other").der("root")
    request = request_for(DIGEST)
    said = openssl(authority.folder, "ts", "-query", "-in", "/dev/stdin", "-text", given=request)
    assert b"Nonce: 0x" in said, "OpenSSL reads our request"
    answer = authority.stamp(request)
    at = checked(request, answer, [root])
    assert abs(at - datetime.now(UTC)) < timedelta(hours=1)
    for asked, answered, roots in (
        (request_for(DIGEST), answer, [root]),
        (request_for(DIGEST[::-1], request[-11:-3]), answer, [root]),
        (request, answer, [other]),
        (request, answer, []),
        (request, answer[:-1], [root]),
        (request, answer + b"\x00", [root]),
        (request, b"", [root]),
        (b"", answer, [root]),
        (request, bytes.fromhex("30053003020102"), [root]),
    ):
        with pytest.raises(TimeStampRefused):
            checked(asked, answered, roots)
    for apart in (timedelta(hours=1), timedelta(hours=-1)):
        with pytest.raises(ClocksApart):
            require_same_time(at, at + apart, seconds_max=300)
    require_same_time(at, at + timedelta(minutes=4), seconds_max=300)
    assert is_about(request, DIGEST)
    assert not is_about(request, DIGEST[::-1])


def test_certificates_in_any_order_are_taken(authority: Authority) -> None:
    request = request_for(DIGEST)
    answer = authority.stamp(request)
    root, leaf = authority.der("root"), authority.der("stamps")
    first, second = (root, leaf) if root + leaf in answer else (leaf, root)
    assert first + second in answer
    turned = answer.replace(first + second, second + first)
    assert turned != answer
    assert checked(request, turned, [root]) == checked(request, answer, [root])


def test_a_changed_signature_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path / "ca")
    authority.issue("stamps", use="stamps")
    request = request_for(DIGEST)
    answer = authority.stamp(request)
    changed = bytearray(answer)
    changed[-1] ^= 1
    with pytest.raises(TimeStampRefused):
        checked(request, bytes(changed), [authority.der("root")])
