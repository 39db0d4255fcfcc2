"""How a recovery case may move."""

from service.audit.moves import register

ACTIVE = ("open", "noticed", "netting", "instalments")
"""States in which something may still be asked back."""
TAKING = ("netting", "instalments")
"""States in which later payments are reduced: the resident was told, and an officer agreed."""

RECOVERY_MOVES = register(
    "recovery_cases",
    {
        ("", "open"): "recovery.opened",
        ("open", "noticed"): "recovery.noticed",
        ("noticed", "netting"): "recovery.agreed",
        ("noticed", "instalments"): "recovery.agreed",
        # Whoever pays back of his own accord needs no agreement first.
        **{(now, "settled"): "recovery.settled" for now in ACTIVE},
        # Later facts say that it had been due after all.
        **{(now, "withdrawn"): "recovery.withdrawn" for now in ACTIVE},
        **{(now, "written_off"): "recovery.written_off" for now in ACTIVE},
    },
)
