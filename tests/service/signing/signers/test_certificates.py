"""A token's signature counts under a certificate that held when it was given; what cannot be known holds it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from service.foundation.settings import settings
from service.officers.points import P256, SM2, is_on
from service.officers.signing_keys import SM2_KEY, TOKEN
from service.signing.signers.allowed import signer_of
from service.signing.signers.certificates.revocation import fetch_lists
from service.signing.signers.interface import Material
from service.signing.signers.refusals import NotTheSigner
from service.signing.signers.signature_der import is_strict
from service.signing.signers.sm2.check import is_signed
from service.signing.signers.trust import Trust
from tests.service.signing.signers.authority import Authority, valid_from

MESSAGE = bytes(range(32))


@pytest.fixture(scope="module", params=["prime256v1", "SM2"])
def authority(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Authority:
    """A root that has issued to some people, one of whose certificates is revoked."""
    made = Authority(tmp_path_factory.mktemp("ca") / "one", request.param)
    for name in ("qian", "lin"):
        made.issue(name)
    return made


def refused(
    authority: Authority, material: Material, signature: bytes, evidence: Mapping[str, bytes],
    at: datetime, trust: Trust | None = None,
) -> str:  # fmt: skip
    """Return the code that a signature is refused with."""
    signer = signer_of(material.algorithm, trust or authority.trust)
    with pytest.raises(NotTheSigner) as refusal:
        signer.verify(material, MESSAGE, signature, evidence, at)
    return refusal.value.code


def test_row_47_and_the_good_case(authority: Authority, tmp_path: Path) -> None:
    qian = authority.issue("qian")
    at, good = valid_from(qian) + timedelta(minutes=5), authority.sign("qian", MESSAGE)
    lists = authority.revocations("lin")
    signer_of(qian.algorithm, authority.trust).verify(qian, MESSAGE, good, lists, at)
    code: Callable[..., str] = partial(refused, authority)
    assert code(qian, authority.sign("lin", MESSAGE), lists, at) == "signature_refused"
    assert code(qian, good + b"\x00", lists, at) == "signature_refused"
    assert code(replace(qian, subject="lin"), good, lists, at) == "certificate_of_another"
    assert code(replace(qian, subject=""), good, lists, at) == "certificate_of_another"
    assert code(qian, good, lists, at + timedelta(days=11)) == "certificate_expired"
    assert code(qian, good, lists, at - timedelta(days=1)) == "certificate_not_yet_valid"
    assert code(qian, good, {}, at) == "revocation_unknown"
    assert code(qian, good, {"crl_1": b"?"}, at) == "revocation_unknown"
    assert code(qian, good, lists, at + timedelta(days=6)) == "revocation_unknown"
    revoked = authority.revocations("qian")
    assert code(qian, good, revoked, at) == "certificate_revoked"
    other = Authority(tmp_path / "other", authority.curve)
    assert code(qian, good, lists, at, other.trust) == "certificate_untrusted"
    assert code(qian, good, other.revocations(), at) == "revocation_unknown"
    wrong_use = authority.issue("cipher", use="encipher")
    assert code(wrong_use, authority.sign("cipher", MESSAGE), lists, at) == "certificate_use"
    assert code(replace(qian, certificate=None), good, lists, at) == "certificate_unreadable"
    assert code(replace(qian, certificate=b"\x30\x00"), good, lists, at) == "certificate_unreadable"
    mixed = SM2_KEY if qian.algorithm == TOKEN else TOKEN
    assert code(replace(qian, algorithm=mixed), good, lists, at) == "signature_key_kind"


def test_a_list_that_cannot_be_fetched_passes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    without = settings().model_copy(update={"revocation_lists": "/nowhere http://127.0.0.1:9/crl"})
    monkeypatch.setattr("service.signing.signers.certificates.revocation.settings", lambda: without)
    assert fetch_lists() == {}


def test_row_46_sm2(tmp_path: Path) -> None:
    usb, other = Authority(tmp_path / "sm2", "SM2"), Authority(tmp_path / "p256")
    point, foreign = usb.issue("qian").public_key, other.issue("qian").public_key
    good = usb.sign("qian", MESSAGE)
    assert is_signed(point, MESSAGE, good)
    assert not is_signed(point, MESSAGE[::-1], good)
    assert not is_signed(point, MESSAGE, usb.sign("qian", MESSAGE, distid="another"))
    assert not is_signed(point, MESSAGE, good + b"\x00")
    assert not is_signed(foreign, MESSAGE, other.sign("qian", MESSAGE)), "P-256 posing as SM2"
    assert not is_signed(point[:-1] + bytes([point[-1] ^ 1]), MESSAGE, good), "off the curve"
    for r, s in ((0, 1), (1, 0), (SM2.n, 1), (1, SM2.n), (SM2.n + 1, 1)):
        assert not is_signed(point, MESSAGE, _der(r, s))
    for place in range(len(good)):
        for bit in (1, 128):
            changed = good[:place] + bytes([good[place] ^ bit]) + good[place + 1 :]
            assert not is_signed(point, MESSAGE, changed)


def test_the_der_of_a_signature_is_strict() -> None:
    assert is_strict(_der(1, SM2.n - 1), SM2.n)
    for bad in ("", "3000", "30060201010201", "3080020101020101", "3007020101020101ff",
                "300702020001020101", "30060201810201 01", "308106020101020101"):  # fmt: skip
        assert not is_strict(bytes.fromhex(bad), SM2.n)
    assert not is_on(P256, b"\x04" + bytes(64))
    assert not is_on(SM2, b"\x04" + b"\xff" * 64)


def _der(r: int, s: int) -> bytes:
    parts = b""
    for number in (r, s):
        content = number.to_bytes(number.bit_length() // 8 + 1, "big")
        parts += bytes([2, len(content)]) + content
    return bytes([0x30, len(parts)]) + parts
