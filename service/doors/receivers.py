"""Addresses of webhooks: who receives events, what became of them, and the acts of two administrators."""

from service.doors.door import Door, by, by_one_of

_TELLS = by_one_of("webhooks.propose", "webhooks.confirm", "webhooks.operate")

RECEIVERS: dict[str, Door] = {
    "GET /webhooks": by("webhooks.read"),
    "POST /webhooks": by("webhooks.propose"),
    "GET /webhooks/{endpoint_id}": by("webhooks.read"),
    "POST /webhooks/{endpoint_id}/{act}": _TELLS,
    "GET /api/webhooks": by("webhooks.read"),
    "POST /api/webhooks": by("webhooks.propose"),
    "GET /api/webhooks/{endpoint_id}": by("webhooks.read"),
    "GET /api/webhooks/{endpoint_id}/deliveries": by("webhooks.read"),
    "POST /api/webhooks/{endpoint_id}/rotate": by("webhooks.operate"),
    "POST /api/webhooks/{endpoint_id}/replay": by("webhooks.operate"),
    "POST /api/webhooks/{endpoint_id}/{act}": _TELLS,
}
