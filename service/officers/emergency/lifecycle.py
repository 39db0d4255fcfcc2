"""What becomes of an emergency access. Its end needs no step: the hour is over."""

from service.audit.moves import register

ACCESS_MOVES = register(
    "emergency_accesses",
    {
        ("", "asked"): "emergency.asked",
        ("asked", "open"): "emergency.opened",
        ("asked", "refused"): "emergency.refused",
        ("asked", "withdrawn"): "emergency.withdrawn",
        ("open", "closed"): "emergency.closed",
    },
)
