"""The signatures in a bundle: each over its manifest, by a key that held, whatever kind of key it is."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from service.foundation.libcrypto import NoLibcrypto
from service.foundation.problems import Problem
from service.signing.bundle.codes import KEY, SIGNATURE
from service.signing.challenge import message, message_v1
from service.signing.manifest import FORMAT_V1
from service.signing.signers.allowed import signer_of
from service.signing.signers.certificates import refusals as certificates
from service.signing.signers.certificates.signer import TokenSigner, named
from service.signing.signers.interface import Material
from service.signing.signers.refusals import AlgorithmNotAllowed, KeyIsAnother
from service.signing.signers.trust import Trust as Anchors
from service.signing.standalone.recount import Bundle, Report, Wrong, shaped, strict

NAME = "signatures.json"
_SIGNATURE = {
    "algorithm": str, "expires_at": str, "name": str, "nonce": str, "officer": str,
    "organisation": str, "credential_id": str, "certificate": str, "chain": list, "subject": str,
    "evidence": dict, "position": int, "public_key": str, "role": str, "signature": str,
    "signed_at": str,
}  # fmt: skip
_OF_THE_KEY = (
    AlgorithmNotAllowed,
    KeyIsAnother,
    certificates.CertificateUnreadable,
    certificates.CertificateNotYetValid,
    certificates.CertificateExpired,
    certificates.CertificateUntrusted,
    certificates.CertificateUse,
    certificates.CertificateOfAnother,
    certificates.CertificateRevoked,
    certificates.RevocationUnknown,
)
"""What is wrong with a key or its certificate, and not with the signature."""


def read_signatures(bundle: Bundle) -> list[dict[str, Any]]:
    """Return the signatures as the bundle has them, in their order; raises Wrong."""
    found = strict(bundle.read(NAME, SIGNATURE), NAME, SIGNATURE)
    shaped(found, {"format": str, "signatures": list}, NAME, SIGNATURE)
    if found["format"] != "anxin/signatures/v1":
        raise Wrong(SIGNATURE, f"{NAME} is of a format that is not known here.")
    for number, one in enumerate(found["signatures"], start=1):
        shaped(one, _SIGNATURE, f"signature {number}", SIGNATURE)
        if one["position"] != number:
            raise Wrong(SIGNATURE, f"signature {number} is out of its place.")
    signatures: list[dict[str, Any]] = found["signatures"]
    return signatures


def check_signatures(
    report: Report, signatures: list[dict[str, Any]], anchors: Anchors | None
) -> Iterator[Wrong]:
    """Every manifest is signed, every signature is over its manifest, and names those before it.

    Without anchors a certificate is asked for its key and name alone, and a passkey is believed the
    site that it names: whether these are the county's, nobody has said.
    """
    if len(signatures) != len(report.manifests):
        yield Wrong(
            SIGNATURE,
            f"there are {len(signatures)} signatures over {len(report.manifests)} manifests.",
        )
    prior: list[dict[str, Any]] = []
    for said, digest, one in zip(report.manifests, report.digests, signatures, strict=False):
        if said.get("prior_signatures", []) != prior:
            yield Wrong(
                SIGNATURE, f"manifest {one['position']} does not name the signatures before it."
            )
        try:
            key, signature = bytes.fromhex(one["public_key"]), bytes.fromhex(one["signature"])
            signed = _message(said, digest, one)
        except (ValueError, TypeError, KeyError, OverflowError):
            raise _not_made(one) from None
        yield from _check(one, signed, signature, anchors)
        prior = [*prior, _described(one, digest, key, signature)]


def _check(
    one: dict[str, Any], signed: bytes, signature: bytes, anchors: Anchors | None
) -> Iterator[Wrong]:
    try:
        material, evidence = _material(one), _evidence(one)
        at = moment(one["signed_at"])
        if anchors is None:
            _by_itself(material, signed, signature, evidence, at)
        else:
            signer_of(material.algorithm, anchors).verify(material, signed, signature, evidence, at)
    except NoLibcrypto as missing:
        yield Wrong(SIGNATURE, f"signature {one['position']}: {missing}")
    except _OF_THE_KEY as problem:
        yield Wrong(KEY, f"signature {one['position']}: {problem}")
    except Problem as problem:
        yield Wrong(SIGNATURE, f"signature {one['position']} does not hold: {problem}")
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        yield _not_made(one)


def _by_itself(
    material: Material, signed: bytes, signature: bytes, evidence: dict[str, bytes], at: datetime
) -> None:
    signer = signer_of(material.algorithm, Anchors("demo", _origin(evidence)))
    if isinstance(signer, TokenSigner):
        named(material)
        signer.require_made(material, signed, signature)
    else:
        signer.verify(material, signed, signature, evidence, at)


def _origin(evidence: dict[str, bytes]) -> str:
    try:
        return str(json.loads(evidence.get("client_data_json", b"{}")).get("origin", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""


def _not_made(one: dict[str, Any]) -> Wrong:
    return Wrong(SIGNATURE, f"signature {one['position']} was not made by its key over this batch.")


def _material(one: dict[str, Any]) -> Material:
    return Material(
        one["algorithm"],
        bytes.fromhex(one["public_key"]),
        credential_id=bytes.fromhex(one["credential_id"]) or None,
        certificate=bytes.fromhex(one["certificate"]) or None,
        chain=tuple(bytes.fromhex(other) for other in one["chain"]),
        subject=one["subject"],
    )


def _evidence(one: dict[str, Any]) -> dict[str, bytes]:
    return {name: bytes.fromhex(content) for name, content in one["evidence"].items()}


def _message(said: dict[str, Any], digest: str, one: dict[str, Any]) -> bytes:
    officer = UUID(one["officer"])
    if said["format"] == FORMAT_V1 and not one["nonce"]:
        return message_v1(bytes.fromhex(digest), officer)
    return message(
        bytes.fromhex(digest),
        batch_id=UUID(said["batch_id"]),
        round_no=said["round"],
        officer_id=officer,
        role=one["role"],
        nonce=bytes.fromhex(one["nonce"]),
        expires_at=moment(one["expires_at"]),
    )


def _described(one: dict[str, Any], digest: str, key: bytes, signature: bytes) -> dict[str, Any]:
    return {
        "position": one["position"],
        "officer": one["officer"],
        "algorithm": one["algorithm"],
        "key": hashlib.sha256(key).hexdigest(),
        "manifest": digest,
        "signature": hashlib.sha256(signature).hexdigest(),
        "signed_at": one["signed_at"],
    }


def moment(text: str) -> datetime:
    """Return a moment with its offset; raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment has an offset from UTC")
    return found
