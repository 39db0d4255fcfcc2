"""Certificates and keys that this service was given, with the days they have left."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.certificates import RootsUnusable, certificates_in
from service.foundation.encryption import sealer
from service.foundation.settings import settings
from service.web.health.days_left import days_left
from service.web.health.findings import Finding
from service.web.health.sentences import together
from service.web.language import gettext, ngettext


def look(_: Session) -> Sequence[Finding]:
    """Return what is said of roots and of the key that seals."""
    return [_field_key(), *_roots()]


def _field_key() -> Finding:
    ring = sealer().ring
    count = len(ring.keys)
    return Finding(
        "keys.field_key",
        gettext("Field key"),
        "well",
        together(
            (
                gettext("Version %(version)s seals.") % {"version": ring.newest},
                ngettext("%(n)s version is held.", "%(n)s versions are held.", count)
                % {"n": count},
            )
        ),
    )


def _roots() -> Iterator[Finding]:
    config = settings()
    places = (
        ("officers", gettext("Roots of officers' certificates"), config.certificate_roots_file),
        ("time_stamps", gettext("Roots of the time-stamp authority"), config.time_stamp_roots_file),
        ("witnesses", gettext("Roots of witnesses"), config.witness_roots_file),
        ("receivers", gettext("Roots of receivers of events"), config.webhook_roots_file),
    )
    for code, title, path in places:
        if path is not None:
            yield _root(f"keys.roots.{code}", title, path)


def _root(code: str, title: str, path: Path) -> Finding:
    try:
        ends = sorted(_ends(one) for one in certificates_in(path))
    except RootsUnusable:
        said = gettext("The file holds no certificate that can be read.")
        to_do = gettext("Put the roots in PEM into %(path)s.") % {"path": path.name}
        return Finding(code, title, "wrong", said, to_do=to_do)
    # Roots of earlier authorities stay in the file: what counts is the one that holds longest.
    return days_left(code, title, ends[-1] if ends else clock.now())


def _ends(der: bytes) -> datetime:
    return x509.load_der_x509_certificate(der).not_valid_after_utc
