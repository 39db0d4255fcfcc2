"""How an endpoint may move: one proposes where events go, another one confirms."""

from service.audit.moves import register

ENDPOINT_MOVES = register(
    "webhook_endpoints",
    {
        ("", "proposed"): "webhook.proposed",
        ("proposed", "active"): "webhook.confirmed",
        ("proposed", "refused"): "webhook.refused",
        ("proposed", "withdrawn"): "webhook.withdrawn",
        # By an administrator, or by the service after days without one answer.
        ("active", "off"): "webhook.switched_off",
        ("off", "active"): "webhook.switched_on",
        ("active", "ended"): "webhook.ended",
        ("off", "ended"): "webhook.ended",
    },
)
