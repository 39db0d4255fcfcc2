"""What kinds and states of keys are called on pages."""

from datetime import datetime, timedelta
from hashlib import sha256

from cryptography import x509

from service.foundation import clock
from service.officers.models import SigningKey
from service.officers.signing_keys import PASSKEY, SM2_KEY, SOFTWARE, TOKEN
from service.web.filters import day
from service.web.language import gettext
from service.web.view_models import Tag

_GROUP, _SHOWN = 4, 16
SOON = timedelta(days=30)
"""How long before its end an officer is told to get a new certificate."""


def kind(algorithm: str) -> str:
    """Return what a kind of key is called."""
    names = {
        SOFTWARE: gettext("Software key of the demonstration"),
        PASSKEY: gettext("Passkey"),
        TOKEN: gettext("Token with a certificate"),
        SM2_KEY: gettext("SM2 key with a certificate"),
    }
    return names.get(algorithm, algorithm)


def state(key: SigningKey) -> Tag:
    """Return whether a key signs."""
    if key.revoked_at is not None:
        return Tag(gettext("revoked"), "bad")
    if key.confirmed_at is None:
        return Tag(gettext("waits for a second person"), "warn")
    ends = ends_at(key)
    if ends is not None and ends <= clock.now():
        return Tag(gettext("expired"), "bad")
    if ends is not None and ends <= clock.now() + SOON:
        return Tag(gettext("signs until %(day)s") % {"day": day(clock.civil(ends).date())}, "warn")
    return Tag(gettext("signs"), "ok")


def ends_at(key: SigningKey) -> datetime | None:
    """Return when a key's certificate ends; None for a key without one."""
    if key.certificate is None:
        return None
    return x509.load_der_x509_certificate(key.certificate).not_valid_after_utc


def certificate(key: SigningKey) -> str:
    """Return whom a key's certificate names, who issued it and until when; nothing for other keys."""
    if key.certificate is None:
        return ""
    read = x509.load_der_x509_certificate(key.certificate)
    return gettext("Certificate of %(subject)s, issued by %(issuer)s, until %(until)s") % {
        "subject": read.subject.rfc4514_string(),
        "issuer": read.issuer.rfc4514_string(),
        "until": day(read.not_valid_after_utc.date()),
    }


def fingerprint(key: SigningKey) -> str:
    """Return what two people read to one another to be sure they mean the same key."""
    digest = sha256(key.public_key).hexdigest()[:_SHOWN]
    return " ".join(digest[start : start + _GROUP] for start in range(0, _SHOWN, _GROUP))
