"""Whoever receives or cares for somebody else may read that one's payments, and nothing more."""
