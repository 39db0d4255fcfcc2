"""What becomes of a duty that somebody asked to grant."""

from service.audit.moves import register

GRANT_MOVES = register(
    "duty_grants",
    {
        ("", "asked"): "duty.asked",
        ("asked", "granted"): "duty.granted",
        ("asked", "refused"): "duty.refused",
        ("asked", "withdrawn"): "duty.withdrawn",
        ("", "granted"): "duty.set_up",
        ("granted", "ended"): "duty.ended",
    },
)
