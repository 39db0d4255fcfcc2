"""Verify a bundle offline: recount everything, then signatures, keys, and who acted."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from service.foundation.problems import Problem
from service.signing.bundle.codes import KEY, NOT_COMPARED, POLICY, SIGNATURE
from service.signing.bundle.trust import Trust
from service.signing.challenge import ROLE, message, message_v1
from service.signing.manifest import FORMAT_V1
from service.signing.signers.allowed import signer_of
from service.signing.signers.interface import Material
from service.signing.signers.trust import Trust as Anchors
from service.signing.standalone.recount import (
    MANIFEST,
    Bundle,
    Report,
    Wrong,
    recount,
    shaped,
    strict,
)

_NAME = "signatures.json"
_SIGNATURE = {
    "algorithm": str, "expires_at": str, "name": str, "nonce": str, "officer": str,
    "organisation": str, "credential_id": str, "certificate": str, "chain": list, "subject": str,
    "evidence": dict, "position": int, "public_key": str, "role": str, "signature": str,
    "signed_at": str,
}  # fmt: skip
_NO_ANCHORS = Anchors()
_ACT = {"act": str, "at": str, "officer": str}


def check(
    path: Path, trust: Trust | None = None, anchors: Anchors = _NO_ANCHORS
) -> tuple[Report, list[dict[str, Any]]]:
    """Return what was recomputed, with all findings, and the signatures as the bundle has them.

    Never raises for a bundle, however hostile. Without ``trust`` it ends at best with the finding
    that the keys were not compared.
    """
    report, bundle = recount(path)
    signatures: list[dict[str, Any]] = []
    if bundle is None:
        return report, signatures
    try:
        signatures = _read(bundle)
    except Wrong as wrong:
        report.wrong.append(wrong)
        return report, []
    for checking in (_signatures(report, signatures, anchors), _policy(report, signatures, bundle)):
        _collect(report, checking)
    _collect(report, _keys(signatures, trust))
    return report, signatures


def _collect(report: Report, checking: Iterator[Wrong]) -> None:
    try:
        report.wrong += checking
    except Wrong as wrong:
        report.wrong.append(wrong)


def _read(bundle: Bundle) -> list[dict[str, Any]]:
    found = strict(bundle.read(_NAME, SIGNATURE), _NAME, SIGNATURE)
    shaped(found, {"format": str, "signatures": list}, _NAME, SIGNATURE)
    if found["format"] != "anxin/signatures/v1":
        raise Wrong(SIGNATURE, f"{_NAME} is of a format that is not known here.")
    for number, one in enumerate(found["signatures"], start=1):
        shaped(one, _SIGNATURE, f"signature {number}", SIGNATURE)
        if one["position"] != number:
            raise Wrong(SIGNATURE, f"signature {number} is out of its place.")
    signatures: list[dict[str, Any]] = found["signatures"]
    return signatures


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


def _signatures(
    report: Report, signatures: list[dict[str, Any]], anchors: Anchors
) -> Iterator[Wrong]:
    """Every manifest is signed, every signature is over its manifest, and names those before it."""
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
            signed = _message(said, digest, one)
            key, signature = bytes.fromhex(one["public_key"]), bytes.fromhex(one["signature"])
            signer_of(one["algorithm"], anchors).verify(
                _material(one), signed, signature, _evidence(one), _moment(one["signed_at"])
            )
        except (Problem, ValueError, TypeError, KeyError, OverflowError):
            raise Wrong(
                SIGNATURE, f"signature {one['position']} was not made by its key over this batch."
            ) from None
        prior = [*prior, _described(one, digest, key, signature)]


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
        expires_at=_moment(one["expires_at"]),
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


def _policy(report: Report, signatures: list[dict[str, Any]], bundle: Bundle) -> Iterator[Wrong]:
    """Distinct people acted, as many signed as had to, in time, over the lines that were posted."""
    if not report.manifests:
        return
    said = report.manifests[0]
    acts = [shaped(one, _ACT, "an act in the manifest", MANIFEST) for one in said["acts"]]
    people = [one["officer"] for one in (*acts, *signatures)]
    if len(set(people)) != len(people):
        yield Wrong(POLICY, "one person acted twice in the chain.")
    if not {"submitted", "approved"} <= {one["act"] for one in acts}:
        yield Wrong(POLICY, "the manifest names nobody who submitted, or nobody who approved.")
    required = said.get("signatures_required", 1)
    if len(signatures) < required or required < 1:
        yield Wrong(POLICY, f"it has {len(signatures)} signatures and needs {required}.")
    for one in signatures:
        yield from _in_time(said, one)
    if said["format"] != FORMAT_V1:
        yield from _posted(
            said, strict(bundle.read("notice.json", MANIFEST), "notice.json", MANIFEST)
        )


def _in_time(said: dict[str, Any], one: dict[str, Any]) -> Iterator[Wrong]:
    if said["format"] == FORMAT_V1 and not one["nonce"]:
        return
    if one["role"] != ROLE:
        yield Wrong(
            POLICY, f"signature {one['position']} was given in another role than a signer's."
        )
    try:
        signed_at = _moment(one["signed_at"])
        late = signed_at > _moment(one["expires_at"]) or (
            "expires_at" in said and signed_at > _moment(said["expires_at"])
        )
    except ValueError:
        late = True
    if late:
        yield Wrong(POLICY, f"signature {one['position']} came after its time.")


def _posted(said: dict[str, Any], notice: Any) -> Iterator[Wrong]:
    posted = notice.get("posted") if isinstance(notice, dict) else None
    if posted is None:
        return
    try:
        same = posted["lines_root"] == said["lines_root"]
        date.fromisoformat(posted["posted_on"])
    except (KeyError, TypeError, ValueError):
        same = False
    if not same:
        yield Wrong(POLICY, "the lines that were posted are not those that were signed.")


def _keys(signatures: list[dict[str, Any]], trust: Trust | None) -> Iterator[Wrong]:
    """The keys are those that were pinned for these officers, when they signed."""
    if trust is None:
        yield Wrong(NOT_COMPARED, "the keys were not compared with trusted ones; give --trust.")
        return
    for one in signatures:
        try:
            known = trust.get((one["officer"], bytes.fromhex(one["public_key"])))
            signed_at = _moment(one["signed_at"])
        except ValueError:
            known = None
        if known is None or known.algorithm != one["algorithm"]:
            yield Wrong(KEY, f"the key of signature {one['position']} is not a trusted one.")
        elif signed_at < known.registered_at or (
            known.revoked_at is not None and signed_at >= known.revoked_at
        ):
            yield Wrong(KEY, f"the key of signature {one['position']} did not hold when it signed.")


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment has an offset from UTC")
    return found
