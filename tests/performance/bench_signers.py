"""How many signatures a second one processor verifies, by algorithm.

``python -m tests.performance.bench_signers``
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.signing.signers.allowed import signer_of
from service.signing.signers.interface import Material
from service.signing.signers.sm2.check import is_signed
from service.signing.signers.trust import Trust
from tests.service.signing.signers.authenticator import ORIGIN, Authenticator
from tests.service.signing.signers.authority import Authority

MESSAGE, SECONDS = bytes(range(32)), 2


def main() -> None:
    """Print one line an algorithm."""
    software, device, here = Ed25519PrivateKey.generate(), Authenticator(), Trust("demo", ORIGIN)
    material = Material("Ed25519", software.public_key().public_bytes_raw())
    made, answer, now = software.sign(MESSAGE), device.sign(MESSAGE), datetime.now(UTC)
    _print("Ed25519", lambda: signer_of("Ed25519", here).verify(material, MESSAGE, made, {}, now))
    passkey = signer_of("WebAuthn-ES256", here)
    _print(
        "WebAuthn-ES256",
        lambda: passkey.verify(device.material, MESSAGE, answer.signature, answer.evidence, now),
    )
    with tempfile.TemporaryDirectory() as folder:
        for curve in ("prime256v1", "SM2"):
            authority = Authority(Path(folder) / curve, curve)
            held, lists = authority.issue("officer"), authority.revocations()
            at, signature = datetime.now(UTC), authority.sign("officer", MESSAGE)
            token = signer_of(held.algorithm, authority.trust)
            _print(
                f"{held.algorithm}, certificate and list too",
                lambda: token.verify(held, MESSAGE, signature, lists, at),  # noqa: B023 - called at once
            )
        _print("SM2-SM3, signature alone", lambda: is_signed(held.public_key, MESSAGE, signature))


def _print(name: str, verify: Callable[[], object]) -> None:
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        verify()
        count += 1
    print(f"{name:45} {count // SECONDS:7,} a second")


if __name__ == "__main__":
    main()
