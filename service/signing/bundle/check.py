"""Verify a bundle offline: recount everything, then signatures, keys, time-stamp, and who acted."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from service.signing.bundle.codes import KEY, NOT_COMPARED, POLICY
from service.signing.bundle.signatures import check_signatures, moment, read_signatures
from service.signing.bundle.time_stamp import Stamping, stamped_at
from service.signing.bundle.trust import Trust, TrustedKey
from service.signing.challenge import ROLE
from service.signing.manifest import FORMAT_V1
from service.signing.signers.trust import Trust as Anchors
from service.signing.standalone.held import account
from service.signing.standalone.recount import (
    MANIFEST,
    Bundle,
    Report,
    Wrong,
    recount,
    shaped,
    strict,
)

_NO_STAMPING = Stamping()
_ACT = {"act": str, "at": str, "officer": str}


def check(
    path: Path,
    trust: Trust | None = None,
    anchors: Anchors | None = None,
    stamping: Stamping = _NO_STAMPING,
) -> tuple[Report, list[dict[str, Any]]]:
    """Return what was recomputed, with all findings, and the signatures as the bundle has them.

    Never raises for a bundle, however hostile. Without ``trust`` it ends at best with the finding
    that the keys were not compared; without ``anchors`` certificates and sites are not either.
    """
    report, bundle = recount(path)
    signatures: list[dict[str, Any]] = []
    if bundle is None:
        return report, signatures
    if not any(one.code == MANIFEST for one in report.wrong):
        try:
            account(bundle, report)
        except Wrong as wrong:
            report.wrong.append(wrong)
    try:
        signatures = read_signatures(bundle)
    except Wrong as wrong:
        report.wrong.append(wrong)
        return report, []
    _collect(report, check_signatures(report, signatures, anchors))
    _collect(report, _policy(report, signatures, bundle))
    try:
        stamped, found = stamped_at(bundle, report.digests, signatures, stamping)
        report.wrong += found
    except Wrong as wrong:
        stamped = None
        report.wrong.append(wrong)
    _collect(report, _keys(signatures, trust))
    if stamped is not None:
        _collect(report, _keys_then(signatures, trust or {}, stamped))
    return report, signatures


def _collect(report: Report, checking: Iterator[Wrong]) -> None:
    try:
        report.wrong += checking
    except Wrong as wrong:
        report.wrong.append(wrong)


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
        signed_at = moment(one["signed_at"])
        late = signed_at > moment(one["expires_at"]) or (
            "expires_at" in said and signed_at > moment(said["expires_at"])
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
        known = _known(one, trust)
        try:
            signed_at = moment(one["signed_at"])
        except ValueError:
            known = None
        if known is None or known.algorithm != one["algorithm"]:
            yield Wrong(KEY, f"the key of signature {one['position']} is not a trusted one.")
        elif signed_at < known.registered_at or (
            known.revoked_at is not None and signed_at >= known.revoked_at
        ):
            yield Wrong(KEY, f"the key of signature {one['position']} did not hold when it signed.")


def _known(one: dict[str, Any], trust: Trust) -> TrustedKey | None:
    try:
        return trust.get((one["officer"], bytes.fromhex(one["public_key"])))
    except ValueError:
        return None


def _keys_then(
    signatures: list[dict[str, Any]], trust: Trust, stamped: datetime
) -> Iterator[Wrong]:
    """What the stamp proves is that it was signed by then: the keys must have held still."""
    for one in signatures:
        known = _known(one, trust)
        if known is not None and known.revoked_at is not None and stamped >= known.revoked_at:
            yield Wrong(
                KEY,
                f"the key of signature {one['position']} was revoked before the time-stamp: nothing "
                "proves that it signed earlier.",
            )
        try:
            certificate = bytes.fromhex(one["certificate"])
            ends = x509.load_der_x509_certificate(certificate).not_valid_after_utc
        except ValueError:  # No certificate, or one that was refused above.
            continue
        if stamped > ends:
            yield Wrong(
                KEY,
                f"the certificate of signature {one['position']} had expired before the time-stamp.",
            )
