"""The secrets of an endpoint: made, shown once, changed with a day in which two are valid."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.webhooks.models import WebhookSecret
from service.webhooks.signatures import new_secret

BOTH_VALID = timedelta(hours=24)


def make(session: Session, endpoint_id: UUID) -> str:
    """Make a secret and return it, the only time that it is shown; earlier ones end in a day."""
    now = clock.now()
    session.execute(
        update(WebhookSecret)
        .where(WebhookSecret.endpoint_id == endpoint_id, WebhookSecret.ends_at.is_(None))
        .values(ends_at=now + BOTH_VALID)
    )
    secret, secret_id = new_secret(), ids.uuid7()
    sealed = sealer().seal(secret, _place(secret_id))
    session.add(
        WebhookSecret(id=secret_id, endpoint_id=endpoint_id, secret_sealed=sealed, made_at=now)
    )
    session.flush()
    return secret


def valid(session: Session, endpoint_id: UUID) -> list[str]:
    """Return the secrets that sign now, the newest first."""
    now = clock.now()
    kept = session.scalars(
        select(WebhookSecret)
        .where(
            WebhookSecret.endpoint_id == endpoint_id,
            or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now),
        )
        .order_by(WebhookSecret.made_at.desc(), WebhookSecret.id.desc())
    )
    return [sealer().open(one.secret_sealed, _place(one.id)) for one in kept]


def _place(secret_id: UUID) -> str:
    return f"webhook_secrets:secret:{secret_id}"
