"""The rule browser of policy staff: every rule with its law, its figures over time and its past."""
