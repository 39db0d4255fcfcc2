"""What is looked at when the service's health is asked for: every stage says here what of it."""

from service.administration.machine import backups, database, here, keys, queue
from service.audit import watched as audit
from service.dispatch import watched as dispatch
from service.officers import watched as officers
from service.reconciliation import watched as reconciliation
from service.residents import watched as residents
from service.signing import watched as signing
from service.web.health.registry import Watch
from service.webhooks import watched as webhooks

WATCHES: tuple[Watch, ...] = (
    Watch("database", database.look),
    Watch("queue", queue.look),
    Watch("machine", here.look),
    Watch("banks", reconciliation.look, measure=reconciliation.measure),
    Watch("feeds", residents.look),
    Watch("log", audit.look, measure=audit.measure, summary=audit.summary),
    Watch("keys", keys.look),
    Watch("keys", signing.look),
    Watch("keys", dispatch.look),
    Watch("receivers", webhooks.look),
    Watch("people", officers.look),
    Watch("backups", backups.look),
)
