"""Findings: what an auditor found, whom it was put to, what was done about it, until it is closed."""
