"""What is said of the certificates that banks ask of us, where the service's health is looked at."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from sqlalchemy.orm import Session

from service.ledger.models import BankChannel
from service.ledger.queries import channels
from service.web.health.days_left import days_left
from service.web.health.findings import Finding
from service.web.language import gettext


def look(session: Session) -> Sequence[Finding]:
    """Return one finding for each bank to which we show a certificate."""
    return [
        days_left(
            f"keys.bank.{channel.code}",
            gettext("Our certificate at %(bank)s") % {"bank": channel.name},
            ends_at,
            href=f"/banks/{channel.code}",
        )
        for channel in channels(session)
        if (ends_at := certificate_ends_at(channel)) is not None
    ]


def certificate_ends_at(channel: BankChannel) -> datetime | None:
    """Return until when the certificate holds that we show at a bank, None where it asks for none."""
    if not channel.client_certificate:
        return None
    first = x509.load_pem_x509_certificates(channel.client_certificate.encode())[0]
    return first.not_valid_after_utc
