"""How a proposal may move: the table that everything else obeys."""

from service.audit.moves import register

PROPOSAL_MOVES = register(
    "rule_proposals",
    {
        ("", "draft"): "rules.proposed",
        ("draft", "submitted"): "rules.submitted",
        ("returned", "submitted"): "rules.submitted",
        ("submitted", "approved_by_department"): "rules.approved_by_department",
        ("approved_by_department", "approved"): "rules.approved_by_finance",
        # Assessing a month from the effective one on makes it so.
        ("approved", "in_force"): "rules.in_force",
        ("submitted", "returned"): "rules.returned",
        ("approved_by_department", "returned"): "rules.returned",
        ("draft", "withdrawn"): "rules.withdrawn",
        ("submitted", "withdrawn"): "rules.withdrawn",
        ("returned", "withdrawn"): "rules.withdrawn",
        ("approved_by_department", "withdrawn"): "rules.withdrawn",
        # Nothing was decided under it yet; afterwards only another proposal takes it back.
        ("approved", "withdrawn"): "rules.withdrawn",
    },
)
