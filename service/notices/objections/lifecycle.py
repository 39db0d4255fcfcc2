"""How an objection may move."""

from service.audit.moves import register

OBJECTION_MOVES = register(
    "objections",
    {
        ("", "open"): "objection.lodged",
        ("open", "upheld"): "objection.upheld",
        ("open", "dismissed"): "objection.dismissed",
    },
)
CONTROL = "objection"
"""The control that holds the line; only an answer clears it."""
