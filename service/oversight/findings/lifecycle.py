"""How a finding may move; what was said about it is in its notes."""

from service.audit.moves import register

FINDING_MOVES = register(
    "audit_findings",
    {
        ("", "open"): "finding.opened",
        ("open", "answered"): "finding.answered",
        # The auditor is not satisfied and asks once more, with a new day.
        ("answered", "open"): "finding.returned",
        ("answered", "accepted"): "finding.accepted",
        ("accepted", "closed"): "finding.closed",
        # What was accepted turns out not to have been done.
        ("accepted", "open"): "finding.returned",
        ("open", "withdrawn"): "finding.withdrawn",
        ("answered", "withdrawn"): "finding.withdrawn",
    },
)
STATES = ("open", "answered", "accepted", "closed", "withdrawn")
