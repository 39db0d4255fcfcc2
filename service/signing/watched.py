"""What is said of officers' signing keys where the service's health is looked at."""

from collections.abc import Sequence

from cryptography import x509
from sqlalchemy.orm import Session

from service.officers.queries import confirmed_keys, unconfirmed_keys
from service.web.health.days_left import days_left
from service.web.health.findings import Finding
from service.web.language import gettext, ngettext

_KEYS = "/keys"


def look(session: Session) -> Sequence[Finding]:
    """Return how many keys sign, which wait, and the certificates with their days."""
    signing, waiting = confirmed_keys(session), unconfirmed_keys(session)
    certified = [
        days_left(
            f"keys.certificate.{officer.username}",
            gettext("Certificate of %(name)s") % {"name": officer.name},
            x509.load_der_x509_certificate(key.certificate).not_valid_after_utc,
            href=_KEYS,
        )
        for key, officer in signing
        if key.certificate is not None and officer.active
    ]
    count = len(signing)
    said = ngettext("%(n)s key signs.", "%(n)s keys sign.", count) % {"n": count}
    found = [Finding("keys.signing", gettext("Signing keys"), "well", said, href=_KEYS)]
    if waiting:
        word = ngettext("%(n)s key waits.", "%(n)s keys wait.", len(waiting)) % {"n": len(waiting)}
        to_do = gettext("A security administrator confirms whose it is.")
        since = waiting[0][0].registered_at
        title = gettext("Keys to confirm")
        found.append(Finding("keys.waiting", title, "look", word, since, to_do, _KEYS))
    return [*found, *certified]
